"""`publishes:` and `subscribes:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.diagnostics import Note
from mscgen.model.derived import local_name
from mscgen.model.event import PublishedEvent, Subscription
from mscgen.model.names import Name, kebab
from mscgen.model.policy import Backoff
from mscgen.model.types import Enum, NamedType, Record, Scalar, ScalarType, TypeRef
from mscgen.read.node import SCALAR, Node
from mscgen.resolve.callee import check_reads, event_payload
from mscgen.resolve.calls import resolve_calls, resolve_emits
from mscgen.resolve.errors import named_record
from mscgen.resolve.fields import inline_record
from mscgen.resolve.naming import major
from mscgen.resolve.policies import backoff
from mscgen.resolve.quantities import seconds

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

# A key is compared byte by byte by the broker, so its text must have one form only.
_KEY_SCALARS = frozenset({Scalar.STRING, Scalar.UUID, Scalar.INT32, Scalar.INT64, Scalar.UINT32, Scalar.UINT64})


def topic_of(service: str, event: str, version: int) -> str:
    """`<service>.<event-kebab>.v<major>`: the topic of an event that names none."""
    return f"{service}.{kebab(event)}.v{version}"


def resolve_published(scope: Scope, service: str, version: int, broker: str) -> tuple[PublishedEvent, ...]:
    """The published events in file order."""
    found = (_published(scope, k, n, service, version, broker) for k, n in scope.section("publishes").entries)
    events = tuple(event for event in found if event is not None)
    topics: dict[str, PublishedEvent] = {}
    for event in events:
        first = topics.setdefault(event.topic, event)
        if first is not event and first.key != event.key:
            message = f"{event.name} shares the topic `{event.topic}` with {first.name} and has another key"
            help = "give both the same key field, so that the order in the topic means something; or use another topic"
            scope.report("name-collision", message, event.span, help, notes=(Note(first.span, "the other event"),))
    return events


def _published(scope: Scope, key: Node, node: Node, service: str, version: int, broker: str) -> PublishedEvent | None:
    payload = _payload(scope, key, node.get("payload"))
    if payload is None:
        return None
    name = node.get("key")
    headers = node.get("headers")
    for header, source in headers.entries if headers is not None else ():
        if payload.field(source.text) is None:
            help = f"name a field of the payload for `{header.text}`"
            scope.report("unknown-field", f"`{source.text}` is not a field of the payload", source.span, help)
    if name is not None:
        _check_key(scope, payload, name)
    return PublishedEvent(
        name=Name(key.text),
        payload=payload,
        topic=node.text_of("topic") or topic_of(service, key.text, version),
        span=key.span,
        key=name.text if name is not None else None,
        broker=node.text_of("broker") or broker,
        ordering=node.text_of("ordering") or ("key" if name is not None else "none"),
        compatibility=node.text_of("compatibility") or "backward",
        delivery=node.text_of("delivery") or "outbox",
        headers=tuple((k.text, v.text) for k, v in headers.entries) if headers is not None else (),
        doc=node.text_of("doc"),
        declared=node.declared(),
    )


def _payload(scope: Scope, key: Node, node: Node | None) -> Record | None:
    """A named record, or the inline one under the event's name."""
    if node is None:
        return None
    if node.kind == SCALAR and not node.is_null:
        record = named_record(scope, node)
    else:
        record = inline_record(scope, key.text, node, key, key.text)
        scope.check_name_free(key.text, key, f"the payload of `{key.text}`")
    return record


def _check_key(scope: Scope, payload: Record, name: Node) -> None:
    """A key is a required payload field with one text form."""
    field = payload.field(name.text)
    if field is None:
        help = f"name a field of the payload: {', '.join(f.name.raw for f in payload.fields) or 'it has none'}"
        scope.report("unknown-field", f"`{name.text}` is not a field of the payload", name.span, help)
        return
    under = scope.underlying(field.type)
    notes = (Note(field.span, "the field"),)
    if not field.required or field.nullable:
        help = "make the field required: without a key an event has no place in the order"
        scope.report("bad-value", f"the key `{name.text}` may be absent", name.span, help, notes=notes)
    elif not _keyable(scope, under):
        help = "use a string, uuid, whole number or enum field"
        scope.report("wrong-type", f"`{name.text}` cannot be a key", name.span, help, notes=notes)


