"""A small service to generate, and the commands called in process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

CONTRACT = """\
mscgen: 1
service: note-service
version: 1.0.0
owner: team-notes
doc: Keeps notes.
auth: public

types:
  Note:
    note_id: uuid
    text: string(..500)

errors:
  NoteNotFound: not_found

operations:
  GetNote:
    doc: Reads a note.
    http: GET /v1/notes/{note_id}
    request: {note_id: uuid}
    response: Note
    errors: [NoteNotFound]
  DropNote:
    doc: Forgets a note.
    http: DELETE /v1/notes/{note_id}
    request: {note_id: uuid}
    errors: [NoteNotFound]
"""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


@pytest.fixture
def mscgen(capsys):
    """`mscgen("generate", folder)` in this process."""
    from mscgen.cli import run

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        code = run([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return call


@pytest.fixture
def service(tmp_path) -> Path:
    """A folder with a contract and nothing else."""
    folder = tmp_path / "note-service"
    folder.mkdir()
    (folder / "contract.yaml").write_text(CONTRACT)
    return folder


@pytest.fixture
def generated(service, mscgen) -> Path:
    """The service after its first `generate`."""
    result = mscgen("generate", service)
    assert result.code == 0, result.text
    return service


def tree(root: Path) -> dict[str, bytes]:
    """path → bytes of every file below."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def times(root: Path) -> dict[str, int]:
    """path → mtime of every file and folder below."""
    return {p.relative_to(root).as_posix(): p.lstat().st_mtime_ns for p in root.rglob("*")}


def edit(folder: Path, old: str, new: str, name: str = "contract.yaml") -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
