"""docs/gen/api.md: every operation with all that a caller has to know, then the types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mscgen.emit.docs.commands import commands
from mscgen.emit.docs.text import (
    blocks,
    code,
    field_facts,
    joined,
    paragraphs,
    row,
    seconds,
    sentence,
    table,
    type_link,
)
from mscgen.emit.jsonschema import Lowering
from mscgen.emit.samples import Samples
from mscgen.model.operation import Auth, Call, HttpBinding, Idempotency, IdempotencyMode, Kind, Operation
from mscgen.model.service import Service
from mscgen.model.types import Declared, Enum, Field, NamedType, Record, Union

_IDEMPOTENCY = {
    IdempotencyMode.SAFE: "safe: changes nothing, may be repeated",
    IdempotencyMode.NATURAL: "natural: once or many times is the same",
    IdempotencyMode.NONE: "none: must not be repeated blindly",
}
_STREAMS = {Kind.CLIENT_STREAM: "stream of requests", Kind.BIDI_STREAM: "stream of requests and responses"}


@dataclass(frozen=True, slots=True)
class Section:
    """An operation or a type: its name, and Markdown."""

    name: str
    text: str


def view(service: Service) -> dict[str, Any]:
    """What the template shows."""
    samples, lowering = Samples(service), Lowering(service)
    shown = [d for d in service.types.values() if not (isinstance(d, Record) and d.inline is not None)]
    return {
        "summary": [_summary(o) for o in service.operations],
        "operations": [_operation(service, o, samples, lowering) for o in service.operations],
        "types": [_type(d, lowering) for d in [*shown, *_responses(service)]],
    }


def _responses(service: Service) -> list[Record]:
    """The inline responses: an operation refers to them by name."""
    names = {f"{o.name.raw}Response" for o in service.operations}
    return [d for d in service.types.values() if isinstance(d, Record) and d.inline and d.name in names]


def _summary(op: Operation) -> str:
    rest = code(f"{op.http.route.method} {op.http.route.path}") if op.http else ""
    deadline = seconds(op.deadline) if op.deadline is not None else "no end"
    return row(f"[{op.name.raw}](#op-{op.name.raw})", rest, op.idempotency.mode.value, deadline)


def _operation(service: Service, op: Operation, samples: Samples, lowering: Lowering) -> Section:
    fields = [] if _takes_whole(op) else [_request_row(op, f, lowering) for f in op.request.fields]
    text = blocks(
        "**Deprecated.**" if op.deprecated else "",
        paragraphs(op.doc),
        table(("", ""), _facts(service, op)),
        table(("request field", "in", "type", ""), fields),
        commands(service, op, samples),
    )
    return Section(op.name.raw, text)


def _facts(service: Service, op: Operation) -> list[str]:
    found: list[tuple[str, str]] = []
    if op.http is not None:
        found += [("REST", _rest(op, op.http))]
    if op.grpc is not None:
        stream = f", {_STREAMS[op.kind]}" if op.kind in _STREAMS else ""
        found.append(("gRPC", code(f"{service.proto_package}.{service.wire.service}/{op.grpc}") + stream))
    if _takes_whole(op):
        found.append(("Takes", ("a stream of " if op.kind in _STREAMS else "") + type_link(NamedType(op.request.name))))
    streamed = "a stream of " if op.kind in (Kind.SERVER_STREAM, Kind.BIDI_STREAM) else ""
    found += [
        ("Answers with", streamed + _answer(op)),
        ("Idempotency", _idempotency(op.idempotency)),
        ("Deadline", seconds(op.deadline) if op.deadline is not None else "none: it ends when either side ends it"),
        ("Access", _access(op.auth)),
        ("Fails with", joined(f"[{e.name.raw}](errors.md#error-{e.name.raw})" for e in op.errors)),
        ("Calls", ", then ".join(" and ".join(map(_call, step)) for step in op.calls)),
        ("Publishes", joined(f"[{name}](events.md#event-{name})" for name in op.emits)),
    ]
    if op.rate_limit is not None:
        limit = op.rate_limit
        each = " for each caller" if limit.per_caller else ""
        found.append(("Rate limit", f"{limit.count} in {seconds(limit.seconds)}{each}"))
    if op.cache is not None:
        found.append(("Cache", f"answers may be reused for {seconds(op.cache.max_age)}"))
    return [row(name, value) for name, value in found if value]


def _takes_whole(op: Operation) -> bool:
    """Whether the request is a named type and nothing beside it: its fields are then said once, with the type."""
    http = op.http
    alone = http is None or (http.body == "*" and len(http.body_fields) == len(op.request.fields))
    return op.request.inline is None and alone


def _rest(op: Operation, http: HttpBinding) -> str:
    routes = [code(f"{r.method} {r.path}") for r in (http.route, *http.also)]
    statuses = joined(str(status) for status, _ in http.responses)
    events = ", server-sent events" if op.kind is Kind.SERVER_STREAM else ""
    return f"{' or '.join(routes)} → {statuses}{events}"


def _answer(op: Operation) -> str:
    if op.http is not None and len(op.http.responses) > 1:
        return joined(f"{status}: {type_link(ref)}" for status, ref in op.http.responses)
    return type_link(op.response)


def _idempotency(idempotency: Idempotency) -> str:
    if idempotency.mode is not IdempotencyMode.KEYED:
        return _IDEMPOTENCY[idempotency.mode]
    kept = seconds(idempotency.ttl)
    return f"keyed: send {code('Idempotency-Key')}; the first answer is kept for {kept} and given again"


def _access(auth: Auth) -> str:
    if not auth.schemes:
        return "public" if auth.declared else "not declared"
    scopes = f" with {joined(code(s) for s in auth.scopes)}" if auth.scopes else ""
    return " or ".join(s.kind for s in auth.schemes) + scopes


def _call(call: Call) -> str:
    each = f" for each of at most {call.max}" if call.each and call.max else ""
    return f"[{call.dependency}](dependencies.md#dependency-{call.dependency}).{call.operation}{each}"


def _place(op: Operation, f: Field) -> str:
    http = op.http
    if http is None:
        return "message"
    name = f.name.raw
    headers = dict(http.header_fields)
    if name in headers:
        return f"header {code(headers[name])}"
    if name in http.path_fields:
        return "path"
    if name in http.query_fields:
        return "query"
    return "the body" if http.body == name else "body"


def _request_row(op: Operation, f: Field, lowering: Lowering) -> str:
    return row(code(f.json), _place(op, f), type_link(f.type), _said(f, lowering))


def _said(f: Field, lowering: Lowering) -> str:
    return field_facts(f, lowering.literal(f.type, f.default) if f.has_default else None)


def _type(declared: Declared, lowering: Lowering) -> Section:
    doc = paragraphs(declared.doc)
    if isinstance(declared, Record):
        rows = [row(code(f.json), type_link(f.type), _said(f, lowering)) for f in declared.fields]
        text = blocks(doc, table(("field", "type", ""), rows))
    elif isinstance(declared, Enum):
        rows = [
            row(code(v.json), joined(["deprecated" if v.deprecated else "", sentence(v.doc)])) for v in declared.values
        ]
        text = blocks(doc, table(("value", ""), rows))
    elif isinstance(declared, Union):
        rows = [row(code(v.tag), type_link(v.type), sentence(v.doc)) for v in declared.variants]
        text = blocks(doc, table((code(declared.discriminator), "then the fields of", ""), rows))
    else:
        text = blocks(doc, type_link(declared.type))
    return Section(declared.name, text)
