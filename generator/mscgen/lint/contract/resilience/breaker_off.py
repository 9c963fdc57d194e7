"""The circuit breaker of a dependency is switched off.

## What it checks
No policy says `breaker: off`.

## Why it matters
A callee that hangs takes every caller's time up to the timeout, call after call, and the caller's own limits fill
with waiting. The breaker is what turns that into a quick error or a fallback, and what gives the callee a chance to
recover.

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
      Reserve: {timeout: 500ms, breaker: "off"}
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
      Reserve: {timeout: 500ms, breaker: adaptive}
```

## References
- Nygard, Release It! (2018): Circuit Breaker
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import policies
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for title, policy in policies(service):
        if policy.breaker.mode == "off" and "breaker" in policy.declared:
            yield Finding(
                policy.declared["breaker"],
                f"{title} has no circuit breaker",
                "leave `breaker` out for the default, or use `adaptive` where a hard cut is unwanted",
                "a callee that hangs takes the caller down with it",
            )


RULE = Rule("breaker-off", Severity.WARNING, __doc__, check)
