"""An event is sent directly while the service keeps its own data.

## What it checks
In a service with a store that owns tables, no event has `delivery: direct`.

## Why it matters
Two writes cannot be one: the process dies between the commit and the send, and the order exists without its event; or
the send succeeds and the transaction rolls back, and everybody is told of an order that is not there. The outbox
writes the event in the same transaction and sends it afterwards, however often that takes.

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
    delivery: direct
stores:
  orders: {kind: postgres, owns: [orders]}
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
stores:
  orders: {kind: postgres, owns: [orders]}
```

## References
- Richardson, Microservices Patterns (2018): Transactional outbox
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    store = next((store for store in service.stores if store.owns), None)
    if store is None:
        return
    for event in service.publishes:
        if event.delivery == "direct":
            yield Finding(
                event.declared.get("delivery", event.span),
                f"{event.name.raw} is sent directly, beside the transaction of the store {store.name}",
                "leave `delivery` out: the outbox sends it if and only if the transaction commits",
                "a crash between the two loses one of them",
                (Note(store.span, f"{store.name} owns {', '.join(store.owns)}"),),
            )


RULE = Rule("dual-write", Severity.ERROR, __doc__, check)
