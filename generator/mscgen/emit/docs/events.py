"""docs/gen/events.md: what the service tells others, and what it listens to."""

from __future__ import annotations

from typing import Any

from mscgen.emit.docs.text import blocks, code, field_facts, joined, paragraphs, row, seconds, table, type_link
from mscgen.model.event import PublishedEvent, Subscription
from mscgen.model.service import Service
from mscgen.model.types import Record

_ENDS = {
    "dead_letter": "goes to the dead-letter topic",
    "park": "is parked and waits for an operator",
    "drop": "is dropped",
}


def view(service: Service) -> dict[str, Any]:
    """What the template shows."""
    by = {e.name.raw: [o.name.raw for o in service.operations if e.name.raw in o.emits] for e in service.publishes}
    return {
        "published": {e.name.raw: _published(e, by[e.name.raw]) for e in service.publishes},
        "subscribed": {s.name.raw: _subscribed(s) for s in service.subscribes},
    }


def _published(event: PublishedEvent, operations: list[str]) -> str:
    key = f"by {code(event.key)}" if event.key else "no key"
    facts = [
        row("Topic", code(event.topic)),
        row("Broker", code(event.broker)),
        row("Key", key),
        row("Order", "kept for each key" if event.ordering == "key" else "none"),
        row("Delivery", f"{event.delivery}: at least once" if event.delivery == "outbox" else event.delivery),
        row("Compatibility", code(event.compatibility)),
        row("Published by", joined(f"[{name}](api.md#op-{name})" for name in operations) or "handlers"),
    ]
    return blocks("Published.", paragraphs(event.doc), table(("", ""), facts), _fields(event.payload))


def _subscribed(event: Subscription) -> str:
    source = f"[{event.source}](dependencies.md#dependency-{event.source})" if event.source else "outside"
    end = _ENDS.get(event.then, event.then)
    facts = [
        row("From", source),
        row("Topic", code(event.topic)),
        row("Reads", joined(map(code, event.reads)) or "the whole payload"),
        row("Group", code(event.group) if event.group else "that of the service"),
        row("At the same time", str(event.concurrency)),
        row("Deadline", seconds(event.deadline)),
        row("Twice", "noticed in the inbox" if event.idempotency == "inbox" else "has the same effect as once"),
        row("Failure", f"tried {event.attempts} times, then it {end}"),
    ]
    return blocks("Consumed.", paragraphs(event.doc), table(("", ""), facts), _fields(event.payload))


def _fields(record: Record | None) -> str:
    fields = record.fields if record is not None else ()
    rows = [row(code(f.json), type_link(f.type).replace("(#", "(api.md#"), field_facts(f)) for f in fields]
    return table(("payload field", "type", ""), rows)
