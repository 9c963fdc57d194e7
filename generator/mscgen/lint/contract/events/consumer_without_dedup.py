"""A consumer emits events and takes each delivery as a new one.

## What it checks
A subscription with `idempotency: natural` emits nothing.

## Why it matters
Brokers deliver at least once: a rebalance or a lost acknowledgement brings the same event again. `natural` says that
doing it twice is doing it once, and that may hold for the row that is written; the event that is emitted gets a new
id each time, so that everybody behind sees two. The inbox records what has been done, in the same transaction.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
publishes:
  OrderPaid:
    payload: {order_id: uuid}
    key: order_id
subscribes:
  PaymentCaptured:
    topic: payment.captured.v1
    payload: {order_id: uuid}
    idempotency: natural
    emits: [OrderPaid]
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
publishes:
  OrderPaid:
    payload: {order_id: uuid}
    key: order_id
subscribes:
  PaymentCaptured:
    topic: payment.captured.v1
    payload: {order_id: uuid}
    emits: [OrderPaid]
```

## References
- CloudEvents 1.0: equal source and id mean a duplicate
- Richardson, Microservices Patterns (2018): Idempotent consumer
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for subscription in service.subscribes:
        if subscription.idempotency == "natural" and subscription.emits:
            yield Finding(
                subscription.declared.get("idempotency", subscription.span),
                f"{subscription.name.raw} delivered twice emits {', '.join(subscription.emits)} twice",
                "leave `idempotency` out: the inbox does each event once",
                "a rebalance delivers it again",
            )


RULE = Rule("consumer-without-dedup", Severity.ERROR, __doc__, check)
