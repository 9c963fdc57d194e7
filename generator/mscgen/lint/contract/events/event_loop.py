"""A consumer emits the event that it consumes.

## What it checks
No subscription emits an event on the topic it reads from.

## Why it matters
Each event makes another one, for ever, at the speed of the broker. It starts with the first event in production and
stops when somebody stops the service.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
publishes:
  OrderChecked:
    payload: {order_id: uuid}
    key: order_id
    topic: shop.orders.v1
subscribes:
  OrderPlaced:
    topic: shop.orders.v1
    payload: {order_id: uuid}
    emits: [OrderChecked]
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
publishes:
  OrderChecked:
    payload: {order_id: uuid}
    key: order_id
    topic: shop.order-checks.v1
subscribes:
  OrderPlaced:
    topic: shop.orders.v1
    payload: {order_id: uuid}
    emits: [OrderChecked]
```

## References
- Hohpe, Woolf, Enterprise Integration Patterns (2003): Message Channel
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    published = {event.name.raw: event for event in service.publishes}
    for subscription in service.subscribes:
        for name in subscription.emits:
            event = published.get(name)
            if event is not None and event.topic == subscription.topic:
                yield Finding(
                    subscription.declared.get("emits", subscription.span),
                    f"{subscription.name.raw} is read from {subscription.topic} and answered with {name} on it",
                    f"give {name} a topic of its own, or emit a different event",
                    "each event makes another one, for ever",
                    (Note(event.span, f"{name} is published on the same topic"),),
                )


RULE = Rule("event-loop", Severity.ERROR, __doc__, check)
