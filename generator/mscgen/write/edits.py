"""Where in a managed file somebody wrote by hand."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from mscgen.write.manifest import digest, normal

_MARKERS = (b"<<<<<<< ", b"=======", b">>>>>>> ")


def has_conflict_markers(content: bytes) -> bool:
    """Whether a git merge stopped in this file: all three markers, each at the start of a line, in order."""
    wanted = list(_MARKERS)
    for line in content.splitlines():
        if wanted and line.startswith(wanted[0]):
            wanted.pop(0)
    return not wanted


def first_difference(mine: bytes, theirs: bytes) -> tuple[int, str]:
    """(line number from 1, text of `mine` there) of the first line that differs; the text is "" past the end."""
    ours, others = normal(mine).split(b"\n"), normal(theirs).split(b"\n")
    for number, line in enumerate(ours):
        if number >= len(others) or line != others[number]:
            return number + 1, line.decode("utf-8", "replace")
    return len(ours) + 1, ""


def locate(root: Path, path: str, disk: bytes, hashes: Iterable[str], planned: bytes | None) -> tuple[int, str]:
    """The first hand-written line of a managed file.

    Compared with what mscgen wrote when git still has it (last commit, index), else with what it would write now.
    """
    written = _from_git(root, path, frozenset(hashes))
    original = planned if written is None else written
    return first_difference(disk, original) if original is not None else (1, "")


def _from_git(root: Path, path: str, hashes: frozenset[str]) -> bytes | None:
    for revision in ("HEAD:./", ":0:./"):
        try:
            shown = subprocess.run(["git", "-C", str(root), "show", revision + path], capture_output=True)
        except OSError:
            return None
        if shown.returncode == 0 and digest(shown.stdout) in hashes:
            return shown.stdout
    return None
