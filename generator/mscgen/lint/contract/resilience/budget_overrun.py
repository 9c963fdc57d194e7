"""The declared calls of an operation may take longer than its deadline.

## What it checks
The worst case of `calls`, or of the branches of `compose`, fits into the deadline: steps in sequence add up, parallel
calls count as the slowest of them. A call counts with its timeout, or with `wait + attempts × per_try + backoffs`
where that is less.

## Why it matters
The last calls run out of time before they start. Under load, when each call needs what it may need, the operation
fails after having done half of its work, and is retried. The sum shows it before the first request.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    deadline: 1s
    calls: [inventory.Reserve, [payment.Authorize, mail.Send]]
dependencies:
  inventory:
    contract: ../inventory-service/contract.yaml
    operations: {Reserve: {timeout: 600ms, attempts: 1}}
  payment:
    contract: ../payment-service/contract.yaml
    operations: {Authorize: {timeout: 700ms, attempts: 1}}
  mail:
    contract: ../mail-service/contract.yaml
    operations: {Send: {timeout: 200ms, attempts: 1}}
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    deadline: 2s
    calls: [inventory.Reserve, [payment.Authorize, mail.Send]]
dependencies:
  inventory:
    contract: ../inventory-service/contract.yaml
    operations: {Reserve: {timeout: 600ms, attempts: 1}}
  payment:
    contract: ../payment-service/contract.yaml
    operations: {Authorize: {timeout: 700ms, attempts: 1}}
  mail:
    contract: ../mail-service/contract.yaml
    operations: {Send: {timeout: 200ms, attempts: 1}}
```

## References
- gRPC guides: Deadlines
- Google SRE book, chapter 22: Addressing Cascading Failures
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import inversions, slowest, work
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for item in work(service):
        steps = [slowest(group, service) for group in item.groups]
        total = sum(step[0] for step in steps)
        if total <= item.deadline or inversions(item, service):
            continue  # a single call that is too long is a timeout inversion
        arithmetic = " + ".join(text for _, text in steps)
        yield Finding(
            item.span,
            f"the calls of {item.title} may take {seconds(total)}, its deadline is {seconds(item.deadline)}",
            "shorten the timeouts, run calls in parallel (an inner list), or raise the deadline",
            f"{arithmetic} = {seconds(total)} > {seconds(item.deadline)}",
        )


RULE = Rule("budget-overrun", Severity.ERROR, __doc__, check)
