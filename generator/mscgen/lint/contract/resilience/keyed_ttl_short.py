"""Idempotency keys are kept for less than an hour.

## What it checks
The `ttl` of a keyed operation is at least 1h (and longer than its lease, which is another rule's matter).

## Why it matters
Callers retry for longer than one might think: a queue that is redriven after an incident, a phone that was in a
tunnel, an operator who presses the button again after lunch. A key that is gone by then makes a second order.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: {mode: keyed, ttl: 5m}
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
```

## References
- Stripe API reference, idempotent requests: keys are kept for at least 24 hours
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.contract.resilience.lease_outlives_key import LEASE_MARGIN
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.operation import IdempotencyMode
from mscgen.model.service import Service

_SHORTEST = 3600.0


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        keyed = op.idempotency.mode is IdempotencyMode.KEYED
        if keyed and (op.deadline or 0.0) + LEASE_MARGIN < op.idempotency.ttl < _SHORTEST:
            yield Finding(
                op.declared.get("idempotency", op.span),
                f"{op.name.raw} forgets a key after {seconds(op.idempotency.ttl)}",
                "keep it for longer than any caller retries: leave `ttl` out for 24h",
                "a later retry does it again",
            )


RULE = Rule("keyed-ttl-short", Severity.WARNING, __doc__, check)
