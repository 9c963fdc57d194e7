"""`operations:`: everything that one says, and what the language fills in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mscgen.diagnostics import Note
from mscgen.model.names import Name
from mscgen.model.operation import (
    Auth,
    Cache,
    Error,
    HttpBinding,
    Idempotency,
    IdempotencyMode,
    Kind,
    Operation,
    RateLimit,
)
from mscgen.model.types import Literal, NamedType, TypeRef
from mscgen.read.node import MAPPING, SCALAR, Node
from mscgen.resolve import http as rest
from mscgen.resolve.auth import resolve_auth
from mscgen.resolve.calls import resolve_calls, resolve_emits
from mscgen.resolve.errors import references
from mscgen.resolve.gateway import composed, resolve_compose
from mscgen.resolve.literals import check, literal
from mscgen.resolve.messages import Messages, paginated, resolve_messages
from mscgen.resolve.quantities import rate, seconds

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

Default = tuple[str, str, str]
QUERY_DEADLINE, COMMAND_DEADLINE, COMPOSED_DEADLINE = 1.0, 2.0, 5.0


def resolve_operations(scope: Scope, errors: dict[str, Error], auth: Auth) -> tuple[Operation, ...]:
    """The operations in file order."""
    entries = scope.section("operations").entries
    operations = tuple(_Operation(scope, key, node, errors, auth).resolve() for key, node in entries)
    scope.check_renames((o.name.raw, o.renamed_from, o.span) for o in operations)
    rpcs: dict[str, Operation] = {}
    for operation in operations:
        first = rpcs.setdefault(operation.grpc, operation) if operation.grpc is not None else operation
        if first is not operation:
            message = f"{operation.name} and {first.name} are both the rpc `{operation.grpc}`"
            notes = (Note(first.span, "the other one"),)
            scope.report("name-collision", message, operation.span, "give one of them another name", notes=notes)
    return operations


class _Operation:
    def __init__(self, scope: Scope, key: Node, node: Node, errors: dict[str, Error], auth: Auth) -> None:
        self.scope, self.key, self.node = scope, key, node
        self.errors, self.service_auth = errors, auth
        self.defaults: list[Default] = []

    def resolve(self) -> Operation:
        """The operation; parts that are wrong are reported and left out."""
        scope, key, node = self.scope, self.key, self.node
        messages = resolve_messages(scope, key, node)
        page = node.get("paginate")
        if page is not None:
            messages = paginated(scope, key, page, messages)
            self.defaults.append(("page_size", "100, at most 1000", "AIP-158: a page has a default and a maximum"))
        compose = node.get("compose")
        branches = resolve_compose(scope, key, compose, messages)
        if compose is not None:
            messages = replace(messages, response=composed(scope, key, compose, messages))
        binding = self.http(messages)
        kind = _kind(messages)
        idempotency = self.idempotency(kind, binding, messages)
        return Operation(
            name=Name(key.text),
            request=messages.request,
            response=self.response(messages, binding),
            kind=kind,
            idempotency=idempotency,
            deadline=self.deadline(kind, idempotency),
            span=key.span,
            http=binding,
            grpc=self.grpc(),
            doc=node.text_of("doc"),
            errors=references(scope, node.get("errors"), self.errors),
            calls=resolve_calls(scope, node.get("calls")),
            emits=resolve_emits(scope, node.get("emits")),
            paginate=page.text if page is not None else None,
            auth=self.auth(),
            rate_limit=_rate_limit(node.get("rate_limit")),
            cache=_cache(node.get("cache")),
            compose=branches,
            deprecated=node.flag_of("deprecated"),
            renamed_from=node.text_of("renamed_from") or None,
            examples=self.examples(messages),
            defaults=tuple(self.defaults),
            declared=node.declared(),
            extensions={k.text: literal(v) for k, v in node.entries if k.text.startswith("x-")},
        )

    def http(self, messages: Messages) -> HttpBinding | None:
        """The REST mapping, if there is one."""
        node = self.node.get("http")
        if node is None:
            return None
        binding, defaults = rest.resolve_http(self.scope, node, rest.Operation(self.key, messages))
        self.defaults += defaults
        return binding

    def response(self, messages: Messages, binding: HttpBinding | None) -> TypeRef | None:
        """The response; with several statuses the first that has a body."""
        http = self.node.get("http")
        status = http.get("status") if http is not None and http.kind == MAPPING else None
        if status is None or status.kind == SCALAR or binding is None:
            return messages.response
        declared = self.node.get("response")
        if declared is not None:
            help = "remove `response`; each status names its own"
            self.scope.report("bad-value", "the response is given twice", declared.span, help)
        return next((type for _, type in binding.responses if type is not None), None)

    def grpc(self) -> str | None:
        """The rpc name; None when the operation is not on gRPC."""
        node = self.node.get("grpc")
        if node is not None and node.kind == MAPPING:
            return node.text_of("name")
        return None if node is not None and node.value is False else self.key.text

    def idempotency(self, kind: Kind, binding: HttpBinding | None, messages: Messages) -> Idempotency:
        """What is said, or what the method or the stream says."""
        node = self.node.get("idempotency")
        if node is None:
            mode, why = _idempotency_default(kind, binding.route.method if binding is not None else None)
            self.defaults.append(("idempotency", mode.value, why))
            return Idempotency(mode)
        if node.kind == SCALAR:
            if node.text == "keyed":
                self.defaults.append(("idempotency.ttl", "24h", "an outcome is kept for a day, like Stripe does"))
            return Idempotency(IdempotencyMode(node.text))
        ttl = node.text_of("ttl")
        fingerprint = node.get("fingerprint")
        names = fingerprint.items if fingerprint is not None else ()
        for name in names:
            if messages.request.field(name.text) is None:
                help = f"name fields of `{messages.request.name}`"
                self.scope.report("unknown-field", f"`{name.text}` is not a field of the request", name.span, help)
        return Idempotency(
            IdempotencyMode(node.text_of("mode")),
            seconds(ttl) if ttl else 86400.0,
            tuple(name.text for name in names),
        )

    def deadline(self, kind: Kind, idempotency: Idempotency) -> float | None:
        """What is said, else by kind: a query is quicker than a command, a stream has no end by nature."""
        node = self.node.get("deadline")
        if node is not None:
            return seconds(node.text)
        if kind is not Kind.UNARY:
            self.defaults.append(("deadline", "none", "a stream has no end by nature"))
            return None
        if self.node.get("compose") is not None:
            value, why = COMPOSED_DEADLINE, "a composed response waits for its branches"
        elif idempotency.mode is IdempotencyMode.SAFE:
            value, why = QUERY_DEADLINE, "a query"
        else:
            value, why = COMMAND_DEADLINE, "a command"
        self.defaults.append(("deadline", f"{value:g}s", why))
        return value

    def auth(self) -> Auth:
        """The operation's own, or the service's."""
        node = self.node.get("auth")
        if node is None:
            if self.service_auth.declared:
                shown = " or ".join(s.kind for s in self.service_auth.schemes) or "public"
                self.defaults.append(("auth", shown, "the service's"))
            return self.service_auth
        return resolve_auth(self.scope, node, self.service_auth)

    def examples(self, messages: Messages) -> tuple[Literal, ...]:
        """Example requests, checked against the request."""
        node = self.node.get("examples")
        items = node.items if node is not None else ()
        for item in items:
            check(self.scope, item, NamedType(messages.request.name), "bad-example")
        return tuple(literal(item) for item in items)


def _kind(messages: Messages) -> Kind:
    if messages.request_stream:
        return Kind.BIDI_STREAM if messages.response_stream else Kind.CLIENT_STREAM
    return Kind.SERVER_STREAM if messages.response_stream else Kind.UNARY


def _idempotency_default(kind: Kind, method: str | None) -> tuple[IdempotencyMode, str]:
    if kind in (Kind.CLIENT_STREAM, Kind.BIDI_STREAM):
        return IdempotencyMode.NONE, "a streamed request cannot be sent again"
    if kind is Kind.SERVER_STREAM:
        return IdempotencyMode.SAFE, "one request with a streamed response reads"
    if method in ("GET", "HEAD"):
        return IdempotencyMode.SAFE, f"{method} is safe (RFC 9110 §9.2.1)"
    if method in ("PUT", "DELETE"):
        return IdempotencyMode.NATURAL, f"{method} is idempotent (RFC 9110 §9.2.2)"
    return IdempotencyMode.NONE, "nothing was said"


def _rate_limit(node: Node | None) -> RateLimit | None:
    if node is None:
        return None
    long = node.kind == MAPPING
    count, per = rate(node.text_of("rate") if long else node.text)
    return RateLimit(count, per, long and node.text_of("per") == "caller")


def _cache(node: Node | None) -> Cache | None:
    if node is None:
        return None
    stale = node.text_of("stale_if_error")
    return Cache(seconds(node.text_of("max_age")), seconds(stale) if stale else 0.0)
