"""Store calls that must not be torn in two when their caller is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from ..errors import StoreUnavailable
from .machine import Begun, Replay

T = TypeVar("T")

# asyncio keeps only weak references to tasks.
_running: set[asyncio.Task[Any]] = set()


def detach(work: Coroutine[Any, Any, T]) -> Awaitable[T]:
    """The result of work that goes on to its end even if the caller does not wait for it."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_forget)
    return asyncio.shield(task)


def _forget(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()


async def begin_or_give_back(
    begin: Coroutine[Any, Any, Begun | Replay],
    release: Callable[[Begun], Coroutine[Any, Any, None]],
) -> Begun | Replay:
    """The result of `begin`. A caller cancelled before it hears of its lease has not started
    anything, so the lease is released."""
    task = asyncio.ensure_future(begin)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.cancelled():
            detach(_give_back(task, release))
        raise


async def _give_back(
    task: asyncio.Task[Begun | Replay], release: Callable[[Begun], Coroutine[Any, Any, None]]
) -> None:
    try:
        found = await task
        if isinstance(found, Begun):
            await release(found)
    except StoreUnavailable:
        return  # the lease ends by itself
