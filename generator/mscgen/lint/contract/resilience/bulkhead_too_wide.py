"""A bulkhead is so wide that it bounds nothing.

## What it checks
`bulkhead` allows at most 500 calls in flight to one callee, per process.

## Why it matters
The bulkhead keeps one slow callee from taking all of a process's memory, connections and event loop time. One process
cannot use hundreds of concurrent calls: by Little's law 1,000 calls a second at 100 ms are 100 in flight.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    calls: [stock.Reserve]
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
    operations:
      Reserve: {timeout: 500ms, bulkhead: 10000}
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    calls: [stock.Reserve]
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
    operations:
      Reserve: {timeout: 500ms, bulkhead: 64}
```

## References
- Nygard, Release It! (2018): Bulkheads; Little's law, L = λ·W
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import policies
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_WIDEST = 500


def check(service: Service) -> Iterator[Finding]:
    for title, policy in policies(service):
        if policy.bulkhead.max > _WIDEST and "bulkhead" in policy.declared:
            rate = policy.bulkhead.max / policy.timeout
            yield Finding(
                policy.declared["bulkhead"],
                f"{title} may have {policy.bulkhead.max} calls in flight",
                "take 1.5 × calls a second × their 99th percentile in seconds; 16 is the default",
                f"as if one process made {rate:,.0f} calls a second, each as slow as its timeout",
            )


RULE = Rule("bulkhead-too-wide", Severity.WARNING, __doc__, check)
