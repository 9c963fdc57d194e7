"""Whatever a valid contract says, lint answers with findings that have a place in it, the same ones every time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from contracts import contracts
from fragments import CALLEES
from hypothesis import given
from mscgen.cli.report import FORMATS, machine, render
from mscgen.diagnostics import has_errors
from mscgen.lint import lint
from mscgen.read import read_text
from mscgen.resolve import resolve
from mscgen.resolve.lock import EMPTY


def linted(text):
    node, found, source = read_text(text, "contract.yaml")
    assert node is not None
    assert not has_errors(found), found
    service, found, _ = resolve(node, CALLEES, EMPTY)
    assert service is not None, found
    return lint(service, source), source


@given(contracts())
def test_every_finding_of_a_valid_contract_has_a_place_and_a_help(text):
    found, source = linted(text)
    for d in found:
        assert d.span.file == "contract.yaml"
        assert 1 <= d.span.line <= len(source.lines)
        assert 1 <= d.span.column <= len(source.line(d.span.line)) + 1
        assert d.message
        assert d.help
    assert found == linted(text)[0]


@given(contracts())
def test_every_format_prints_every_finding(text):
    found, source = linted(text)
    shown = render(found, source)
    assert shown.count("(mscgen explain ") == len(found)
    for form in FORMATS[1:]:
        assert machine(form, found)


def test_importing_every_rule_loads_no_library():
    code = (
        "import sys, mscgen.model.service; before = set(sys.modules); import mscgen.lint; "
        "print(sorted({m.split('.')[0] for m in set(sys.modules) - before} - {'mscgen', 'typing', '_typing'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["order-service", "user-service"])
def test_the_examples_of_the_project_are_clean(name):
    from mscgen import pipeline

    contract = Path(__file__).parents[2] / "examples" / name / "contract.yaml"
    assert not pipeline.check(contract).diagnostics
