"""A consumer throws away the events that it cannot handle.

## What it checks
No subscription says `then: drop`.

## Why it matters
A bug, a full disk or a producer's mistake makes the handler fail, and after the last attempt the event is gone:
nobody can redrive it once the bug is fixed, and no number says how many there were.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
subscribes:
  PaymentCaptured:
    topic: payment.captured.v1
    payload: {order_id: uuid}
    retry: {attempts: 3, then: drop}
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
subscribes:
  PaymentCaptured:
    topic: payment.captured.v1
    payload: {order_id: uuid}
    retry: {attempts: 3, then: dead_letter}
```

## References
- Hohpe, Woolf, Enterprise Integration Patterns (2003): Dead Letter Channel
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for subscription in service.subscribes:
        if subscription.then == "drop":
            yield Finding(
                subscription.declared.get("retry", subscription.span),
                f"{subscription.name.raw} is lost after {subscription.attempts} failed attempts",
                "write `then: dead_letter`, or `then: park` to keep the order of its key",
                "one bug empties the topic",
            )


RULE = Rule("consumer-without-dead-letter", Severity.ERROR, __doc__, check)
