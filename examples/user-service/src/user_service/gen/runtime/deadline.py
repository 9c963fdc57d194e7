"""Time: how long a call may take, and what ends it early.

A deadline is an absolute `time.monotonic()` value in seconds, or None. It arrives as `grpc-timeout`
(gRPC's header, which REST callers may send too) and is never longer than the contract allows.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine
from typing import Any, Final, Protocol, TypeVar

from .errors import DeadlineExceeded, InvalidRequest, Violation

T = TypeVar("T")

_UNITS: Final = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
_TIMEOUT: Final = re.compile(r"([0-9]{1,8})([HMSmun])")

WATCH_AFTER: Final = 0.05
"""Seconds that a handler is suspended before anybody looks whether its caller is still there."""


def parse_timeout(text: str) -> float:
    """Seconds of a `grpc-timeout` value: at most 8 digits and one of H M S m u n (gRPC over
    HTTP/2).

    Raises InvalidRequest.
    """
    match = _TIMEOUT.fullmatch(text)
    if match is None:
        expected = "At most 8 digits and one of H M S m u n are expected."
        raise InvalidRequest([Violation(("grpc-timeout",), "timeout_syntax", expected)])
    return int(match[1]) * _UNITS[match[2]]


def format_timeout(seconds: float) -> str:
    """The `grpc-timeout` value of a time span, rounded down, in the finest unit that has room."""
    left = max(0.0, seconds)
    for unit in ("u", "m", "S", "M", "H"):
        count = int(left / _UNITS[unit])
        if count < 100_000_000:
            return f"{count}{unit}"
    return "99999999H"


def earliest(given: float | None, allowed: float | None) -> float | None:
    """The smaller of two time spans in seconds; None is without end."""
    if given is None:
        return allowed
    return given if allowed is None or given < allowed else allowed


class CallerGone(Exception):
    """The caller has disconnected: there is nobody to answer."""


class _Step(Protocol):
    """What a coroutine and an async generator's `__anext__()` have in common."""

    def send(self, value: None, /) -> Any: ...

    def throw(self, error: BaseException, /) -> Any: ...


@coroutine
def _resume(work: _Step, waiting: Any) -> Generator[Any, Any, Any]:
    """Drives `work`, whose first suspension was `waiting`, to its end inside the running task."""
    while True:
        error = None
        try:
            yield waiting
        except BaseException as thrown:
            error = thrown
        try:
            waiting = work.send(None) if error is None else work.throw(error)
        except StopIteration as stop:
            return stop.value


async def _awaited(work: Awaitable[T]) -> T:
    return await work


class _Guard:
    """Cancels the running task when the deadline passes or the caller goes."""

    __slots__ = ("_cancelling", "_deadline", "_gone", "_task", "_timer", "_watcher", "cause")

    def __init__(
        self, deadline: float | None, gone: Callable[[], Coroutine[Any, Any, None]] | None
    ) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a handler runs inside a task")
        self._task = task
        self._cancelling = task.cancelling()
        self._deadline = deadline
        self._gone = gone
        self._watcher: asyncio.Task[None] | None = None
        self.cause: type[Exception] | None = None
        wait = self._left()
        if gone is not None:
            wait = earliest(wait, WATCH_AFTER)
        self._timer = None if wait is None else task.get_loop().call_later(wait, self._tick)

    def _left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def _tick(self) -> None:
        """The one timer: first it starts the watch for the caller, then it is the deadline."""
        left = self._left()
        if left is not None and left <= 0.0:
            self._timer = None
            self._trip(DeadlineExceeded)
            return
        loop = self._task.get_loop()
        if self._gone is not None and self._watcher is None:
            self._watcher = loop.create_task(self._gone())
            self._watcher.add_done_callback(self._left_alone)
        self._timer = None if left is None else loop.call_later(left, self._tick)

    def _left_alone(self, watcher: asyncio.Task[None]) -> None:
        if not watcher.cancelled() and watcher.exception() is None:
            self._trip(CallerGone)

    def _trip(self, cause: type[Exception]) -> None:
        if self.cause is None:
            self.cause = cause
            self._task.cancel()

    def close(self) -> None:
        """Stops the timer and the watch."""
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def absorb(self) -> bool:
        """Whether the cancellation of the task was this guard's alone; takes it back if the guard
        made it."""
        return self.cause is not None and self._task.uncancel() <= self._cancelling


async def supervise(
    work: Coroutine[Any, Any, T] | Awaitable[T],
    deadline: float | None,
    gone: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> T:
    """The result of `work`, which is cancelled when `deadline` passes or `gone()` returns.

    Work that never waits costs neither a timer nor a task: its first step runs right here, and only
    what has suspended is guarded. `gone` is a coroutine function that returns once the caller has
    disconnected; it is called when the work has been waiting for `WATCH_AFTER`.

    Raises DeadlineExceeded, CallerGone, or what the work raises.
    """
    step: Any = work if hasattr(work, "send") else _awaited(work)
    try:
        waiting = step.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    guard = _Guard(deadline, gone)
    try:
        result = await _resume(step, waiting)
    except asyncio.CancelledError:
        if guard.absorb() and guard.cause is not None:
            raise guard.cause() from None
        raise
    except BaseException:
        guard.absorb()
        raise
    else:
        guard.absorb()
        return result
    finally:
        guard.close()


async def shielded(work: Coroutine[Any, Any, T]) -> T:
    """The result of work that must not be torn in two: a commit, the completion of an idempotency
    key.

    It runs to its end even if the calling task is cancelled (a deadline, a caller that hung up);
    the cancellation is delivered once it is done.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                raise
            cancelled = error
        except BaseException:
            break
    if cancelled is not None:
        if not task.cancelled() and task.exception() is not None:
            raise cancelled from task.exception()
        raise cancelled
    return task.result()
