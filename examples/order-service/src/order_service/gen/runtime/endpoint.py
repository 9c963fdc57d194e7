"""The request path: one closure per operation and transport, built at start, through which every
call goes.

deadline → authentication → body → concurrency limit → validation → idempotency → handler → error
mapping → metrics, span, log line. Stages that an operation does not need are not in its closure.
Nothing here knows ASGI or gRPC: an adapter brings a `Call` and a `Codec`; what comes out is the
encoded answer, or a `ServiceError` is raised.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import ValidationError

from .call import Call
from .context import Context
from .deadline import CallerGone, earliest, supervise
from .errors import Cancelled, DeadlineExceeded, Internal, ServiceError, Unimplemented
from .operation import Operation
from .violations import invalid_request

R = TypeVar("R")


class Observer(Protocol):
    """Counts, times, traces and logs the calls of one operation on one transport."""

    def begin(self, call: Call) -> Any:
        """Something to remember the call by."""

    def end(self, memory: Any, call: Call, seconds: float, error: BaseException | None) -> None:
        """The call is over. error: what the caller is told, None for success; `__cause__` has what
        was behind it."""


class Limiter(Protocol):
    """Bounds the calls that are being worked on."""

    def acquire(self, call: Call, principal: Any) -> None:
        """Admits the call or raises Overloaded or RateLimited."""

    def release(self, seconds: float, error: BaseException | None) -> None:
        """An admitted call is over."""


class Once(Protocol):
    """Runs a handler at most once per idempotency key; whoever comes again gets the first
    outcome.
    """

    def key(self, call: Call) -> str:
        """The caller's key. Raises KeyMissing or KeyMalformed."""

    async def run(
        self, context: Context[Any], request: Any, work: Callable[[], Coroutine[Any, Any, Any]]
    ) -> Any:
        """The response of this run or of the first one. Raises what the first one raised,
        KeyReused, KeyInUse."""


@dataclass(frozen=True, slots=True)
class Stages:
    """What the calls of one operation pass through; None where it needs no such stage.

    ceiling: seconds that no call with a deadline may exceed, whatever contract and caller say.
    """

    context: Callable[..., Context[Any]]
    deps: Any
    store: Any = None
    authenticate: Callable[[Call], Coroutine[Any, Any, Any]] | None = None
    limiter: Limiter | None = None
    once: Once | None = None
    observer: Observer | None = None
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class Codec(Generic[R]):
    """How a transport carries one operation.

    decode: from a raw message to the request; raises ValidationError or ServiceError. encode: from
    the response to what the adapter sends. read: gets the raw message once the caller is known,
    where it is still to be read.
    """

    decode: Callable[[Any, Any], Any]
    encode: Callable[[Any, Any], R]
    read: Callable[[Any], Coroutine[Any, Any, Any]] | None = None


@dataclass(slots=True)
class _Progress:
    """How far a call has come, for the end of it."""

    began: float
    memory: Any
    deadline: float | None = None
    principal: Any = None
    limited: bool = False


Unary = Callable[[Any, Any], Coroutine[Any, Any, R]]
Stream = Callable[[Any, Any], AsyncGenerator[R, None]]


def _told(error: BaseException, state: _Progress) -> BaseException:
    """What the caller is told of a failure. Its text never leaves unless it was written for the
    caller."""
    if isinstance(error, ServiceError):
        return error
    told: ServiceError = Internal()
    if isinstance(error, CallerGone | asyncio.CancelledError | GeneratorExit):
        # gRPC cancels a call both when its caller goes and when its time is over.
        if state.deadline is not None and time.monotonic() >= state.deadline:
            told = DeadlineExceeded()
        elif not _strays(error):
            told = Cancelled()
    told.__cause__ = error
    return told


