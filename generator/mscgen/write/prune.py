"""Handlers whose operation is gone: moved aside, never deleted."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from mscgen.write import manifest
from mscgen.write.paths import STATE, check_relative

ASIDE = f"{STATE}/pruned"


def prune(root: Path, orphans: Iterable[str]) -> list[tuple[str, str]]:
    """Move each orphan below `.mscgen/pruned/`, where git does not see it. Returns (from, to), relative to the root.

    An earlier pruned file of the same name is kept: the newer one gets a number. The caller holds `exclusive(root)`.
    """
    moved = []
    for path in orphans:
        target = _free_name(root, f"{ASIDE}/{check_relative(path)}")
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        os.rename(root / path, root / target)
        moved.append((path, target))
    _forget(root, {path for path, _ in moved})
    return moved


def _forget(root: Path, gone: set[str]) -> None:
    known = manifest.read(root)
    if not gone & known.stubs:
        return
    managed = {path: min(hashes) for path, hashes in known.managed.items() if len(hashes) == 1}
    if len(managed) < len(known.managed):
        return  # an unfinished merge: the next generate writes the manifest anew, and forgets then
    draft = root / f"{STATE}/manifest.draft"
    draft.write_text(manifest.dump(managed, known.adopted, known.stubs - gone), encoding="utf-8")
    os.replace(draft, root / manifest.PATH)


def _free_name(root: Path, path: str) -> str:
    name, number = path, 1
    while (root / name).exists():
        number += 1
        name = f"{path}.{number}"
    return name
