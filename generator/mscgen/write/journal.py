"""The steps of one run, written down before the first of them is taken.

A run stages every new file below `.mscgen/stage/`, then renames the journal into place: that rename is the moment
from which the new tree exists. Killed before it, the next run throws the stage away: the old tree. Killed after it,
the next run takes the remaining steps: the new tree. Every step can be taken twice.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mscgen.write.manifest import PATH as MANIFEST
from mscgen.write.manifest import digest
from mscgen.write.paths import STATE, Ground, is_relative

STAGE = f"{STATE}/stage"
_JOURNAL = "journal.json"

Hook = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Put:
    """Replace `path` by the staged file. old: digest of what may be replaced, None for nothing there."""

    stage: str
    path: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Delete `path` when its digest is still `old`."""

    path: str
    old: str


@dataclass(frozen=True, slots=True)
class Shift:
    """Rename `source` to `path`."""

    source: str
    path: str


@dataclass(frozen=True, slots=True)
class Journal:
    """Steps in the order in which they are taken: drops, shifts, puts; the manifest is the last put."""

    drops: tuple[Drop, ...]
    shifts: tuple[Shift, ...]
    puts: tuple[Put, ...]

    def save(self, root: Path) -> None:
        """The point of no return."""
        draft = root / STAGE / "journal.draft"
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        os.replace(draft, root / STAGE / _JOURNAL)


def load(root: Path) -> Journal | None:
    """The journal of a run that did not end; None when there is none.

    A journal comes with the folder, so it may have been planted: steps that lead out of the project are not read.
    """
    try:
        saved: dict[str, Any] = json.loads((root / STAGE / _JOURNAL).read_text(encoding="utf-8"))
        drops = [Drop(**d) for d in saved["drops"]]
        shifts = [Shift(**s) for s in saved["shifts"]]
        puts = [Put(**p) for p in saved["puts"]]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None  # none, or one that mscgen did not write: it appears by a rename, so it is never half there
    ground, leaving = Ground(root), frozenset(d.path for d in drops)

    def safe(*paths: str) -> bool:
        return all(
            isinstance(p, str) and (p == MANIFEST or (is_relative(p) and ground.obstacle(p, leaving) is None))
            for p in paths
        )

    return Journal(
        tuple(d for d in drops if safe(d.path)),
        tuple(s for s in shifts if safe(s.source, s.path)),
        tuple(p for p in puts if safe(p.path) and str(p.stage).isdecimal()),
    )


def complete(journal: Journal, root: Path, at: Hook) -> list[str]:
    """Take every step that is left, then forget the journal.

    Returns the paths that were left alone because somebody changed them since the plan was made. Raises OSError when
    the disk refuses; the journal then stays, and the next run tries again.
    """
    skipped = []
    for drop in journal.drops:
        at(f"drop {drop.path}")
        if not _drop(root / drop.path, drop.old):
            skipped.append(drop.path)
    for shift in journal.shifts:
        at(f"shift {shift.path}")
        if not _shift(root / shift.source, root / shift.path):
            skipped.append(shift.path)
    for path in [d.path for d in journal.drops] + [s.source for s in journal.shifts]:
        _sweep(root / path, root)
    for put in journal.puts:
        at(f"put {put.path}")
        if not _put(root / STAGE / put.stage, root / put.path, put):
            skipped.append(put.path)
    at("forget")
    (root / STAGE / _JOURNAL).unlink()
    at("sweep")
    shutil.rmtree(root / STAGE)
    return skipped


def _drop(target: Path, old: str) -> bool:
    if not target.is_file():
        return True
    if digest(target.read_bytes()) != old:
        return False
    target.unlink()
    return True


def _shift(source: Path, target: Path) -> bool:
    if not source.exists():
        return target.exists()
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(source, target)
    return True


def _put(staged: Path, target: Path, put: Put) -> bool:
    if not staged.exists():
        return True  # an earlier try got past this step
    there = digest(target.read_bytes()) if target.is_file() else None
    if there not in {put.old, put.new}:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    if there is not None:
        shutil.copymode(target, staged)
    _replace(staged, target)
    return True


def _replace(staged: Path, target: Path) -> None:
    """os.replace, also when the target's folder is a mount of its own."""
    try:
        os.replace(staged, target)
    except OSError as refused:
        if refused.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}.mscgen")
        shutil.copy(staged, beside)
        os.replace(beside, target)
        staged.unlink()


def _sweep(gone: Path, root: Path) -> None:
    """Remove the folders that a deleted file leaves empty; a forgotten `__pycache__` counts as empty."""
    for folder in gone.parents:
        if folder == root or not folder.is_dir():
            return
        left = [entry.name for entry in folder.iterdir()]
        if left not in ([], ["__pycache__"]):
            return
        shutil.rmtree(folder)