def _strays(error: BaseException) -> bool:
    """Whether a cancellation came out of a handler although nobody has cancelled its call, as that
    of a task it awaited: gRPC would never answer, for it takes it as the end of the call."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and not task.cancelling()


def _ends_the_task(error: BaseException) -> bool:
    """A cancellation that must go on to whoever asked for it."""
    return isinstance(error, asyncio.CancelledError) and not _strays(error)


class _Path:
    """The part of the chain that every kind of call shares."""

    __slots__ = ("_allowed", "_codec", "_operation", "_stages", "handler", "waits")

    def __init__(self, operation: Operation, stages: Stages, codec: Codec[Any]) -> None:
        self._operation = operation
        self._stages = stages
        self._codec = codec
        allowed = operation.deadline
        self._allowed = None if allowed is None else earliest(allowed, stages.ceiling)
        self.waits = stages.authenticate is not None or codec.read is not None
        self.handler = operation.handler or _missing(operation)

    def begin(self, call: Call) -> _Progress:
        """The call has come in. Nothing is raised before it is counted."""
        observer = self._stages.observer
        return _Progress(time.monotonic(), None if observer is None else observer.begin(call))

    def limit_time(self, call: Call, state: _Progress) -> None:
        """Sets the deadline. Raises DeadlineExceeded, InvalidRequest."""
        seconds = earliest(call.timeout(), self._allowed)
        if seconds is not None:
            if seconds <= 0.0:
                raise DeadlineExceeded("The time for the call was over before it arrived.")
            state.deadline = state.began + seconds

    async def meet(self, call: Call, raw: Any, state: _Progress) -> Any:
        """The raw message, once it is known who sends it; only called where the chain `waits`."""
        authenticate, read = self._stages.authenticate, self._codec.read
        if authenticate is not None:
            state.principal = await supervise(authenticate(call), state.deadline)
        return raw if read is None else await supervise(read(call), state.deadline)

    def admit(self, call: Call, state: _Progress) -> Context[Any]:
        """The context, once the call may be worked on."""
        stages, principal = self._stages, state.principal
        if stages.limiter is not None:
            stages.limiter.acquire(call, principal)
            state.limited = True
        key = None if stages.once is None else stages.once.key(call)
        return stages.context(
            call, self._operation, stages.deps, state.deadline, principal, key, stages.store
        )

    def decode(self, raw: Any, call: Call) -> Any:
        """The request. Raises InvalidRequest."""
        try:
            return self._codec.decode(raw, call)
        except ValidationError as fault:
            raise invalid_request(fault) from None

    async def decoded(self, messages: AsyncIterator[Any], call: Call) -> AsyncIterator[Any]:
        """The requests of a stream, as they come."""
        async for raw in messages:
            yield self.decode(raw, call)

    def close(self, call: Call, state: _Progress, error: BaseException | None) -> None:
        """The end of every call, however it ended."""
        stages, seconds = self._stages, time.monotonic() - state.began
        if state.limited and stages.limiter is not None:
            stages.limiter.release(seconds, error)
        if stages.observer is not None:
            stages.observer.end(state.memory, call, seconds, error)


def _missing(operation: Operation) -> Callable[..., Any]:
    def handler(request: Any, context: Context[Any]) -> Any:
        raise Unimplemented(f"{operation.name} is not implemented.")

    return handler


def bind_unary(
    operation: Operation, stages: Stages, codec: Codec[R], *, streamed_request: bool = False
) -> Unary[R]:
    """The endpoint of an operation that answers with one message.

    It is called with the call and the raw message (an async iterator of them for a streamed
    request), returns the encoded response, and raises a ServiceError or CancelledError, nothing
    else.
    """
    path, once, encode = _Path(operation, stages, codec), stages.once, codec.encode
    handler, waits = path.handler, path.waits

    async def endpoint(call: Call, raw: Any) -> R:
        state = path.begin(call)
        error: BaseException | None = None
        try:
            path.limit_time(call, state)
            if waits:
                raw = await path.meet(call, raw, state)
            context = path.admit(call, state)
            request = path.decoded(raw, call) if streamed_request else path.decode(raw, call)
            if once is None:
                work = handler(request, context)
            else:
                work = once.run(context, request, lambda: handler(request, context))
            return encode(await supervise(work, context.deadline, call.gone), call)
        except BaseException as raised:
            error = _told(raised, state)
            if raised is error or _ends_the_task(raised):
                raise
            raise error from raised
        finally:
            path.close(call, state, error)
            error = None  # its traceback holds this frame: without a cycle both go at once

    return endpoint


def bind_stream(
    operation: Operation, stages: Stages, codec: Codec[R], *, streamed_request: bool = False
) -> Stream[R]:
    """The endpoint of an operation that answers with many messages: an async generator, else as
    `bind_unary`."""
    path, encode = _Path(operation, stages, codec), codec.encode
    handler, waits = path.handler, path.waits

    async def endpoint(call: Call, raw: Any) -> AsyncGenerator[R, None]:
        state = path.begin(call)
        error: BaseException | None = None
        messages = None
        try:
            path.limit_time(call, state)
            if waits:
                raw = await path.meet(call, raw, state)
            context = path.admit(call, state)
            request = path.decoded(raw, call) if streamed_request else path.decode(raw, call)
            messages = handler(request, context)
            following = messages.__anext__
            while True:
                try:
                    message = await supervise(following(), context.deadline)
                except StopAsyncIteration:
                    return
                yield encode(message, call)
        except BaseException as raised:
            error = _told(raised, state)
            if raised is error or isinstance(raised, GeneratorExit) or _ends_the_task(raised):
                raise
            raise error from raised
        finally:
            try:
                if messages is not None and hasattr(messages, "aclose"):
                    await messages.aclose()
            finally:
                path.close(call, state, error)
                error = None

    return endpoint
