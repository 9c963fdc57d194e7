"""Calls wait for the bulkhead for a good part of their timeout.

## What it checks
The `wait` of a bulkhead is at most a tenth of the timeout.

## Why it matters
Waiting counts against the timeout. A call that got its slot late has too little time left to succeed, and still loads
the callee: under overload the queue serves only calls that are already lost.

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
      Reserve: {timeout: 500ms, attempts: 1, bulkhead: {max: 16, wait: 400ms}}
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
      Reserve: {timeout: 500ms, attempts: 1, bulkhead: {max: 16, wait: 20ms}}
```

## References
- Google SRE book, chapter 22: queue management
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import policies
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.service import Service

_SHARE = 0.1


def check(service: Service) -> Iterator[Finding]:
    for title, policy in policies(service):
        if policy.bulkhead.wait > _SHARE * policy.timeout and "bulkhead" in policy.declared:
            yield Finding(
                policy.declared["bulkhead"],
                f"{title} waits up to {seconds(policy.bulkhead.wait)} for a slot, of {seconds(policy.timeout)} in all",
                f"wait at most {seconds(_SHARE * policy.timeout)}, or not at all (`0s`) and fail at once",
                "what comes out of the queue is too late",
            )


RULE = Rule("queue-outlives-timeout", Severity.WARNING, __doc__, check)