def _keyable(scope: Scope, type: TypeRef) -> bool:
    if isinstance(type, ScalarType):
        return type.scalar in _KEY_SCALARS
    return isinstance(type, NamedType) and isinstance(scope.types.get(local_name(type)), Enum)


def resolve_subscriptions(scope: Scope, service: str) -> tuple[Subscription, ...]:
    """The subscriptions in file order."""
    return tuple(_subscription(scope, k, n, service) for k, n in scope.section("subscribes").entries)


def _subscription(scope: Scope, key: Node, node: Node, service: str) -> Subscription:
    source, retry, concurrency = node.get("from"), node.get("retry"), node.get("concurrency")
    topic, payload = _inline_source(scope, key, node) if source is None else _foreign_source(scope, key, node, source)
    attempts = retry.get("attempts") if retry is not None else None
    waits = retry.get("backoff") if retry is not None else None
    reads = node.get("reads")
    deadline = node.text_of("deadline")
    return Subscription(
        name=Name(key.text),
        topic=topic,
        span=key.span,
        source=source.text if source is not None else None,
        payload=payload,
        reads=tuple(item.text for item in reads.items) if reads is not None else (),
        group=node.text_of("group") or service,
        concurrency=int(concurrency.text) if concurrency is not None else 8,
        deadline=seconds(deadline) if deadline else 5.0,
        idempotency=node.text_of("idempotency") or "inbox",
        attempts=int(attempts.text) if attempts is not None else 3,
        backoff=backoff(waits) if waits is not None else Backoff(),
        then=(retry.text_of("then") if retry is not None else "") or "dead_letter",
        calls=resolve_calls(scope, node.get("calls")),
        emits=resolve_emits(scope, node.get("emits")),
        doc=node.text_of("doc"),
        declared=node.declared(),
    )


def _inline_source(scope: Scope, key: Node, node: Node) -> tuple[str, Record | None]:
    """The topic and payload of a producer that has no contract."""
    topic, payload = node.get("topic"), node.get("payload")
    if topic is None or payload is None:
        help = "add `from: <dependency>`, or both `topic:` and `payload:` of an outside producer"
        scope.report("missing-key", f"`{key.text}` does not say where it comes from", key.span, help)
        return "", None
    record = _payload(scope, key, payload)
    if record is not None:
        check_reads(scope, record, node.get("reads"), key.text)
    return topic.text, record


def _foreign_source(scope: Scope, key: Node, node: Node, source: Node) -> tuple[str, Record | None]:
    """The topic and payload of an event of a dependency."""
    for name in ("topic", "payload"):
        extra = node.key(name)
        if extra is not None:
            help = f"remove `{name}`, or `from` if the producer has no contract"
            scope.report("bad-value", f"`from` says the {name} already", extra.span, help)
    alias = source.text
    dependencies = scope.keys("dependencies")
    if alias not in dependencies:
        scope.unknown("dependency", alias, dependencies, source.span, "dependencies")
        return "", None
    tree = scope.contracts.tree(scope, alias)
    if tree is None or not scope.contracts.known(scope, tree, alias, "publishes", key.text, key.span):
        return "", None
    scope.check_name_free(key.text, key, f"the payload of `{key.text}`")
    event = scope.contracts.entry(scope, alias, "publishes", key.text)
    topic = event.text_of("topic") if event is not None else ""
    topic = topic or topic_of(tree.text_of("service"), key.text, major(tree.text_of("version")))
    return topic, event_payload(scope, alias, key.text, node.get("reads"), key.span)
