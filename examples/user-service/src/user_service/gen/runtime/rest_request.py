"""From an HTTP request to the request of an operation: media types, limits, one JSON text, one
validation."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from .deadline import CallerGone
from .errors import NotAcceptable, TooLarge, UnsupportedMediaType
from .parameters import Collector, join, wrap
from .route import RestCall, Route
from .routing import path_names
from .violations import invalid_request
from .whole_numbers import taking_whole_numbers

Decoder = Callable[[Any, RestCall], Any]


def accepts(header: bytes, media_type: bytes) -> bool:
    """Whether an Accept header allows the media type (RFC 9110 §12.5.1); a weight of 0 forbids
    it.
    """
    best, allowed = -1, False
    kind = media_type.split(b"/")[0] + b"/*"
    for item in header.lower().split(b","):
        name, *options = (part.strip() for part in item.split(b";"))
        rank = (b"*/*", kind, media_type).index(name) if name in (b"*/*", kind, media_type) else -1
        if rank > best:
            best = rank
            allowed = not any(o.startswith(b"q=") and not o[2:].strip(b"0.") for o in options)
    return allowed


def is_media_type(header: bytes, allowed: tuple[bytes, ...]) -> bool:
    """Whether a Content-Type is one of these; a charset, if any, must be UTF-8."""
    name, *options = (part.strip() for part in header.lower().split(b";"))
    charset = [o[8:].strip(b'"') for o in options if o.startswith(b"charset=")]
    return name in allowed and all(c in (b"utf-8", b"utf8") for c in charset)


def reader(route: Route, limit: int) -> Callable[[RestCall], Any]:
    """What reads the body of a call, up to `limit` bytes of one of the route's media types."""
    allowed, plain = route.media_types, route.media_types[0]

    async def read(call: RestCall) -> bytes:
        """The body. Raises TooLarge, UnsupportedMediaType, CallerGone."""
        headers = call.headers
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > limit:
            raise TooLarge(f"The body may have {limit} bytes.")
        message = await call.receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body") or message["type"] != "http.request":
            body = await _rest_of_body(call, message, limit)
        elif len(body) > limit:
            raise TooLarge(f"The body may have {limit} bytes.")
        media_type = headers.get(b"content-type", b"")
        if media_type != plain and body and not is_media_type(media_type, allowed):
            raise UnsupportedMediaType(f"The body must be {b' or '.join(allowed).decode()}.")
        return body

    return read


async def _rest_of_body(call: RestCall, message: MutableMapping[str, Any], limit: int) -> bytes:
    parts, size = [], 0
    while True:
        if message["type"] == "http.disconnect":
            raise CallerGone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise TooLarge(f"The body may have {limit} bytes.")
        if not message.get("more_body"):
            return b"".join(parts)
        message = await call.receive()


def decoder(route: Route) -> Decoder:
    """From body, path, query and headers to the request, by way of one JSON text and one
    validation."""
    collector = Collector(route.parameters, path_names(route.path))
    # Strictly, and by wire names alone: JSON is held to what the OpenAPI document says.
    checked = TypeAdapter(route.operation.request).validator.validate_json
    strict = partial(checked, strict=True, by_alias=True, by_name=False)
    validate = _naming_places(taking_whole_numbers(strict))
    keys, body_key = collector.keys, route.body

    def from_parameters(raw: Any, call: RestCall) -> Any:
        members = collector.members(call.values, call.scope["query_string"], call.headers)
        return validate(f"{{{members}}}")

    def from_body(raw: bytes, call: RestCall) -> Any:
        query = call.scope["query_string"]
        if query:
            collector.members((), query, call.headers)
        return validate(raw or b"{}")

    def from_all(raw: bytes, call: RestCall) -> Any:
        members = collector.members(call.values, call.scope["query_string"], call.headers)
        return validate(join(members, raw or b"{}", keys))

    def from_field(raw: bytes, call: RestCall) -> Any:
        members = collector.members(call.values, call.scope["query_string"], call.headers)
        return validate(wrap(members, body_key, raw) if raw else f"{{{members}}}")

    if not body_key:
        decode: Decoder = from_parameters
    elif body_key != "*":
        decode = from_field
    else:
        decode = from_all if route.parameters else from_body
    return decode


def _naming_places(validate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`validate`, whose faults name places of the JSON text; pydantic puts union tags into them.
    Raises InvalidRequest."""

    def checked(text: str | bytes) -> Any:
        try:
            return validate(text)
        except ValidationError as fault:
            error = invalid_request(fault, _document(text))
        raise error

    return checked


def _document(text: str | bytes) -> Any:
    """None when it is no JSON."""
    try:
        return from_json(text)
    except (ValueError, RecursionError):
        return None


def acceptable(decode: Decoder, media_type: bytes) -> Any:
    """Refuses, before anything happens, a caller who could not read the answer."""

    def checked(raw: Any, call: RestCall) -> Any:
        accept = call.headers.get(b"accept")
        if accept is not None and accept != b"*/*" and not accepts(accept, media_type):
            raise NotAcceptable(f"The answer can only be {media_type.decode()}.")
        return decode(raw, call)

    return checked
