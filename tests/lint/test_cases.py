"""Whole runs of `mscgen lint`, one file each in tests/cases/lint: the contract, the options, and every byte printed.

A case is a title, then `--- <file>` sections, then `--- lint <options>` with the expected output, then `--- exit <code>`.
`\\u001b`-like escapes in a section stand for the character, so that the cases themselves stay readable.
Run with `UPDATE_CASES=1` to write what is printed now, then read the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from mscgen.cli import run

CASES = sorted((Path(__file__).parents[1] / "cases" / "lint").glob("*.txt"))
SECTION = re.compile(r"^--- (.*)\n", re.M)
ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


def sections(text: str) -> list[tuple[str, str]]:
    parts = SECTION.split(text)
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_run_prints_exactly_this(path, tmp_path, monkeypatch, capsys):
    text = path.read_text(encoding="utf-8")
    options: list[str] = []
    expected = ""
    for title, body in sections(text):
        if title.startswith("lint"):
            options, expected = title.split()[1:], body
        elif not title.startswith("exit"):
            file = tmp_path / title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(ESCAPE.sub(lambda m: chr(int(m[1], 16)), body), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code = run(["lint", *options])
    said = capsys.readouterr()
    printed = said.out + said.err
    if os.environ.get("UPDATE_CASES"):
        head = text[: text.index("--- lint")]
        path.write_text(f"{head}--- lint {' '.join(options)}".rstrip() + f"\n{printed}--- exit {code}\n")
        return
    assert printed == expected
    assert text.endswith(f"--- exit {code}\n")


def test_there_are_cases():
    assert len(CASES) > 10
