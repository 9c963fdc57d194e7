"""Streamed responses on REST: server-sent events (WHATWG HTML §9.2).

Each message is one event: `id:` counts on from the caller's Last-Event-ID, `data:` is the message
as JSON. A failure before the first event is an ordinary problem; a later one is `event: error` with
the problem as its data, and the last thing that is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from . import problem
from .endpoint import Codec, Stages, bind_stream
from .errors import Overloaded, ServiceError
from .model import json_of
from .rest_reply import Headers, refusal, send_reply, with_reply_metadata
from .rest_request import acceptable, decoder, reader
from .route import EVENT_STREAM, Receive, Rest, RestCall, Route, RouteApp, Scope, Send

OPEN_AFTER: Final = 0.5
"""Seconds after which the headers go out although there is no first event yet."""

_HEAD: Final[Headers] = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class _StreamCall(RestCall):
    """A call whose response has two writers: events come from the handler, heartbeats from the
    attendant."""

    __slots__ = ("attendant", "channel")

    def __init__(self, scope: Scope, receive: Receive, values: tuple[str, ...]) -> None:
        super().__init__(scope, receive, values)
        self.channel: _Channel | None = None
        self.attendant: asyncio.Task[None] | None = None

    def attend(self) -> None:
        """Starts the attendant; the body must have been read, for both listen to the connection."""
        task = asyncio.current_task()
        if self.channel is not None and task is not None:
            self.attendant = asyncio.ensure_future(self.channel.attend(task))


class _Channel:
    """The response: headers once, then chunks, never two at the same time."""

    def __init__(self, call: RestCall, send: Send, heartbeat: float, fixed: Headers) -> None:
        self._call = call
        self._send = send
        self._heartbeat = heartbeat
        self._fixed = fixed
        self._lock = asyncio.Lock()
        self.opened = False
        self.gone = False

    async def write(self, chunk: bytes, *, more: bool = True) -> None:
        """Sends the headers if they are still to be sent, then the chunk."""
        async with self._lock:
            if not self.opened:
                self.opened = True
                headers = with_reply_metadata(self._fixed, self._call)
                await self._send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._send({"type": "http.response.body", "body": chunk, "more_body": more})

    async def attend(self, task: asyncio.Task[Any]) -> None:
        """Keeps an idle connection open and cancels `task` when the caller hangs up."""
        wait = OPEN_AFTER
        while True:
            try:
                async with asyncio.timeout(wait):
                    await self._call.gone()
            except TimeoutError:
                await self.write(b": \n\n")
                wait = self._heartbeat
                continue
            self.gone = True
            task.cancel()
            return


def _first_id(call: RestCall) -> int:
    last = call.headers.get(b"last-event-id", b"")
    return int(last) + 1 if last.isdigit() and len(last) < 16 else 1


async def _events(messages: AsyncIterator[bytes], channel: _Channel, number: int) -> None:
    async for data in messages:
        await channel.write(b"id: %d\ndata: %b\n\n" % (number, data))
        number += 1


def stream_app(route: Route, stages: Stages, rest: Rest) -> RouteApp:
    """The ASGI endpoint of an operation that answers with a stream."""
    to_json = json_of(route.operation.response)
    decode = acceptable(decoder(route), EVENT_STREAM)

    def decode_and_attend(raw: Any, call: _StreamCall) -> Any:
        request = decode(raw, call)
        call.attend()
        return request

    def encode(message: Any, call: _StreamCall) -> bytes:
        return to_json(message)

    read = reader(route, rest.max_body) if route.body else None
    endpoint = bind_stream(route.operation, stages, Codec(decode_and_attend, encode, read))
    fixed = [*_HEAD, (b"deprecation", b"true")] if route.operation.deprecated else _HEAD

    async def app(scope: Scope, receive: Receive, send: Send, values: tuple[str, ...]) -> None:
        call = _StreamCall(scope, receive, values)
        call.status = 200
        channel = call.channel = _Channel(call, send, rest.heartbeat, fixed)
        if scope["method"] == "HEAD":
            await channel.write(b"", more=False)
            return
        messages = endpoint(call, b"")
        error: ServiceError | None = None
        try:
            await _events(messages, channel, _first_id(call))
        except ServiceError as raised:
            error = raised
        except asyncio.CancelledError:
            if channel.gone:
                return
            error = Overloaded("The service is shutting down.")
        finally:
            if call.attendant is not None:
                call.attendant.cancel()
            await messages.aclose()
        await _finish(channel, error, call, rest, send)

    return app


async def _finish(
    channel: _Channel, error: ServiceError | None, call: RestCall, rest: Rest, send: Send
) -> None:
    if error is None:
        await channel.write(b"", more=False)
    elif channel.opened:
        document = problem.encode(error, rest.domain, trace_id=call.trace_id)
        await channel.write(b"event: error\ndata: %b\n\n" % document, more=False)
    else:
        await send_reply(refusal(error, rest.domain, call), send)
