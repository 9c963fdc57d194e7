"""An error that cannot go away by itself is called retryable.

## What it checks
`retryable: true` stands only on errors whose code can be transient: `unavailable`, `resource_exhausted`, `aborted`,
`deadline_exceeded`.

## Why it matters
Clients generated from the contract believe it. A `not_found` or `invalid_argument` that is retried wastes the
caller's deadline and the service's capacity, and in the end fails all the same.

## Bad
```yaml
errors:
  OrderNotFound: {code: not_found, retryable: true}
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    errors: [OrderNotFound]
```

## Good
```yaml
errors:
  OrderNotFound: not_found
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    errors: [OrderNotFound]
```

## References
- AIP-194, Automatic retry configuration; google/rpc/code.proto
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.contract.resilience.retry_on_permanent import TRANSIENT
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for name, error in service.errors.items():
        if error.retryable and error.code not in TRANSIENT:
            yield Finding(
                error.span,
                f"{name} is {error.code} and said to be retryable",
                "remove `retryable`, or use `aborted` (start over) or `unavailable` (come back later)",
                "the same call has the same answer",
            )


RULE = Rule("retryable-permanent-error", Severity.WARNING, __doc__, check)
