"""A resolved service as text: every fact that a contract decides, in a form that a diff shows well."""

from __future__ import annotations

from mscgen.model.operation import Operation
from mscgen.model.service import Service
from mscgen.model.types import (
    Alias,
    Declared,
    Enum,
    Field,
    ListType,
    MapType,
    NamedType,
    PartialType,
    Record,
    ScalarType,
    TypeRef,
    Union,
)


def portrait(service: Service) -> str:
    """The service, section by section; a section without content is left out."""
    lines = [
        f"{service.kind} {service.name} {service.version}",
        f"  package {service.package}, proto {service.proto_package}.{service.proto_service}"
        + (" (kept)" if service.keeps_wire else ""),
    ]
    if service.extensions:
        lines.append(f"  extensions {service.extensions}")
    for declared in service.types.values():
        lines += _declared(declared)
    for error in service.errors.values():
        details = f" details {error.details.name}" if error.details else ""
        lines.append(f"error {error.name}: {error.code} {error.status}{details}" + " retryable" * error.retryable)
    for operation in service.operations:
        lines += _operation(operation)
    lines += _links(service)
    return "\n".join(lines) + "\n"


def type_text(type: TypeRef) -> str:
    """A type as the contract writes it."""
    if isinstance(type, ScalarType):
        extra = "".join(f" {k}={v}" for k, v in (("pattern", type.pattern), ("format", type.format)) if v)
        return type.scalar.value + _range(type.range) + extra
    if isinstance(type, NamedType):
        return f"{type.origin}.{type.name}" if type.origin else type.name
    if isinstance(type, PartialType):
        return f"partial<{type.record}>"
    if isinstance(type, ListType):
        return f"list<{type_text(type.item)}>{_range(type.range)}"
    assert isinstance(type, MapType)
    return f"map<{type_text(type.value)}>{_range(type.range)}"


def _range(range) -> str:
    if range.min is None and range.max is None:
        return ""
    return f"({'' if range.min is None else range.min}..{'' if range.max is None else range.max})"


def _field(field: Field) -> str:
    facts = ["optional"] * field.optional + ["nullable"] * field.nullable
    facts += [f"default {field.default!r}"] * field.has_default
    facts += [f"wire {field.wire}"] * bool(field.wire) + [f"number {field.pinned}"] * (field.pinned is not None)
    facts += [str(field.sensitive)] * bool(field.sensitive) + ["deprecated"] * field.deprecated
    facts += ["read_only"] * field.read_only + ["write_only"] * field.write_only
    facts += [f"was {field.renamed_from}"] * bool(field.renamed_from)
    facts += [f"example {field.example!r}"] * (field.example is not None)
    return f"  {field.name}: {type_text(field.type)}" + "".join(f" [{fact}]" for fact in facts)


def _declared(declared: Declared) -> list[str]:
    if isinstance(declared, Alias):
        return [f"alias {declared.name} = {type_text(declared.type)}"]
    if isinstance(declared, Enum):
        shown = (
            v.name + f"={v.pinned}" * (v.pinned is not None) + f" {v.wire!r}" * bool(v.wire) for v in declared.values
        )
        return [f"enum {declared.name}: {', '.join(shown)}"]
    if isinstance(declared, Union):
        arms = ", ".join(f"{v.tag} {v.type.name}" for v in declared.variants)
        return [f"union {declared.name} by {declared.discriminator}: {arms}"]
    assert isinstance(declared, Record)
    made = f" (of {declared.inline})" if declared.inline else ""
    etag = f" etag {declared.etag}" if declared.etag else ""
    return [f"record {declared.name}{made}{etag}", *map(_field, declared.fields)]


def _operation(operation: Operation) -> list[str]:
    response = type_text(operation.response) if operation.response else "nothing"
    lines = [f"operation {operation.name}: {operation.kind.value}", f"  {operation.request.name} -> {response}"]
    http = operation.http
    if http is not None:
        for route in (http.route, *http.also):
            lines.append(f"  {route.method} {route.path}")
        placed = [("path", http.path_fields), ("query", http.query_fields), ("headers", http.header_fields)]
        placed += [("body", http.body), ("body fields", http.body_fields), ("reply headers", http.reply_headers)]
        lines += [f"    {name}: {_words(value)}" for name, value in placed if value]
        lines += [f"    {status}: {type_text(type) if type else 'nothing'}" for status, type in http.responses]
    if operation.grpc != operation.name.raw:
        lines.append(f"  grpc {operation.grpc or 'off'}")
    lines.append(f"  {operation.idempotency.mode.value}, deadline {operation.deadline}")
    for name in ("errors", "calls", "emits", "paginate", "rate_limit", "cache", "compose", "examples"):
        value = getattr(operation, name)
        if value:
            lines.append(f"  {name}: {_words(value)}")
    if not operation.auth.public:
        lines.append(f"  auth {[s.kind for s in operation.auth.schemes]} scopes {list(operation.auth.scopes)}")
    lines += [f"  default {key} = {value} ({why})" for key, value, why in operation.defaults]
    return lines


def _words(value) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_words, value))
    if hasattr(value, "dependency"):
        return f"{value.dependency}.{value.operation}" + (f" each, at most {value.max}" if value.each else "")
    if hasattr(value, "arguments"):
        fallback = " or omitted" if value.omit else f" or {value.value!r}" if value.has_value else ""
        return f"{value.field} from {_words(value.call)} with {dict(value.arguments)}{fallback}"
    return str(getattr(value, "name", value))


def _links(service: Service) -> list[str]:
    lines = []
    for event in service.publishes:
        lines.append(f"publishes {event.name} on {event.topic} ({event.broker}) key {event.key}, {event.ordering}")
        lines.append(
            f"  {event.delivery}, {event.compatibility}, headers {event.headers}, payload {event.payload.name}"
        )
        lines += map(_field, event.payload.fields)
    for one in service.subscribes:
        lines.append(f"subscribes {one.name} of {one.source} on {one.topic!r}, group {one.group}, reads {one.reads}")
        lines.append(
            f"  {one.concurrency} at once, {one.deadline}s, {one.idempotency}, {one.attempts} tries, then {one.then}"
        )
        lines += map(_field, one.payload.fields if one.payload else ())
    for dependency in service.dependencies.values():
        assert dependency.policy is not None
        lines.append(
            f"dependency {dependency.alias}: {dependency.service or '?'} {dependency.version} by {dependency.transport}"
        )
        lines.append(
            f"  {dependency.discovery}, {dependency.load_balancing}, {dependency.contract or dependency.document}"
        )
        lines.append(_policy("", dependency.policy))
        lines += [_policy(f".{name}", policy) for name, policy in dependency.operations.items()]
    for exposure in service.exposes:
        lines.append(f"exposes {exposure.dependency} {exposure.prefix} {list(exposure.operations) or 'all'}")
    for store in service.stores:
        lines.append(f"store {store.name}: {store.kind} owns {list(store.owns)} reads {list(store.reads)}")
    if service.deployment is not None:
        d = service.deployment
        lines.append(
            f"deploy {d.mesh} in {d.namespace}, {d.min_replicas} to {d.max_replicas}, {d.resources}, {d.canary}"
        )
    return lines


def _policy(name, policy) -> str:
    facts = f"{policy.timeout:g}s, per try {policy.per_try}, {policy.attempts} attempts, {policy.breaker.mode}"
    return f"  policy{name} {policy.name}: {facts}, bulkhead {policy.bulkhead.max}" + (
        f", fallback {policy.fallback.kind} {policy.fallback.value!r}" if policy.fallback else ""
    )
