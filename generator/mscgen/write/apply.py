"""plan → disk: staged, written down, then put in place. Killed at any moment it leaves the old tree or the new one."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from mscgen.write import journal, manifest
from mscgen.write.journal import STAGE, Drop, Hook, Journal, Put, Shift
from mscgen.write.paths import STATE
from mscgen.write.plan import Plan

_IGNORE = "# Only the manifest is worth committing.\n*\n!.gitignore\n!manifest.json\n"


class Interrupted(OSError):
    """The disk stopped a run half-way; the journal is kept and the next run completes it."""


def _quiet(step: str) -> None:
    """The hook of an ordinary run."""


def apply(plan: Plan, root: Path, at: Hook = _quiet) -> list[str]:
    """Make the tree what the plan says. Returns paths left alone because they changed since the plan was made.

    The caller holds `exclusive(root)`. at: called before each step with its name; tests stop the process there.
    Raises ValueError for a plan with refusals, Interrupted when the disk refuses after the point of no return, and
    OSError before it (nothing has changed then).
    """
    if plan.refuse:
        raise ValueError("a plan with refusals cannot be applied")
    if not plan.changes:
        return []
    prepare(root)
    steps = _stage(plan, root, at)
    at("save")
    steps.save(root)
    return _complete(steps, root, at)


def recover(root: Path) -> list[str] | None:
    """Finish or forget a run that was killed. None: there was none to finish; else as `apply`."""
    steps = journal.load(root)
    if steps is not None:
        return _complete(steps, root, _quiet)
    if (root / STAGE).exists():
        shutil.rmtree(root / STAGE)
    return None


def pending(root: Path) -> bool:
    """Whether a killed run waits to be finished."""
    return (root / STAGE).exists()


def prepare(root: Path) -> None:
    """Make `.mscgen/`, with a .gitignore that keeps all but the manifest out of git.

    Raises OSError when the project cannot be written, or when the folder is a link to somewhere else.
    """
    state = root / STATE
    if state.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, "a symbolic link where mscgen keeps its state", str(state))
    state.mkdir(exist_ok=True)
    ignore = state / ".gitignore"
    if not ignore.exists():
        ignore.write_text(_IGNORE, encoding="utf-8")


def _complete(steps: Journal, root: Path, at: Hook) -> list[str]:
    try:
        return journal.complete(steps, root, at)
    except KeyboardInterrupt:
        journal.complete(steps, root, _quiet)  # past the point of no return the new tree is the quicker way out
        raise
    except OSError as refused:
        why = f"{refused.strerror} (half-way: the next mscgen generate completes this run)"
        raise Interrupted(refused.errno, why, refused.filename2 or refused.filename) from refused


def _stage(plan: Plan, root: Path, at: Hook) -> Journal:
    folder = root / STAGE
    folder.mkdir()
    writes = [(w.path, w.text, None if w.old is None else manifest.digest(w.old)) for w in plan.create + plan.update]
    if plan.manifest_changed:
        path = root / manifest.PATH
        old = manifest.digest(path.read_bytes()) if path.is_file() else None
        writes.append((manifest.PATH, plan.manifest, old))
    puts = []
    for number, (path_, text, old) in enumerate(writes):
        at(f"stage {path_}")
        content = text.encode()
        _write(folder / f"{number:05}", content)
        puts.append(Put(f"{number:05}", path_, old, manifest.digest(content)))
    drops = tuple(Drop(p, manifest.digest((root / p).read_bytes())) for p in plan.remove)
    return Journal(drops, tuple(Shift(m.source, m.path) for m in plan.move), tuple(puts))


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with open(descriptor, "wb") as file:
        file.write(content)
