"""A circuit breaker can never open, or never for slow calls.

## What it checks
`slow.threshold` is below the time that one attempt may take, and `failure_ratio` is below 1 and above 0.

## Why it matters
A call that takes longer than its per-try time is cut off and counted as failed, so a slow threshold at or above it
never matches. A ratio of 1 needs every single call of the window to fail; one health check that still answers keeps
the breaker closed. At 0 the first failure in a quiet window opens it.

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
      Reserve: {timeout: 500ms, attempts: 1, breaker: {slow: {threshold: 2s}}}
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
      Reserve: {timeout: 500ms, attempts: 1, breaker: {slow: {threshold: 400ms}}}
```

## References
- resilience4j CircuitBreaker: slowCallDurationThreshold
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import policies
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for title, policy in policies(service):
        breaker = policy.breaker
        if breaker.mode != "window" or "breaker" not in policy.declared:
            continue
        span = policy.declared["breaker"]
        one_try = policy.per_try if policy.per_try is not None else policy.timeout
        if breaker.slow_threshold is not None and breaker.slow_threshold >= one_try:
            yield Finding(
                span,
                f"the breaker of {title} never sees a slow call",
                "set `slow.threshold` below the time of one attempt, or leave it out for 0.8 of that time",
                f"slow from {seconds(breaker.slow_threshold)} on, cut off after {seconds(one_try)}",
            )
        if not 0 < breaker.failure_ratio < 1:
            when = "only when every call fails" if breaker.failure_ratio else "without any failure"
            yield Finding(span, f"the breaker of {title} opens {when}", "a `failure_ratio` of 0.5 is usual")


RULE = Rule("breaker-inert", Severity.WARNING, __doc__, check)
