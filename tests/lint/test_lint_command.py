"""`mscgen lint` as a command: what it checks, how it ends, and that it never shows a traceback."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from casefiles import CASES, parts
from mscgen.cli import run
from mscgen.read import MAX_BYTES

CLEAN = "mscgen: 1\nservice: a-service\nversion: 1.0.0\nowner: a\nauth: public\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_contract_of_the_current_folder_is_checked(here, capsys):
    (here / "contract.yaml").write_text(CLEAN)
    assert run(["lint"]) == 0
    assert capsys.readouterr().out == "no findings in 1 contract\n"


def test_a_folder_below_a_project_finds_its_contract(here, capsys, monkeypatch):
    (here / "contract.yaml").write_text(CLEAN)
    (here / "src" / "deep").mkdir(parents=True)
    monkeypatch.chdir(here / "src" / "deep")
    assert run(["lint"]) == 0


@pytest.mark.parametrize("arguments", [["nowhere"], ["--format", "xml"], ["--no-such-option"], ["."]])
def test_what_cannot_run_ends_with_2_and_says_why(here, capsys, arguments):
    assert run(["lint", *arguments]) == 2
    said = capsys.readouterr()
    assert said.err
    assert not said.out
    assert "Traceback" not in said.err


def test_a_file_that_cannot_be_read_ends_with_2(here, capsys):
    with (here / "contract.yaml").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert run(["lint"]) == 2
    assert "error[unreadable-file]" in capsys.readouterr().out


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\x00", b"a: [", b"&a [*a, *a]", b"\xef\xbb\xbfa: b", b"- - -\n- x"])
def test_a_file_that_is_no_contract_is_a_finding(here, capsys, data):
    (here / "contract.yaml").write_bytes(data)
    assert run(["lint"]) == 1
    assert "error[" in capsys.readouterr().out


def test_an_error_in_one_of_many_contracts_ends_with_1_and_shows_all(here, capsys):
    for name, text in (("a", CLEAN), ("b", "mscgen: 1\n"), ("c", CLEAN.replace("owner: a\n", ""))):
        (here / name).mkdir()
        (here / name / "contract.yaml").write_text(text)
    assert run(["lint", "a", "b", "c"]) == 1
    out = capsys.readouterr().out
    assert "b/contract.yaml:1:1: error[missing-key]" in out
    assert "c/contract.yaml:2:1: notice[missing-owner]" in out
    assert out.endswith("in 3 contracts\n")


def test_warnings_end_with_0_unless_strict(here):
    (here / "contract.yaml").write_text(CLEAN + "operations: {Ping: {doc: Answers., http: GET /v1/pingPong}}\n")
    assert run(["lint"]) == 0
    assert run(["lint", "--strict"]) == 1


def test_notices_end_with_0_even_if_strict(here):
    (here / "contract.yaml").write_text(CLEAN + "operations: {Ping: {http: GET /v1/ping}}\n")
    assert run(["lint", "--strict"]) == 0


def test_a_clean_run_in_other_formats_is_empty_but_well_formed(here, capsys):
    (here / "contract.yaml").write_text(CLEAN)
    assert run(["lint", "--format", "github"]) == 0
    assert capsys.readouterr().out == ""
    for form, key in (("json", "diagnostics"), ("sarif", "runs")):
        assert run(["lint", "--format", form]) == 0
        assert key in json.loads(capsys.readouterr().out)


def test_a_reader_that_goes_away_is_no_error(here):
    operations = "".join(f"  Get{i}: {{http: GET /v1/aB{i}}}\n" for i in range(2000))
    (here / "contract.yaml").write_text(CLEAN + "operations:\n" + operations.replace("  Get", "  GetA"))
    command = [sys.executable, "-m", "mscgen", "lint"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        process.wait(60)
    assert b"Traceback" not in said
    assert process.returncode == 0


def test_the_whole_contract_of_the_language_page_is_clean_but_for_its_charge(here, capsys):
    """Every section at once, its callees at hand. Its payment service charges twice when asked twice: that is found."""
    found = parts(CASES / "resolve" / "whole_example.txt")
    found.pop("output")
    for name, text in found.items():
        file = here / "order" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert run(["lint", "order"]) == 1
    assert "1 error, " in (out := capsys.readouterr().out)
    assert "error[transitive-idempotency]: CreateOrder is keyed and calls payment.Charge" in out
    payment = here / "order" / "payment-service" / "contract.yaml"
    payment.write_text(payment.read_text().replace("idempotency: none", "idempotency: keyed"))
    assert run(["lint", "--strict", "order"]) == 0, capsys.readouterr().out
