"""From the response of an operation to an HTTP answer: status, JSON, headers, entity tag; and
errors as problems."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python

from . import problem
from .errors import ServiceError, TooLarge
from .etag import matches, quoted
from .model import json_of
from .route import JSON, RestCall, Route, Send

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, ready to be sent."""

    status: int
    body: bytes
    headers: Headers


Encoder = Callable[[Any, RestCall], Reply]


def encoder(route: Route) -> Encoder:
    """From the handler's response to status, body and headers."""
    fixed: Headers = []
    if route.operation.deprecated:
        fixed.append((b"deprecation", b"true"))
    if route.cache:
        fixed.append((b"cache-control", route.cache.encode("latin-1")))
    by_type = [(_classes(kind), status, kind) for status, kind in route.responses]
    status, kind = route.responses[0]
    if len(by_type) > 1:
        return _choose([(classes, _one(s, k, fixed, route)) for classes, s, k in by_type])
    return _one(status, kind, fixed, route)


def _classes(kind: Any) -> tuple[type, ...]:
    """The classes whose instances a type of the contract admits; enough to tell responses apart."""
    if kind is None:
        return (type(None),)
    origin = getattr(kind, "__origin__", kind)
    value = getattr(origin, "__value__", origin)
    if isinstance(value, type):
        return (value,)
    return tuple(c for part in getattr(value, "__args__", ()) for c in _classes(part))


def _choose(encoders: list[tuple[tuple[type, ...], Encoder]]) -> Encoder:
    def encode(value: Any, call: RestCall) -> Reply:
        for classes, encoder in encoders:
            if isinstance(value, classes):
                return encoder(value, call)
        raise TypeError(
            f"the handler returned {type(value).__name__}, which is none of its responses"
        )

    return encode


def _one(status: int, kind: Any, fixed: Headers, route: Route) -> Encoder:
    if kind is None:

        def nothing(value: Any, call: RestCall) -> Reply:
            if value is not None:
                name = type(value).__name__
                raise TypeError(f"the handler returned {name} where the contract has no response")
            call.status = status
            return Reply(status, b"", with_reply_metadata(fixed, call))

        return nothing
    to_json = json_of(kind)
    head = [(b"content-type", JSON), *fixed]

    def plain(value: Any, call: RestCall) -> Reply:
        body = to_json(value)
        call.status = status
        headers = with_reply_metadata(head, call)
        headers.append((b"content-length", b"%d" % len(body)))
        return Reply(status, body, headers)

    fields = getattr(kind, "model_fields", {})
    named = [(a, n.lower().encode("latin-1")) for a, n in route.reply_headers if a in fields]
    etag = route.etag if route.etag in fields else ""
    return _tagged(plain, named, etag) if named or etag else plain


def with_reply_metadata(fixed: Headers, call: RestCall) -> Headers:
    """A new list: the fixed headers and what the handler added."""
    added = call.replied
    if added is None:
        return list(fixed)
    return [*fixed, *((n.encode("latin-1"), v.encode("latin-1")) for n, v in added.text())]


def _tagged(plain: Encoder, named: list[tuple[str, bytes]], etag: str) -> Encoder:
    """Adds the headers that carry fields of the response; a GET whose tag the caller knows is
    304.
    """

    def encode(value: Any, call: RestCall) -> Reply:
        reply = plain(value, call)
        for attribute, name in named:
            field = getattr(value, attribute)
            if field is not None:
                reply.headers.append((name, header_text(field)))
        if not etag:
            return reply
        tag = quoted(getattr(value, etag))
        reply.headers.append((b"etag", tag.encode("ascii")))
        known = call.header("if-none-match")
        safe = call.scope["method"] in ("GET", "HEAD")
        if known is None or not safe or not matches(known, tag, weak=True):
            return reply
        call.status = 304
        kept = [h for h in reply.headers if h[0] not in (b"content-type", b"content-length")]
        return Reply(304, b"", kept)

    return encode


def header_text(value: Any) -> bytes:
    """A value as a header carries it: as in JSON, without quotes; controls are percent-encoded."""
    plain = to_jsonable_python(value)
    text = str(plain).lower() if isinstance(plain, bool) else str(plain)
    return re.sub(r"[\x00-\x1f\x7f%]", lambda m: f"%{ord(m[0]):02X}", text).encode(
        "utf-8", "replace"
    )


async def send_reply(reply: Reply, send: Send) -> None:
    """Sends a whole answer."""
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    await send({"type": "http.response.body", "body": reply.body})


def problem_reply(error: ServiceError, domain: str, trace_id: str = "") -> Reply:
    """An error as its problem document."""
    body = problem.encode(error, domain, trace_id=trace_id)
    headers = [*problem.headers(error), (b"content-length", b"%d" % len(body))]
    if isinstance(error, TooLarge):
        # What is left of the body would otherwise be read and thrown away.
        headers.append((b"connection", b"close"))
    return Reply(error.status, body, headers)


def refusal(error: ServiceError, domain: str, call: RestCall) -> Reply:
    """The problem document of a call, with what its handler added before it failed."""
    reply = problem_reply(error, domain, call.trace_id)
    return Reply(reply.status, reply.body, with_reply_metadata(reply.headers, call))
