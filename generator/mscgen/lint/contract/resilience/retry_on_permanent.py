"""A policy retries an answer that will be the same next time, or that may hide a done effect.

## What it checks
`retry_on` names only codes after which a second send can help: `unavailable`, `resource_exhausted`, `aborted`,
`deadline_exceeded`.

## Why it matters
`not_found` stays not found: the retries only multiply the load. `internal` and `unknown` may come after the effect,
so that a second send is a second effect even where a key is used, because a failed outcome is not kept.

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
      Reserve: {timeout: 500ms, retry_on: [unavailable, internal]}
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
      Reserve: {timeout: 500ms, retry_on: [unavailable]}
```

## References
- AIP-194, Automatic retry configuration: UNAVAILABLE only
- google/rpc/code.proto
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import policies
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

TRANSIENT = frozenset({"unavailable", "resource_exhausted", "aborted", "deadline_exceeded"})


def check(service: Service) -> Iterator[Finding]:
    for title, policy in policies(service):
        wrong = [code for code in policy.retry_on if code not in TRANSIENT]
        if wrong and "retry_on" in policy.declared:
            yield Finding(
                policy.declared["retry_on"],
                f"{title} retries {', '.join(wrong)}",
                "retry `unavailable` only; add `resource_exhausted` where the callee sends Retry-After",
                "the answer stays the same, or the effect has happened",
            )


RULE = Rule("retry-on-permanent", Severity.ERROR, __doc__, check)
