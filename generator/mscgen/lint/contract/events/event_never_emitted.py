"""An event is published by no operation.

## What it checks
Every event under `publishes:` is listed in the `emits:` of an operation or a subscription.

## Why it matters
Consumers find the event in the documents, subscribe, and wait. Where a handler does publish it, the contract does not
say so: graph, loop detection and access rules miss an edge.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
publishes:
  OrderPlaced:
    payload: {order_id: uuid}
    key: order_id
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
- AsyncAPI 3.0, operations: `action: send`
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    emitted = {name for op in service.operations for name in op.emits}
    emitted |= {name for subscription in service.subscribes for name in subscription.emits}
    for event in service.publishes:
        if event.name.raw not in emitted:
            yield Finding(
                event.span,
                f"no operation emits {event.name.raw}",
                f"add `emits: [{event.name.raw}]` to the operation after which it is true, or remove it",
                "consumers would wait for ever",
            )


RULE = Rule("event-never-emitted", Severity.WARNING, __doc__, check)
