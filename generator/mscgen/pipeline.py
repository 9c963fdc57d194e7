"""The spine: read, resolve, lint, emit, write; one call each. Every command is a prefix of this line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mscgen.diagnostics import Diagnostic, has_errors

if TYPE_CHECKING:
    from mscgen.model.service import Service
    from mscgen.read import Source
    from mscgen.resolve.lock import Lock
    from mscgen.write import File, Plan


@dataclass(frozen=True, slots=True)
class Loaded:
    """A contract as far as it could be understood: `service` is None when a stage reported an error."""

    source: Source
    service: Service | None
    lock: Lock
    diagnostics: list[Diagnostic]


def load(contract: Path) -> Loaded:
    """read + resolve. The lock is `contract.lock` beside the contract; a missing one is empty."""
    from mscgen.read import read
    from mscgen.resolve import resolve
    from mscgen.resolve.lock import EMPTY, read_lock

    node, found, source = read(contract)
    if node is None or has_errors(found):
        return Loaded(source, None, EMPTY, found)
    lock, lock_found = read_lock(contract.with_suffix(".lock"))
    if has_errors(lock_found):
        return Loaded(source, None, EMPTY, found + lock_found)
    service, resolve_found, new_lock = resolve(node, contract.parent, lock)
    return Loaded(source, service, new_lock, found + lock_found + resolve_found)


def check(contract: Path) -> Loaded:
    """read + resolve + lint."""
    from mscgen.lint import lint

    loaded = load(contract)
    if loaded.service is None:
        return loaded
    return Loaded(loaded.source, loaded.service, loaded.lock, loaded.diagnostics + lint(loaded.service, loaded.source))


def inputs(contract: Path) -> list[Path]:
    """Every file that decides what `plan` emits, whether it exists or not.

    The contract and its lock, the contracts and documents of its dependencies, and of theirs: types come from them.
    """
    from mscgen.read import read

    found = {contract: None, contract.with_suffix(".lock"): None}
    waiting = [contract]
    while waiting:
        folder = waiting[-1].parent
        node, _, _ = read(waiting.pop())
        dependencies = node.get("dependencies") if node is not None else None
        for _, dependency in dependencies.entries if dependencies is not None else ():
            for key in ("contract", "openapi", "proto"):
                named = dependency.get(key)
                path = Path(os.path.normpath(folder / named.text)) if named is not None and named.text else None
                if path is None or path in found:
                    continue
                found[path] = None
                if key == "contract" and path.is_file():
                    waiting.append(path)
    return list(found)


def plan(
    contract: Path,
    root: Path,
    adopt: Iterable[str] = (),
    discard: Iterable[str] = (),
    seeds: Iterable[File] = (),
    emitted: Callable[[str], None] = lambda path: None,
) -> tuple[Loaded, Plan | None]:
    """read + resolve + lint + emit + plan: nothing on disk changes. The plan is None when an error was found.

    adopt, discard: as for `write.plan`. seeds: stubs to start with in place of the emitted ones of the same path.
    emitted: called with the path of each file when its text is there.
    """
    from mscgen.emit import emit
    from mscgen.resolve.lock import dump
    from mscgen.write import File, Owner
    from mscgen.write import plan as plan_files

    loaded = check(contract)
    loaded.diagnostics.extend(_lost_lock(contract, root))
    if loaded.service is None or has_errors(loaded.diagnostics):
        return loaded, None
    files = {seed.path: seed for seed in seeds}
    for file in emit(loaded.service):
        emitted(file.path)
        files.setdefault(file.path, file)
    files["contract.lock"] = File("contract.lock", dump(loaded.lock), Owner.LOCK)
    return loaded, plan_files(files.values(), root, adopt, discard)


def _lost_lock(contract: Path, root: Path) -> list[Diagnostic]:
    """A project that was generated has a lock; without it every field would get a new number, unseen."""
    from mscgen.diagnostics import Span, error
    from mscgen.write import manifest

    lock = contract.with_suffix(".lock")
    if lock.exists() or not manifest.read(root).managed:
        return []
    help = f"restore it: `git checkout {lock.name}`; to number anew, remove {manifest.PATH} too"
    message = f"{lock.name} is gone, and with it the numbers on the wire"
    return [error("lock-file", message, Span(str(lock), 1, 1, 1, 1), help)]
