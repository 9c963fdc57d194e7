"""Requests and responses: named, inline, streamed or empty, and the fields that `paginate` adds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from mscgen.model.names import Name
from mscgen.model.types import (
    INTEGERS,
    Field,
    ListType,
    NamedType,
    Range,
    Record,
    Scalar,
    ScalarType,
    TypeRef,
)
from mscgen.read.node import SCALAR, Node
from mscgen.resolve.fields import bare_type, inline_record

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

PAGE_SIZE, PAGE_SIZE_MAX = 100, 1000
_TOKEN = ScalarType(Scalar.STRING, Range(None, Decimal(2048)))


@dataclass(frozen=True, slots=True)
class Messages:
    """What goes in and out of one operation."""

    request: Record
    request_stream: bool
    response: TypeRef | None
    response_stream: bool


def resolve_messages(scope: Scope, key: Node, node: Node) -> Messages:
    """The request and the response of an operation, before `paginate`."""
    request, request_stream = _request(scope, key, node.get("request"))
    response, response_stream = _response(scope, key, node.get("response"))
    return Messages(request, request_stream, response, response_stream)


def _request(scope: Scope, key: Node, node: Node | None) -> tuple[Record, bool]:
    name = f"{key.text}Request"
    empty = Record(name, (), key.span, inline=key.text)
    if node is not None and node.kind == SCALAR and not node.is_null:
        bound = bare_type(scope, node, stream=True)
        if bound is None:
            return empty, False
        record = scope.record(bound[0])
        if record is None:
            help = "name a record, or write its fields inline: `{order_id: uuid}`"
            scope.report("wrong-type", "a request is a record", node.span, help)
            return empty, bound[1]
        return record, bound[1]
    record = inline_record(scope, name, node, key, key.text)
    return scope.synthesize(record, key), False


def _response(scope: Scope, key: Node, node: Node | None) -> tuple[TypeRef | None, bool]:
    if node is None or node.is_null:
        return None, False
    if node.kind == SCALAR:
        bound = bare_type(scope, node, stream=True)
        if bound is None:
            return None, node.text.startswith("stream ")
        return bound
    record = inline_record(scope, f"{key.text}Response", node, key, key.text)
    scope.synthesize(record, key)
    return NamedType(record.name), False


def paginated(scope: Scope, key: Node, node: Node, messages: Messages) -> Messages:
    """The messages with the page fields that `paginate` adds; as they were after reporting why it cannot."""
    record = scope.record(messages.response)
    listed = record.field(node.text) if record is not None else None
    if record is None or listed is None or not isinstance(scope.underlying(listed.type), ListType):
        message = f"`paginate` names a list field of the response; `{node.text}` is none"
        help = f"answer with a record that holds it: `response: {{{node.text}: list<…>}}`"
        scope.report("bad-paginate", message, node.span, help)
        return messages
    if messages.request_stream or messages.response_stream:
        scope.report("bad-paginate", "a stream has no pages", node.span, "remove `paginate`, or the stream")
        return messages
    if record.name == messages.request.name:
        help = "give the request and the response records of their own"
        scope.report("bad-paginate", "one record cannot be both request and response of pages", node.span, help)
        return messages
    at = node.span
    size = ScalarType(Scalar.INT32, Range(Decimal(1), Decimal(PAGE_SIZE_MAX)))
    doc = f"How many items a page holds at most (1 to {PAGE_SIZE_MAX})."
    token = "Where to go on: `next_page_token` of the page before; absent for the first page."
    following = "Where the next page starts; absent on the last page."
    request = _with(
        scope,
        key,
        "Request",
        messages.request,
        (
            Field(Name("page_size"), size, at, has_default=True, default=PAGE_SIZE, doc=doc),
            Field(Name("page_token"), _TOKEN, at, optional=True, doc=token),
        ),
    )
    response = _with(
        scope, key, "Response", record, (Field(Name("next_page_token"), _TOKEN, at, optional=True, doc=following),)
    )
    return replace(messages, request=request, response=NamedType(response.name))


def _with(scope: Scope, key: Node, suffix: str, record: Record, added: tuple[Field, ...]) -> Record:
    """The record with the fields it lacks; a copy of its own where other operations may share it."""
    lacking = []
    for field in added:
        own = record.field(field.name.raw)
        if own is None:
            lacking.append(field)
        elif not _same_kind(scope, own, field):
            wanted = "a whole number" if field.name.raw == "page_size" else "a string"
            message = f"`{field.name}` of a paginated operation is {wanted}"
            scope.report("bad-paginate", message, own.span, "remove the field; `paginate` adds it")
    if not lacking:
        return record
    name = f"{key.text}{suffix}"
    grown = replace(record, name=name, fields=(*record.fields, *lacking), inline=record.inline or key.text)
    if record.name == name:
        scope.types[name] = replace(grown, inline=record.inline)
    else:
        scope.synthesize(grown, key)
    grown_record = scope.types[name]
    assert isinstance(grown_record, Record)
    return grown_record


def _same_kind(scope: Scope, own: Field, wanted: Field) -> bool:
    under = scope.underlying(own.type)
    if not isinstance(under, ScalarType):
        return False
    return under.scalar in INTEGERS if wanted.name.raw == "page_size" else under.scalar is Scalar.STRING
