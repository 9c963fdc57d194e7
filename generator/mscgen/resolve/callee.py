"""What a caller must know of a foreign operation or event: request, answer, payload, and whether it may be repeated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mscgen.diagnostics import Span, has_errors
from mscgen.model.derived import local_name
from mscgen.model.names import Name
from mscgen.model.operation import IdempotencyMode
from mscgen.model.types import Field, NamedType, Record, Scalar, ScalarType, TypeRef
from mscgen.read.node import MAPPING, SCALAR, Node
from mscgen.read.spelling import closest
from mscgen.resolve.contracts import copy_types, relocated
from mscgen.resolve.fields import bare_type, inline_record
from mscgen.resolve.mentions import mentions, rename

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope


def mode(operation: Node) -> IdempotencyMode:
    """Whether a foreign operation may be repeated, from its node alone."""
    said = operation.get("idempotency")
    if said is not None:
        word = said.get("mode") if said.kind == MAPPING else said
        return IdempotencyMode(word.text) if word is not None else IdempotencyMode.NONE
    http, request, response = operation.get("http"), operation.get("request"), operation.get("response")
    if request is not None and request.text.startswith("stream "):
        return IdempotencyMode.NONE
    if response is not None and response.text.startswith("stream "):
        return IdempotencyMode.SAFE
    method = http.get("method") if http is not None and http.kind == MAPPING else http
    word_of = method.text.split()[0] if method is not None and method.text else ""
    if word_of in ("GET", "HEAD"):
        return IdempotencyMode.SAFE
    return IdempotencyMode.NATURAL if word_of in ("PUT", "DELETE") else IdempotencyMode.NONE


def foreign_record(scope: Scope, alias: str, node: Node, name: str, span: Span) -> tuple[Scope, Record] | None:
    """A record of a foreign contract (inline fields or a type name) with the scope that its types are resolved in."""
    tree = scope.contracts.tree(scope, alias)
    if tree is None:
        return None
    wanted = {m.name for m in mentions(node) if m.origin is None}
    foreign = scope.contracts.resolved(scope, alias, tree, wanted, span)
    if foreign is None:
        return None
    if node.kind == SCALAR and not node.is_null:
        bound = bare_type(foreign, node, stream=True)
        record = foreign.record(bound[0]) if bound is not None else None
    else:
        record = inline_record(foreign, name, node, node, name)
    return (foreign, record) if record is not None and not has_errors(foreign.found) else None


def check_arguments(scope: Scope, alias: str, operation: str, given: Node) -> None:
    """Reports arguments that the callee's request does not have, and required ones that are missing."""
    node = scope.contracts.entry(scope, alias, "operations", operation)
    if node is None:
        return
    request = node.get("request")
    fields: dict[str, Field] = {}
    if request is not None and not request.is_null:
        found = foreign_record(scope, alias, request, f"{operation}Request", given.span)
        if found is None:
            return
        fields = {f.name.raw: f for f in found[1].fields}
    optional = ("page_size", "page_token") if node.get("paginate") is not None else ()
    for key, _ in given.entries:
        if key.text not in fields and key.text not in optional:
            guess = closest(key.text, [*fields, *optional])
            takes = ", ".join(fields) or "nothing"
            help = f"did you mean `{guess}`?" if guess else f"{alias}.{operation} takes: {takes}"
            scope.report("unknown-field", f"{alias}.{operation} takes no `{key.text}`", key.span, help)
    missing = [name for name, field in fields.items() if field.required and given.get(name) is None]
    if missing:
        help = f"add `{missing[0]}:` with a field of the request"
        scope.report("missing-key", f"{alias}.{operation} needs `{missing[0]}`", given.span, help)


def response_type(scope: Scope, alias: str, operation: str, span: Span) -> TypeRef | None:
    """The callee's response as a local type; None where that cannot be told, or after reporting a stream."""
    node = scope.contracts.entry(scope, alias, "operations", operation)
    response = node.get("response") if node is not None else None
    if node is None or response is None or response.is_null:
        return None
    if response.kind == SCALAR:
        return _named_response(scope, alias, response, span)
    name = f"{operation}Response"
    found = foreign_record(scope, alias, response, name, span)
    if found is None:
        return None
    foreign, record = found
    if node.get("paginate") is not None and record.field("next_page_token") is None:
        token = Field(Name("next_page_token"), ScalarType(Scalar.STRING), span, optional=True)
        record = replace(record, fields=(*record.fields, token))
    foreign.types[name] = replace(record, inline=None)
    copy_types(scope, alias, foreign, span)
    return NamedType(local_name(NamedType(name, alias)))


def _named_response(scope: Scope, alias: str, response: Node, span: Span) -> TypeRef | None:
    if response.text.startswith("stream "):
        scope.report("bad-value", "a stream cannot be composed", span, "call an operation with one response")
        return None
    tree = scope.contracts.tree(scope, alias)
    assert tree is not None
    wanted = {m.name for m in mentions(response) if m.origin is None}
    foreign = scope.contracts.resolved(scope, alias, tree, wanted, span)
    bound = bare_type(foreign, response) if foreign is not None else None
    if foreign is None or bound is None:
        return None
    return rename(bound[0], copy_types(scope, alias, foreign, span))


def event_payload(scope: Scope, alias: str, event: str, reads: Node | None, span: Span) -> Record | None:
    """The payload of a producer's event, cut down to the fields that are read; None where it cannot be told."""
    node = scope.contracts.entry(scope, alias, "publishes", event)
    payload = node.get("payload") if node is not None else None
    whole = foreign_record(scope, alias, payload, event, span) if payload is not None else None
    if payload is None or whole is None:
        return None
    foreign, record = whole
    check_reads(scope, record, reads, f"{alias}.{event}")
    if reads is not None:
        names = {item.text for item in reads.items}
        record = replace(record, fields=tuple(f for f in record.fields if f.name.raw in names))
        fields = _fields_node(scope, alias, payload)
        if fields is not None:  # types that only the other fields use stay behind
            kept = replace(fields, entries=tuple(e for e in fields.entries if e[0].text in names))
            narrowed = foreign_record(scope, alias, kept, event, span)
            foreign, record = narrowed if narrowed is not None else (foreign, record)
    moved = relocated(record, event, copy_types(scope, alias, foreign, span), span)
    assert isinstance(moved, Record)
    return replace(moved, inline=event)


def _fields_node(scope: Scope, alias: str, payload: Node) -> Node | None:
    """The mapping of fields behind a payload; None for a record that inherits some of them."""
    if payload.kind == MAPPING:
        return payload
    declared = scope.contracts.entry(scope, alias, "types", payload.text)
    if declared is None or declared.kind != MAPPING or declared.get("extends") is not None:
        return None
    return declared.get("fields") or declared


def check_reads(scope: Scope, record: Record, reads: Node | None, what: str) -> None:
    """Reports fields that a consumer reads and the payload does not have."""
    for item in reads.items if reads is not None else ():
        if record.field(item.text) is None:
            names = [f.name.raw for f in record.fields]
            guess = closest(item.text, names)
            help = f"did you mean `{guess}`?" if guess else f"{what} has: {', '.join(names) or 'no fields'}"
            scope.report("unknown-field", f"{what} has no field `{item.text}`", item.span, help)
