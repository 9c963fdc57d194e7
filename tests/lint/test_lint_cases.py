"""Whole runs of `mscgen lint`: the files, the options, and every byte printed.

`\\u001b` in a file stands for the character itself, so that the cases can be read.
"""

from __future__ import annotations

import re

import pytest
from casefiles import cases, check, write_files
from mscgen.cli import run

CASES = cases("lint")
ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


@pytest.mark.parametrize("path", CASES)
def test_a_run_prints_what_its_case_says(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def whole_run(parts):
        options = parts.pop("options", "").split()
        write_files({name: ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) for name, text in parts.items()}, tmp_path)
        code = run(["lint", *options])
        said = capsys.readouterr()
        return f"{said.out}{said.err}exit {code}\n"

    check(path, whole_run)


def test_there_are_cases():
    assert len(CASES) > 10
