"""An idempotency key is forgotten while the operation may still run.

## What it checks
The `ttl` of a keyed operation is longer than its lease, which is the deadline plus 5 s.

## Why it matters
The second send arrives after the key has gone and the first is still at work: both run, and the effect happens twice,
under the one condition that keys are for.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: {mode: keyed, ttl: 10s}
    deadline: 20s
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: {mode: keyed, ttl: 24h}
    deadline: 20s
```

## References
- draft-ietf-httpapi-idempotency-key-header-07 §2.3, expiry
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.operation import IdempotencyMode
from mscgen.model.service import Service

LEASE_MARGIN = 5.0  # seconds added to the deadline, as in the runtime's idempotency records


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.idempotency.mode is not IdempotencyMode.KEYED or op.deadline is None:
            continue
        lease = op.deadline + LEASE_MARGIN
        if op.idempotency.ttl <= lease:
            yield Finding(
                op.declared.get("idempotency", op.span),
                f"{op.name.raw} forgets a key after {seconds(op.idempotency.ttl)} and may run for {seconds(lease)}",
                "raise `ttl`; 24h is usual",
                f"lease = deadline {seconds(op.deadline)} + {seconds(LEASE_MARGIN)} = {seconds(lease)}",
            )


RULE = Rule("lease-outlives-key", Severity.ERROR, __doc__, check)
