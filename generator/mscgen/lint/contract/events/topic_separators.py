"""A topic mixes `.` and `_`.

## What it checks
A topic that is written out has only one of `.` and `_`.

## Why it matters
Kafka makes metric names from topic names and turns `.` into `_`: `shop.order_placed` and `shop.order.placed` become
one metric. The broker warns at creation, when the name can no longer be changed.

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
    key: order_id
    topic: shop.order_placed.v1
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
    topic: shop.order-placed.v1
```

## References
- Apache Kafka, org.apache.kafka.common.internals.Topic: hasCollisionChars
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for event in service.publishes:
        if "topic" in event.declared and "." in event.topic and "_" in event.topic:
            yield Finding(
                event.declared["topic"],
                f"the topic of {event.name.raw} mixes `.` and `_`: {event.topic}",
                f"write `topic: {event.topic.replace('_', '-')}`",
                "the broker's metrics cannot tell the two apart",
            )


RULE = Rule("topic-separators", Severity.WARNING, __doc__, check)
