"""Two events are published on one topic with different keys or orders.

## What it checks
Published events of one topic agree on `ordering`, and on the name of the key.

## Why it matters
Order holds within a key. When one event is keyed by the order and the next by the customer, the two lie in different
partitions: a consumer of the topic sees "cancelled" before "placed" although both producers did everything right.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    emits: [OrderPlaced, OrderRated]
publishes:
  OrderPlaced:
    payload: {order_id: uuid, customer_id: uuid}
    key: order_id
    topic: shop.orders.v1
  OrderRated:
    payload: {order_id: uuid, customer_id: uuid}
    key: customer_id
    topic: shop.orders.v1
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    emits: [OrderPlaced, OrderRated]
publishes:
  OrderPlaced:
    payload: {order_id: uuid, customer_id: uuid}
    key: order_id
    topic: shop.orders.v1
  OrderRated:
    payload: {order_id: uuid, customer_id: uuid}
    key: order_id
    topic: shop.orders.v1
```

## References
- Apache Kafka, design: partitions and order
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.event import PublishedEvent
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    first: dict[str, PublishedEvent] = {}
    for event in service.publishes:
        other = first.setdefault(event.topic, event)
        if other.key != event.key or other.ordering != event.ordering:
            yield Finding(
                event.declared.get("key", event.span),
                f"{event.name.raw} and {other.name.raw} share {event.topic} and are ordered differently",
                "give both the same key, or each a topic of its own",
                f"key {event.key or 'none'} here, {other.key or 'none'} there",
                (Note(other.declared.get("key", other.span), f"the order of {other.name.raw}"),),
            )


RULE = Rule("shared-topic", Severity.WARNING, __doc__, check)
