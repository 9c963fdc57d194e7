"""Store calls apart from their callers: not torn in two by a cancellation, not waited for for
ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ..errors import StoreUnavailable
from .machine import Begun, Replay

T = TypeVar("T")

# asyncio keeps only weak references to tasks.
_running: set[asyncio.Task[Any]] = set()


def spawn(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """A task that runs to its end even if nobody waits for it."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_forget)
    return task


def _forget(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()


async def finish(work: Coroutine[Any, Any, T], patience: float) -> T:
    """The result of work that goes on when its caller is cancelled.

    Raises StoreUnavailable after `patience` seconds, without waiting until the work has noticed.
    """
    return await _result(spawn(work), patience)


async def abandon(work: Coroutine[Any, Any, T]) -> T:
    """The result of work that is cancelled with its caller, who does not wait until it has
    noticed: a driver that cancels asks a server that may be dead."""
    task = spawn(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.cancel()
        raise


async def begin_or_give_back(
    begin: Coroutine[Any, Any, Begun | Replay],
    release: Callable[[Begun], Coroutine[Any, Any, None]],
    patience: float,
) -> Begun | Replay:
    """The result of `begin`. A caller that does not hear of its lease has not started anything,
    so the lease is released. Raises StoreUnavailable after `patience` seconds."""
    task = spawn(begin)
    try:
        return await _result(task, patience)
    except (asyncio.CancelledError, StoreUnavailable):
        spawn(_give_back(task, release))
        raise


async def _result(task: asyncio.Task[T], patience: float) -> T:
    await asyncio.wait({task}, timeout=patience)
    if not task.done():
        task.cancel()
        raise StoreUnavailable("The store does not answer.")
    return task.result()


async def _give_back(
    task: asyncio.Task[Begun | Replay], release: Callable[[Begun], Coroutine[Any, Any, None]]
) -> None:
    await asyncio.wait({task})
    if not task.cancelled() and task.exception() is None:
        found = task.result()
        if isinstance(found, Begun):
            await release(found)
