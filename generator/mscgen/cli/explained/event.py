"""Events: what is published and what is consumed, and what becomes of the ones that fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from mscgen.cli.explained import Explain
from mscgen.cli.explained.layout import columns, defaults, row, title
from mscgen.cli.explained.written import written_field
from mscgen.lint.units import seconds
from mscgen.model.event import PublishedEvent, Subscription
from mscgen.model.service import Service
from mscgen.model.types import Record

_THEN = {"dead_letter": "goes to the dead-letter topic", "park": "parks its key until redriven", "drop": "is dropped"}


def find_published(service: Service, name: str) -> list[Explain]:
    """The explanation of the published event of that name, if there is one."""
    return [partial(_published, event) for event in service.publishes if event.name.raw == name]


def find_consumed(service: Service, name: str) -> list[Explain]:
    """The explanation of the consumed event of that name, if there is one."""
    return [partial(_consumed, subscription) for subscription in service.subscribes if subscription.name.raw == name]


def _published(event: PublishedEvent, service: Service) -> Iterator[str]:
    yield from title(event.name.raw, f"event published by {service.name.raw}", event.span, event.doc)
    yield from row("topic", f"{event.topic} on {event.broker}")
    yield from row("payload", *_fields(event.payload))
    yield from row("key", event.key or "none")
    yield from row("ordering", "kept for events of one key" if event.ordering == "key" else "none")
    delivery = "outbox: sent if and only if the transaction commits"
    yield from row("delivery", delivery if event.delivery == "outbox" else "direct: at once, beside the transaction")
    yield from row("compatibility", event.compatibility)
    yield from row("headers", *(f"{header}: {field}" for header, field in event.headers))
    emitters = [op.name.raw for op in service.operations if event.name.raw in op.emits]
    emitters += [s.name.raw for s in service.subscribes if event.name.raw in s.emits]
    yield from row("emitted by", ", ".join(emitters) or "nothing in the contract")
    yield from defaults(_unwritten(event.declared, _PUBLISHED_WHY, event))


def _consumed(subscription: Subscription, service: Service) -> Iterator[str]:
    s = subscription
    yield from title(s.name.raw, f"event consumed by {service.name.raw}", s.span, s.doc)
    yield from row("topic", f"{s.topic or 'unknown until its contract is there'}, group {s.group}")
    yield from row("from", s.source or "an outside producer")
    yield from row("reads", ", ".join(s.reads) or "the whole payload")
    yield from row("payload", *(_fields(s.payload) if s.payload is not None else ["unknown: its contract is not here"]))
    yield from row("at once", f"{s.concurrency} events, each within {seconds(s.deadline)}")
    inbox = "inbox: each event's effect once"
    yield from row("idempotency", inbox if s.idempotency == "inbox" else "natural: twice is the same as once")
    waits = f"waits {seconds(s.backoff.base)} up to {seconds(s.backoff.cap)}"
    yield from row("retry", f"{s.attempts} attempts, {waits}; then it {_THEN.get(s.then, s.then)}")
    yield from row("emits", *s.emits)
    yield from defaults(_unwritten(s.declared, _CONSUMED_WHY, s))


_PUBLISHED_WHY = {
    "topic": "<service>.<event>.v<major>",
    "ordering": "kept where there is a key",
    "delivery": "an event is published if and only if its transaction commits",
    "compatibility": "a new consumer reads old events",
    "broker": "the service's",
}
_CONSUMED_WHY = {
    "group": "the service's name",
    "concurrency": "one lane per key, eight at once",
    "deadline": "an event that takes longer is tried again",
    "idempotency": "brokers deliver at least once",
    "attempts": "a failure is often gone the next moment",
    "then": "nothing is lost",
}
_UNDER_RETRY = frozenset({"attempts", "then"})


def _unwritten(declared: Mapping[str, object], why: Mapping[str, str], thing: object) -> list[tuple[str, str, str]]:
    rows = []
    for key, reason in why.items():
        if (key if key not in _UNDER_RETRY else "retry") not in declared:
            value = getattr(thing, key)
            rows.append((key, seconds(value) if isinstance(value, float) else str(value), reason))
    return rows


def _fields(record: Record) -> list[str]:
    return columns((f.name.raw, written_field(f)) for f in record.fields) or ["empty"]
