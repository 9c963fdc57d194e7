"""One-file cases: the inputs and the whole expected output in one `.txt`. To add a case, add a file, not a test.

A line `--- name` starts a part; the part `--- output` is what is expected. `MSCGEN_UPDATE_CASES=1 pytest …` writes
the actual output into the file, to be read in the diff.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"
_PART = re.compile(r"^--- (\S+)\n", re.MULTILINE)


def cases(folder: str) -> list:
    """The cases of a folder, as parameters of a test."""
    return [pytest.param(path, id=path.stem) for path in sorted((CASES / folder).glob("*.txt"))]


def parts(path: Path) -> dict[str, str]:
    """The named parts of a case file; what stands before the first is its description."""
    pieces = _PART.split(path.read_text("utf-8"))
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def check(path: Path, run: Callable[[dict[str, str]], str]) -> None:
    """Runs a case and compares its whole output."""
    found = parts(path)
    expected = found.pop("output", "")
    actual = run(found)
    if os.environ.get("MSCGEN_UPDATE_CASES"):
        head = path.read_text("utf-8").partition("--- output\n")[0]
        path.write_text(head + "--- output\n" + actual, "utf-8")
        return
    assert actual == expected


def write_files(found: dict[str, str], folder: Path) -> Path:
    """Writes the parts of a case as files and returns the contract."""
    for name, text in found.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder / "contract.yaml"
