"""Where a file may go: below the project, through no symbolic link that leads out of it."""

from __future__ import annotations

import os
from pathlib import Path

STATE = ".mscgen"
_RESERVED = {".git", STATE}


class UnsafePath(ValueError):
    """A path that an emitter must never yield: a bug, or a hostile name that got past `resolve`."""


def check_relative(path: str) -> str:
    """The path itself when it names a file below the project in one way only.

    Raises UnsafePath for an absolute path, `..`, `.`, empty parts, backslashes, drive letters, control characters,
    and for the folders that belong to git and to this tool.
    """
    parts = path.split("/")
    odd = any(part in {"", ".", ".."} or part != part.strip() or part.endswith(".") for part in parts)
    if odd or "\\" in path or ":" in path or any(ord(c) < 32 or ord(c) == 127 for c in path):
        raise UnsafePath(f"not a path below the project: {path!r}")
    if parts[0].lower() in _RESERVED:
        raise UnsafePath(f"{path!r} lies in a folder that is not for generated files")
    return path


def is_relative(path: str) -> bool:
    """Whether `check_relative` has nothing to say: for paths read from a file that somebody may have edited."""
    try:
        check_relative(path)
    except UnsafePath:
        return False
    return True


class Ground:
    """A project folder as one plan sees it: asks the disk about each parent folder once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = os.path.realpath(root)
        self._parents: dict[Path, str | None] = {}

    def obstacle(self, path: str, leaving: frozenset[str] = frozenset()) -> str | None:
        """Why a file cannot be put at `path`, in words that follow the path; None when it can.

        leaving: paths that the same plan removes first.
        """
        target = self._root / path
        if target.is_symlink():
            return "is a symbolic link, which mscgen would cut by replacing it"
        if target.is_dir():
            return "is a folder"
        if target.parent not in self._parents:
            self._parents[target.parent] = self._parent_obstacle(target.parent, leaving)
        return self._parents[target.parent]

    def _parent_obstacle(self, parent: Path, leaving: frozenset[str]) -> str | None:
        while parent != self._root and not parent.exists():
            if parent.is_symlink():
                return f"lies behind a broken symbolic link ({self._shown(parent)})"
            parent = parent.parent
        if not parent.is_dir():
            return None if self._shown(parent) in leaving else f"cannot be made: {self._shown(parent)} is a file"
        real = os.path.realpath(parent)
        if real != self._top and not real.startswith(self._top.rstrip(os.sep) + os.sep):
            return f"lies outside the project: {self._shown(parent)} leads to {real}"
        if not os.access(parent, os.W_OK | os.X_OK):
            return f"cannot be written: {self._shown(parent)} is read-only"
        return None

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()
