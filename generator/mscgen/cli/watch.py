"""`mscgen generate --watch`: look at times and sizes, run when they have come to rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from mscgen.cli import exits
from mscgen.write.freshness import inputs

_PAUSE = 0.3  # seconds between two looks; a change has to outlive one of them, so no half-written file is read

Seen = dict[Path, tuple[int, int] | None]


def watch(contract: Path, run: Callable[[], int]) -> int:
    """Run now, and after each change of the contract or of one it depends on, until Ctrl-C.

    A contract that is broken, or gone for a moment, is survived.
    """
    click.echo(f"watching {contract}; Ctrl-C ends", err=True)
    paths = [contract]
    done: Seen = {}
    before: Seen = {}
    try:
        while True:
            now = _look(paths)
            if now != done and now == before and now[contract] is not None:
                _survive(run)
                paths = list(dict.fromkeys([contract, *inputs(contract.parent)]))
                done = _look(paths) | now
            before = now
            time.sleep(_PAUSE)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
        return exits.CLEAN


def _look(paths: Iterable[Path]) -> Seen:
    seen: Seen = {}
    for path in paths:
        try:
            status = path.stat()
            seen[path] = (status.st_mtime_ns, status.st_size)
        except OSError:
            seen[path] = None
    return seen


def _survive(run: Callable[[], int]) -> None:
    try:
        run()
    except exits.Stop as stop:
        click.echo(f"error: {stop}", err=True)
    except OSError as refused:
        click.echo(f"error: {refused}", err=True)
