"""One operation: where it is served, what goes in and out, how it may fail, and on which terms."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mscgen.cli.explained import Explain
from mscgen.cli.explained.layout import columns, defaults, row, title
from mscgen.cli.explained.written import written, written_field
from mscgen.lint.budget import slowest, steps
from mscgen.lint.units import seconds
from mscgen.model.operation import Auth, IdempotencyMode, Operation
from mscgen.model.service import Service

_MODES = {
    IdempotencyMode.SAFE: "safe: only reads; may be retried, hedged and cached",
    IdempotencyMode.NATURAL: "natural: twice is the same as once; may be retried",
    IdempotencyMode.KEYED: "keyed: by the caller's key; may be retried with the same key",
    IdempotencyMode.NONE: "none: is never sent again by itself",
}


def find(service: Service, name: str) -> list[Explain]:
    """The explanation of the operation of that name, if there is one."""
    op = service.operation(name)
    return [partial(explain, op)] if op is not None else []


def explain(op: Operation, service: Service) -> Iterator[str]:
    """The whole text."""
    yield from title(op.name.raw, f"operation of {service.name.raw}", op.span, op.doc)
    yield from row("REST", *_routes(op))
    if op.grpc is not None:
        yield from row("gRPC", f"{service.proto_package}.{service.proto_service}/{op.grpc}  ({op.kind.value})")
    yield from row("request", *(_request(op) or ["empty"]))
    yield from row("response", *_response(op, service))
    yield from row("errors", *_errors(op))
    yield from _terms(op)
    yield from _effects(op, service)
    yield from defaults(op.defaults)


def _routes(op: Operation) -> Iterator[str]:
    if op.http is None:
        return
    statuses = ", ".join(f"{status} {written(type) if type else 'no body'}" for status, type in op.http.responses)
    yield f"{op.http.route.method} {op.http.route.path}  → {statuses}"
    yield from (f"{route.method} {route.path}" for route in op.http.also)
    if op.idempotency.mode is IdempotencyMode.KEYED:
        yield "with the header Idempotency-Key (gRPC metadata: idempotency-key)"


def _request(op: Operation) -> list[str]:
    return columns((f.name.raw, _place(op, f.name.raw), written_field(f)) for f in op.request.fields)


def _place(op: Operation, field: str) -> str:
    """Where a request field travels on REST."""
    if op.http is None:
        return ""
    headers = dict(op.http.header_fields)
    if field in headers:
        return f"header {headers[field]}"
    if field in op.http.path_fields:
        return "path"
    return "query" if field in op.http.query_fields else "body"


def _response(op: Operation, service: Service) -> Iterator[str]:
    if op.response is None:
        yield "empty"
        return
    stream = "stream of " if op.kind.value in ("server_stream", "bidi_stream") else ""
    yield f"{stream}{written(op.response)}"
    record = service.types.get(getattr(op.response, "name", ""))
    yield from columns(("", field.name.raw, written_field(field)) for field in getattr(record, "fields", ()))
    yield from (f"  {field} in the header {header}" for field, header in (op.http.reply_headers if op.http else ()))


def _errors(op: Operation) -> list[str]:
    return columns(
        (e.name.raw, str(e.status), e.code.upper(), "may succeed later" if e.retryable else "stays so")
        for e in op.errors
    )


def _terms(op: Operation) -> Iterator[str]:
    lines = [_MODES[op.idempotency.mode]]
    if op.idempotency.mode is IdempotencyMode.KEYED:
        fingerprint = ", ".join(op.idempotency.fingerprint) or "all request fields"
        lines.append(f"a key is kept for {seconds(op.idempotency.ttl)}; compared on reuse: {fingerprint}")
    yield from row("idempotency", *lines)
    yield from row("deadline", seconds(op.deadline) if op.deadline is not None else "none")
    yield from row("auth", auth_text(op.auth))
    if op.rate_limit is not None:
        limit = op.rate_limit
        who = "for each caller" if limit.per_caller else "for all callers together"
        yield from row("rate limit", f"{limit.count} in {seconds(limit.seconds)}, {who}")
    if op.cache is not None:
        stale = f", {seconds(op.cache.stale_if_error)} more when it fails" if op.cache.stale_if_error else ""
        yield from row("cache", f"{seconds(op.cache.max_age)}{stale}")
    if op.paginate is not None:
        yield from row("pages", f"of {op.paginate}, by page_token")


def auth_text(auth: Auth) -> str:
    """`jwt of https://id.example.com for shop, scopes orders:write`."""
    if not auth.declared:
        return "not said: that is an error (operation-without-auth)"
    if auth.public:
        return "public: anybody may call"
    schemes = [
        f"jwt of {s.issuer} for {s.audience}" if s.kind == "jwt" else s.kind.replace("_", " ") for s in auth.schemes
    ]
    return " or ".join(schemes) + (f", scopes {', '.join(auth.scopes)}" if auth.scopes else "")


def _effects(op: Operation, service: Service) -> Iterator[str]:
    groups = steps(op)
    costs = [slowest(group, service) for group in groups]
    lines = [f"{index}. {text}" for index, (_, text) in enumerate(costs, 1)]
    if costs and op.deadline is not None:
        total = sum(cost for cost, _ in costs)
        lines.append(f"worst case {seconds(total)} of {seconds(op.deadline)}")
    yield from row("calls", *lines)
    yield from row("emits", *op.emits)
