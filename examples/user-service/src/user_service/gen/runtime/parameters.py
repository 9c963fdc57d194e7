"""From the parts of an HTTP request to one JSON text, so that a request is validated once, by one
set of rules.

Path, query and header parameters are written into a JSON object in front of the members of the
body. A parameter that looks like the JSON value of its type (`5`, `true`) goes in as it is;
anything else goes in as a string, and the model's own validation says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from json.encoder import encode_basestring
from typing import Final
from urllib.parse import unquote, unquote_plus

from pydantic_core import from_json

from .errors import InvalidRequest, Violation

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,39})")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class Form(StrEnum):
    """How the text of a parameter stands for a JSON value."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    JSON = "json"


class Place(StrEnum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A request field that travels outside the body.

    key: its name in the request's JSON. name: what it is called where it travels. many: the field
    is a list; the query repeats the name, a header separates by commas. needed: a list that the
    request must have; none in the query is the empty one, which could not be said otherwise.
    """

    key: str
    place: Place
    form: Form = Form.TEXT
    name: str = ""
    many: bool = False
    needed: bool = False

    @property
    def sent_as(self) -> str:
        """The name in the path, the query, or (lower-case) the headers."""
        return (
            (self.name or self.key).lower() if self.place is Place.HEADER else self.name or self.key
        )


def in_path(key: str, form: Form = Form.TEXT, *, name: str = "") -> Parameter:
    """A parameter of the path."""
    return Parameter(key, Place.PATH, form, name)


def in_query(
    key: str,
    form: Form = Form.TEXT,
    *,
    name: str = "",
    many: bool = False,
    needed: bool = False,
) -> Parameter:
    """A parameter of the query."""
    return Parameter(key, Place.QUERY, form, name, many, needed)


def in_header(key: str, name: str, form: Form = Form.TEXT, *, many: bool = False) -> Parameter:
    """A parameter that is a header."""
    return Parameter(key, Place.HEADER, form, name, many)


def _text(value: str) -> str:
    return encode_basestring(value)


def _integer(value: str) -> str:
    return value if _INTEGER.fullmatch(value) else encode_basestring(value)


def _number(value: str) -> str:
    return value if _NUMBER.fullmatch(value) else encode_basestring(value)


def _boolean(value: str) -> str:
    return value if value in ("true", "false") else encode_basestring(value)


def _json(value: str) -> str:
    try:
        from_json(value)
    except ValueError:
        return encode_basestring(value)
    return value


_WRITERS: Final[dict[Form, Callable[[str], str]]] = {
    Form.TEXT: _text,
    Form.INTEGER: _integer,
    Form.NUMBER: _number,
    Form.BOOLEAN: _boolean,
    Form.JSON: _json,
}


def _fault(place: str, name: str, code: str, detail: str) -> InvalidRequest:
    return InvalidRequest([Violation((place, name) if name else (place,), code, detail)])


def _unicode_fault(place: str, name: str) -> InvalidRequest:
    return _fault(place, name, "string_unicode", "Must be valid Unicode text.")


def parse_query(query: bytes) -> dict[str, list[str]]:
    """The values of each name of a query string (application/x-www-form-urlencoded), in order.

    Raises InvalidRequest when it is not UTF-8.
    """
    found: dict[str, list[str]] = {}
    try:
        for pair in query.decode("ascii").split("&"):
            name, _, value = pair.partition("=")
            if "%" in pair or "+" in pair:
                name, value = (
                    unquote_plus(name, errors="strict"),
                    unquote_plus(value, errors="strict"),
                )
            if pair:
                found.setdefault(name, []).append(value)
    except UnicodeDecodeError:
        raise _unicode_fault("query", "") from None
    return found


class Collector:
    """Writes the parameters of one operation; built once, at start."""

    __slots__ = ("_headers", "_needs_query", "_path", "_query", "_query_names", "keys")

    def __init__(self, parameters: Iterable[Parameter], path_names: tuple[str, ...]) -> None:
        """path_names: the order in which the router gives the values of the path."""
        every = tuple(parameters)
        self.keys = tuple(p.key for p in every)
        by_name = {p.sent_as: p for p in every if p.place is Place.PATH}
        self._path = tuple(
            (_key(by_name[name]), name, _WRITERS[by_name[name].form]) for name in path_names
        )
        self._query = tuple(
            (_key(p), p.sent_as, _WRITERS[p.form], p.many, p.needed)
            for p in every
            if p.place is Place.QUERY
        )
        self._needs_query = any(p.needed for p in every)
        self._query_names = frozenset(p.sent_as for p in every if p.place is Place.QUERY)
        self._headers = tuple(
            (_key(p), p.sent_as, p.sent_as.encode("latin-1"), _WRITERS[p.form], p.many)
            for p in every
            if p.place is Place.HEADER
        )

    def members(self, path: tuple[str, ...], query: bytes, headers: Mapping[bytes, bytes]) -> str:
        """The members of a JSON object, without braces: `"order_id":"7","page_size":5`.

        path: the segments as they were sent, still percent-encoded. A query parameter that the
        operation does not have, or has once and got twice, is an error: it is a mistake that would
        otherwise go unseen.

        Raises InvalidRequest.
        """
        parts = []
        for (key, name, write), raw in zip(self._path, path, strict=True):
            if "%" in raw:
                try:
                    raw = unquote(raw, errors="strict")
                except UnicodeDecodeError:
                    raise _unicode_fault("path", name) from None
            parts.append(key + write(raw))
        if query or self._needs_query:
            parts += self._from_query(query)
        if self._headers:
            parts += self._from_headers(headers)
        return ",".join(parts)

    def _from_query(self, query: bytes) -> list[str]:
        found = parse_query(query)
        for name in found.keys() - self._query_names:
            raise _fault("query", name, "extra_forbidden", "The parameter is not known.")
        parts = []
        for key, name, write, many, needed in self._query:
            values = found.get(name)
            if values is None:
                if needed:
                    parts.append(key + "[]")
                continue
            if many:
                parts.append(f"{key}[{','.join(map(write, values))}]")
            elif len(values) > 1:
                raise _fault("query", name, "repeated", "The parameter may be given once.")
            else:
                parts.append(key + write(values[0]))
        return parts

    def _from_headers(self, headers: Mapping[bytes, bytes]) -> list[str]:
        parts = []
        for key, name, raw_name, write, many in self._headers:
            raw = headers.get(raw_name)
            if raw is None:
                continue
            try:
                value = raw.decode("utf-8")
            except UnicodeDecodeError:
                raise _unicode_fault("header", name) from None
            if many:
                values = [v.strip() for v in value.split(",")] if value.strip() else []
                parts.append(f"{key}[{','.join(map(write, values))}]")
            else:
                parts.append(key + write(value))
        return parts


def _key(parameter: Parameter) -> str:
    return encode_basestring(parameter.key) + ":"


def join(members: str, body: bytes, keys: tuple[str, ...]) -> bytes:
    """The JSON text of an object with these members in front of the members of `body`, itself an
    object.

    The result is valid JSON only if the body is: what follows a first member can only be more
    members. A body that is not an object is returned as it is, for validation to say so. `keys` are
    the members' names, which the body must not have.

    Raises InvalidRequest for a member of the body that belongs outside it.
    """
    text = body.strip(b" \t\r\n")
    if not text.startswith(b"{"):
        return body
    _refuse_keys(text, keys)
    rest = text[1:].lstrip(b" \t\r\n")
    if not members:
        return text
    if rest == b"}":
        return f"{{{members}}}".encode()
    return f"{{{members},".encode() + rest


def _refuse_keys(text: bytes, keys: tuple[str, ...]) -> None:
    """A key that stands in the body too would win over the path's: the last one does, in JSON as
    pydantic reads it."""
    if b"\\" not in text and not any(key.encode() in text for key in keys):
        return
    try:
        document = from_json(text)
    except ValueError:
        return
    for key in keys:
        if key in document:
            raise InvalidRequest([Violation((key,), "extra_forbidden", "The field is not known.")])


def wrap(members: str, key: str, body: bytes) -> bytes:
    """The JSON text of an object whose member `key` is the whole body.

    Raises InvalidRequest when the body is not one JSON value: it must not be able to add members.
    """
    try:
        from_json(body)
    except ValueError:
        raise InvalidRequest(
            [Violation((), "json_invalid", "The body is not valid JSON.")]
        ) from None
    head = f"{{{members},{encode_basestring(key)}:" if members else f"{{{encode_basestring(key)}:"
    return head.encode() + body + b"}"
