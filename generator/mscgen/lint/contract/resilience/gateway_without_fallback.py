"""Any one backend takes a whole composed answer down.

## What it checks
A composed response with several branches has at least one with a `fallback`, in the branch or in its policy. One
essential branch without one is right; all of them without one is not.

## Why it matters
The availability of the page is the product of all its backends: three at 99.9 % make 99.7 %. A dashboard without
recommendations is still a dashboard. What fell back is named in the answer, so degraded is never silent.

## Bad
```yaml
kind: gateway
operations:
  GetDashboard:
    http: GET /dashboard/{user_id}
    request: {user_id: uuid}
    compose:
      user: {call: users.GetUser, with: {user_id: user_id}}
      orders: {call: orders.ListOrders, with: {customer_id: user_id}}
dependencies:
  users:
    contract: ../users-service/contract.yaml
  orders:
    contract: ../orders-service/contract.yaml
```

## Good
```yaml
kind: gateway
operations:
  GetDashboard:
    http: GET /dashboard/{user_id}
    request: {user_id: uuid}
    compose:
      user: {call: users.GetUser, with: {user_id: user_id}}
      orders: {call: orders.ListOrders, with: {customer_id: user_id}, fallback: omit}
dependencies:
  users:
    contract: ../users-service/contract.yaml
  orders:
    contract: ../orders-service/contract.yaml
```

## References
- Treynor, Dahlin, Rau, Beyer, The Calculus of Service Availability (ACM Queue, 2017)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import policy_of
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import Branch
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if len(op.compose) < 2 or any(_falls_back(branch, service) for branch in op.compose):
            continue
        count = len(op.compose)
        yield Finding(
            op.declared.get("compose", op.span),
            f"{op.name.raw} fails as a whole when any of its {count} branches fails",
            "give what is not essential a `fallback`: `omit`, `stale` or `{value: …}`",
            f"at 99.9 % each: {100 * 0.999**count:.1f} %",
        )


def _falls_back(branch: Branch, service: Service) -> bool:
    return branch.omit or branch.has_value or policy_of(branch.call, service).fallback is not None


RULE = Rule("gateway-without-fallback", Severity.WARNING, __doc__, check)
