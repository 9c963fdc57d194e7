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
class _Admitted:
    """How far a call has come, for the end of it."""

    began: float
    deadline: float | None = None
    memory: Any = None
    limited: bool = False


Unary = Callable[[Any, Any], Coroutine[Any, Any, R]]
Stream = Callable[[Any, Any], AsyncGenerator[R, None]]


def _told(error: BaseException, state: _Admitted) -> BaseException:
    """What the caller is told of a failure. Its text never leaves unless it was written for the
    caller."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, CallerGone | asyncio.CancelledError | GeneratorExit):
        # gRPC cancels a call both when its caller goes and when its time is over.
        late = state.deadline is not None and time.monotonic() >= state.deadline
        told: ServiceError = DeadlineExceeded() if late else Cancelled()
    else:
        told = Internal()
    told.__cause__ = error
    return told


class _Path:
    """The part of the chain that every kind of call shares."""

    __slots__ = ("_allowed", "_authenticate", "_codec", "_operation", "_stages", "handler")

    def __init__(self, operation: Operation, stages: Stages, codec: Codec[Any]) -> None:
        self._operation = operation
        self._stages = stages
        self._codec = codec
        allowed = operation.deadline
        self._allowed = None if allowed is None else earliest(allowed, stages.ceiling)
        self._authenticate = stages.authenticate
        self.handler = operation.handler or _missing(operation)

    async def admit(self, call: Call, raw: Any, state: _Admitted) -> tuple[Any, Context[Any]]:
        """The raw message and the context, once the call may go on."""
        stages = self._stages
        seconds = earliest(call.timeout(), self._allowed)
        if seconds is not None and seconds <= 0.0:
            raise DeadlineExceeded("The time for the call was over before it arrived.")
        deadline = state.deadline = None if seconds is None else state.began + seconds
        principal = None
        if self._authenticate is not None:
            principal = await supervise(self._authenticate(call), deadline)
        if self._codec.read is not None:
            raw = await supervise(self._codec.read(call), deadline)
        if stages.limiter is not None:
            stages.limiter.acquire(call, principal)
            state.limited = True
        key = None if stages.once is None else stages.once.key(call)
        return raw, stages.context(
            call, self._operation, stages.deps, deadline, principal, key, stages.store
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

    def close(self, call: Call, state: _Admitted, error: BaseException | None) -> None:
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
    path, observer, once, encode = (
        _Path(operation, stages, codec),
        stages.observer,
        stages.once,
        codec.encode,
    )
    handler = path.handler

    async def endpoint(call: Call, raw: Any) -> R:
        state = _Admitted(time.monotonic())
        error: BaseException | None = None
        try:
            if observer is not None:
                state.memory = observer.begin(call)
            raw, context = await path.admit(call, raw, state)
            request = path.decoded(raw, call) if streamed_request else path.decode(raw, call)
            if once is None:
                work = handler(request, context)
            else:
                work = once.run(context, request, lambda: handler(request, context))
            return encode(await supervise(work, context.deadline, call.gone), call)
        except BaseException as raised:
            error = _told(raised, state)
            if raised is error or isinstance(raised, asyncio.CancelledError):
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
    path, observer, encode = _Path(operation, stages, codec), stages.observer, codec.encode
    handler = path.handler

    async def endpoint(call: Call, raw: Any) -> AsyncGenerator[R, None]:
        state = _Admitted(time.monotonic())
        error: BaseException | None = None
        messages = None
        try:
            if observer is not None:
                state.memory = observer.begin(call)
            raw, context = await path.admit(call, raw, state)
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
            if raised is error or isinstance(raised, asyncio.CancelledError | GeneratorExit):
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
