"""A policy has more attempts than fit into its timeout.

## What it checks
`wait + attempts × per_try + backoffs` is at most `timeout`; without a `per_try`, the backoffs alone leave time for
the attempts.

## Why it matters
The last attempts are never made: the contract promises a resilience that is not there, and the one attempt that is
cut short counts as a failure of the callee in its breaker.

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
      Reserve: {timeout: 500ms, per_try: 300ms, attempts: 2}
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
      Reserve: {timeout: 700ms, per_try: 300ms, attempts: 2}
```

## References
- Envoy, router filter: the timeout spans all retries
- AWS Architecture Blog, Exponential Backoff and Jitter
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import backoff_bounds, policies
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.policy import Policy
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for title, policy in policies(service):
        fit = _fitting(policy)
        if policy.attempts < 2 or fit >= policy.attempts:
            continue
        keys = ("attempts", "per_try", "timeout", "backoff", "bulkhead")
        span = next((policy.declared[key] for key in keys if key in policy.declared), policy.span)
        if span is not None:
            yield Finding(
                span,
                f"{title} has {policy.attempts} attempts and time for {fit}",
                "raise `timeout`, shorten `per_try` or `backoff`, or have fewer attempts",
                _arithmetic(policy),
            )


def _per_try(policy: Policy) -> float:
    """The declared time of one attempt; 0 where the attempts share what the waits leave."""
    return policy.per_try if policy.per_try is not None and "per_try" in policy.declared else 0.0


def _fitting(policy: Policy) -> int:
    """How many attempts can start and run for their time before the timeout."""
    for attempts in range(policy.attempts, 0, -1):
        used = policy.bulkhead.wait + attempts * _per_try(policy) + sum(backoff_bounds(policy.backoff, attempts))
        if used <= policy.timeout - (0.0 if _per_try(policy) else 0.001):
            return attempts
    return 1


def _arithmetic(policy: Policy) -> str:
    parts = [seconds(policy.bulkhead.wait)] if policy.bulkhead.wait else []
    parts += [f"{policy.attempts} × {seconds(_per_try(policy))}"] if _per_try(policy) else []
    waits = backoff_bounds(policy.backoff, policy.attempts)
    parts += [seconds(wait) for wait in waits]
    total = policy.bulkhead.wait + policy.attempts * _per_try(policy) + sum(waits)
    text = " + ".join(parts)
    shown = text if len(parts) == 1 and not _per_try(policy) else f"{text} = {seconds(total)}"
    return f"{shown} > timeout {seconds(policy.timeout)}"


RULE = Rule("dead-attempts", Severity.WARNING, __doc__, check)
