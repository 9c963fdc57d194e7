"""One request makes as many calls as its caller likes.

## What it checks
Every `each:` in `calls` has a `max`.

## Why it matters
A list of 5,000 items becomes 5,000 calls: one request is a load test of the callee, and the caller chooses the size.
With a bound the worst case can be added up, and the deadline checked against it.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    request: {items: list<uuid>(..50)}
    idempotency: keyed
    calls: [{each: stock.Reserve}]
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    request: {items: list<uuid>(..50)}
    idempotency: keyed
    deadline: 5s
    calls: [{each: stock.Reserve, max: 50}]
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
```

## References
- OWASP API Security Top 10, API4:2023
- AIP-231, Batch methods: the alternative, one call for many items
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    callers = [(op.name.raw, op.calls) for op in service.operations]
    callers += [(s.name.raw, s.calls) for s in service.subscribes]
    for title, groups in callers:
        for call in (call for group in groups for call in group):
            if call.each and call.max is None:
                name = f"{call.dependency}.{call.operation}"
                yield Finding(
                    call.span,
                    f"{title} calls {name} once per item, for any number of items",
                    f"bound it: `{{each: {name}, max: 50}}`, or call a batch operation",
                    "the caller decides how many calls one request is",
                )


RULE = Rule("fan-out-unbounded", Severity.ERROR, __doc__, check)
