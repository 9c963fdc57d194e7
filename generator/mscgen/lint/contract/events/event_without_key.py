"""An event has no key, and nobody said that its order does not matter.

## What it checks
A published event has a `key`, which is a required field of its payload, or says `ordering: none`.

## Why it matters
Without a key the broker spreads the events of one order over all partitions: `OrderCancelled` can be consumed before
`OrderPlaced`. It shows under load, on somebody else's side. The key cannot be added later without a new topic,
because old and new events of one order would lie in different partitions.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    emits: [OrderPlaced]
publishes:
  OrderPlaced:
    payload: {order_id: uuid}
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    emits: [OrderPlaced]
publishes:
  OrderPlaced:
    payload: {order_id: uuid}
    key: order_id
```

## References
- Apache Kafka, design: partitions and order
- CloudEvents, partitioning extension
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.event import PublishedEvent
from mscgen.model.service import Service
from mscgen.model.types import ScalarType


def check(service: Service) -> Iterator[Finding]:
    for event in service.publishes:
        field = event.payload.field(event.key) if event.key is not None else None
        if field is not None and (field.optional or field.nullable):
            yield Finding(
                event.declared.get("key", event.span),
                f"the key of {event.name.raw} can be missing: {field.name.raw}",
                "use a required field of the payload",
                "events without the key lose their order",
            )
        elif event.key is None and not (event.ordering == "none" and "ordering" in event.declared):
            yield Finding(
                event.span,
                f"{event.name.raw} has no key, so its events have no order",
                f"add `key: {_candidate(event)}`, or say `ordering: none`",
                "a later event can be consumed before an earlier one",
            )


def _candidate(event: PublishedEvent) -> str:
    """The payload's first required identifier, else its first required scalar."""
    fields = [f for f in event.payload.fields if f.required and isinstance(f.type, ScalarType)]
    ids = [f for f in fields if f.name.raw.endswith("id")]
    return (ids or fields)[0].name.raw if fields else "order_id"


RULE = Rule("event-without-key", Severity.ERROR, __doc__, check)
