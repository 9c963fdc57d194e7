"""A hedged call sends its second request too late or at once.

## What it checks
The `delay` of `hedge` is above 0 and below the time that one attempt may take.

## Why it matters
After the timeout nobody waits for the second request. With a delay of 0 every call is two calls: double load on a
good day, for the sake of a bad one.

## Bad
```yaml
operations:
  GetOffer:
    http: GET /v1/offer
    calls: [price.GetPrice]
dependencies:
  price:
    contract: ../price-service/contract.yaml
    operations:
      GetPrice: {timeout: 300ms, attempts: 1, hedge: 500ms}
```

## Good
```yaml
operations:
  GetOffer:
    http: GET /v1/offer
    calls: [price.GetPrice]
dependencies:
  price:
    contract: ../price-service/contract.yaml
    operations:
      GetPrice: {timeout: 300ms, attempts: 1, hedge: 80ms}
```

## References
- Dean and Barroso, The Tail at Scale (2013): hedge after the 95th percentile
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
        if policy.hedge is None or "hedge" not in policy.declared:
            continue
        one_try = policy.per_try if policy.per_try is not None else policy.timeout
        if 0 < policy.hedge.delay < one_try:
            continue
        late = policy.hedge.delay > 0
        yield Finding(
            policy.declared["hedge"],
            f"{title} hedges {f'after {seconds(policy.hedge.delay)}' if late else 'at once'}",
            "use the 95th percentile of the callee's answers as the delay",
            f"cut off after {seconds(one_try)}" if late else "every call is two calls",
        )


RULE = Rule("hedge-inert", Severity.WARNING, __doc__, check)
