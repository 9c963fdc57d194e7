"""A made-up answer stands in for a call that changes something.

## What it checks
A `fallback` (a value, the last good answer, or leaving the branch out) stands only on calls whose contract says that
they are `safe`. A fallback that is written by hand (`handler`) is not judged.

## Why it matters
A list of recommendations can be empty; a reservation cannot be made up. The caller is told that the stock is
reserved, sells it, and nothing was reserved. For a command the honest fallback is an error, or an event in the
outbox.

## Bad
```yaml
# payment.Authorize says `idempotency: keyed`
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    calls: [payment.Authorize]
dependencies:
  payment:
    contract: ../payment-service/contract.yaml
    operations:
      Authorize: {timeout: 900ms, fallback: {value: {authorized: true}}}
```

## Good
```yaml
# payment.ListMethods says `idempotency: safe`
operations:
  GetCheckout:
    http: GET /v1/checkout
    calls: [payment.ListMethods]
dependencies:
  payment:
    contract: ../payment-service/contract.yaml
    operations:
      ListMethods: {timeout: 300ms, fallback: {value: {methods: []}}}
```

## References
- AWS Builders' Library: Avoiding fallback in distributed systems
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity, Span
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import IdempotencyMode
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for alias, name, span in _fallbacks(service):
        dependency = service.dependencies.get(alias)
        mode = dependency.modes.get(name) if dependency is not None else None
        if mode is not None and mode is not IdempotencyMode.SAFE:
            yield Finding(
                span,
                f"{alias}.{name} changes something and has a made-up answer as its fallback",
                "let the call fail, or do it later: emit an event that the callee consumes",
                f"its contract says {mode.value}, not safe",
            )


def _fallbacks(service: Service) -> Iterator[tuple[str, str, Span]]:
    for alias, dependency in service.dependencies.items():
        for name, policy in dependency.operations.items():
            if policy.fallback is not None and policy.fallback.kind != "handler" and "fallback" in policy.declared:
                yield alias, name, policy.declared["fallback"]
    for op in service.operations:
        for branch in op.compose:
            if branch.omit or branch.has_value:
                yield branch.call.dependency, branch.call.operation, branch.span


RULE = Rule("fallback-on-command", Severity.ERROR, __doc__, check)
