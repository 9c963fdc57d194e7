"""Whether anything can have changed since the last `generate`: a local memory that saves the work of finding out.

The memory holds digests of everything that goes in. What came out is compared with the manifest, byte for byte, so a
hand-edited or deleted file is always noticed. The memory is not committed: a fresh checkout does the whole work once.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from mscgen import __version__
from mscgen.resources import data_root
from mscgen.write import manifest
from mscgen.write.apply import pending
from mscgen.write.paths import STATE
from mscgen.write.plan import Plan

_MEMORY = f"{STATE}/fresh.json"


def remember(root: Path, inputs: Iterable[Path], plan: Plan, said: str) -> None:
    """Note that `plan` has been applied, from these input files. said: the findings that a repeated run shows again.

    Nothing is remembered for a plan with orphans: those are looked for on every run.
    """
    memory = root / _MEMORY
    if plan.orphans or plan.refuse:
        memory.unlink(missing_ok=True)
        return
    content = {
        "tool": _tool(),
        "day": date.today().isoformat(),
        "inputs": {os.path.relpath(path, root): _digest(path) for path in inputs},
        "manifest": _digest(root / manifest.PATH),
        "stubs": [path for path in manifest.read(root).stubs if (root / path).exists()],
        "said": said,
    }
    draft = memory.with_suffix(".draft")
    draft.write_text(json.dumps(content), encoding="utf-8")
    os.replace(draft, memory)


def recall(root: Path) -> str | None:
    """What the last run said, when running again would change nothing; None when only a run can tell.

    The day counts as an input because waivers end on one.
    """
    try:
        memory = json.loads((root / _MEMORY).read_text(encoding="utf-8"))
        same = (
            memory["day"] == date.today().isoformat()
            and memory["tool"] == _tool()
            and memory["manifest"] == _digest(root / manifest.PATH)
            and all(_digest(root / path) == known for path, known in memory["inputs"].items())
            and all((root / path).exists() for path in memory["stubs"])
            and _outputs_are_ours(root)
            and not pending(root)
        )
        return str(memory["said"]) if same else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # no memory, or a spoilt one: the run makes a new one


def inputs(root: Path) -> list[Path]:
    """The contracts that the last remembered run read; empty when there was none. The lock is not among them."""
    try:
        names = json.loads((root / _MEMORY).read_text(encoding="utf-8"))["inputs"]
        return [root / name for name in names if not name.endswith(".lock")]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _outputs_are_ours(root: Path) -> bool:
    return all(_digest(root / path) in hashes for path, hashes in manifest.read(root).managed.items())


def _digest(path: Path) -> str | None:
    try:
        return manifest.digest(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _tool() -> str:
    """A digest of mscgen itself: version, interpreter, installed packages, and size and time of each of its files.

    Sizes and times, not contents: a reinstalled mscgen may cost one run too many, never one too few.
    """
    seen = hashlib.sha256(f"{__version__} {sys.version} {sys.prefix}".encode())
    package = Path(__file__).resolve().parents[1]
    for folder in [package, data_root() / "templates", data_root() / "schemas"]:
        _stamp(str(folder), seen)
    for folder in map(Path, sys.path):
        if folder.name in {"site-packages", "dist-packages"} and folder.is_dir():
            seen.update(f"{folder} {folder.stat().st_mtime_ns}".encode())
    return seen.hexdigest()


def _stamp(folder: str, seen: hashlib._Hash) -> None:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__" and not entry.name.startswith("."):
                    _stamp(entry.path, seen)
            elif not entry.name.endswith(".history"):
                status = entry.stat()
                seen.update(f"{entry.path} {status.st_size} {status.st_mtime_ns}\n".encode())
