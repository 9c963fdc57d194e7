"""Projects in a temporary folder, and a short way to run the write stage on them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from mscgen.write import File, Owner, Plan, apply, plan


def managed(path: str, text: str) -> File:
    return File(path, text)


def stub(path: str, text: str, moved_from: str | None = None) -> File:
    return File(path, text, Owner.STUB, moved_from)


def tree(root: Path) -> dict[str, bytes]:
    """Every file of the project but mscgen's local state: path → bytes."""
    paths = (p for p in root.rglob("*") if p.is_file() and ".mscgen" not in p.relative_to(root).parts)
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in paths}


def times(root: Path) -> dict[str, int]:
    """path → mtime of every file and folder below the project, state included."""
    return {p.relative_to(root).as_posix(): p.lstat().st_mtime_ns for p in root.rglob("*")}


class Project:
    """A folder that the write stage works on."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def plan(self, *files: File, adopt: Iterable[str] = (), discard: Iterable[str] = ()) -> Plan:
        return plan(files, self.root, adopt, discard)

    def generate(self, *files: File, adopt: Iterable[str] = (), discard: Iterable[str] = ()) -> Plan:
        made = self.plan(*files, adopt=adopt, discard=discard)
        assert not made.refuse, made.refuse
        assert apply(made, self.root) == []
        return made

    def write(self, path: str, content: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return target

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()


@pytest.fixture
def project(tmp_path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    return Project(root)
