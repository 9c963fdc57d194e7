"""A call is sent again although its callee may not be asked twice.

## What it checks
Where the callee's contract says `idempotency: none`, no policy states more than one attempt or a hedge for the call.
A policy that says nothing has one attempt there by itself.

## Why it matters
The answer is lost, not the effect. The second attempt charges the card again, and the caller sees one success. What
is never processed at all (no connection, a refused stream) is sent again in any case, because that is safe.

## Bad
```yaml
# payment.Charge says `idempotency: none`
operations:
  PayOrder:
    http: POST /v1/payments
    idempotency: none
    calls: [payment.Charge]
dependencies:
  payment:
    contract: ../payment-service/contract.yaml
    operations:
      Charge: {timeout: 900ms, attempts: 3}
```

## Good
```yaml
# payment.Charge says `idempotency: none`
operations:
  PayOrder:
    http: POST /v1/payments
    idempotency: none
    calls: [payment.Charge]
dependencies:
  payment:
    contract: ../payment-service/contract.yaml
    operations:
      Charge: {timeout: 900ms}
```

## References
- RFC 9110 §9.2.2; AIP-194, Automatic retry configuration
- Istio issue 50506: doubled payments by default retries
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import IdempotencyMode
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for alias, dependency in service.dependencies.items():
        for name, policy in dependency.operations.items():
            if dependency.modes.get(name) is not IdempotencyMode.NONE:
                continue
            if policy.attempts > 1 and "attempts" in policy.declared:
                yield Finding(
                    policy.declared["attempts"],
                    f"{alias}.{name} is attempted {policy.attempts} times and may not be sent twice",
                    f"write `attempts: 1`, or make {name} `keyed` in the contract of {alias}",
                    f"up to {policy.attempts} effects are possible when answers are lost",
                )
            if policy.hedge is not None and "hedge" in policy.declared:
                yield Finding(
                    policy.declared["hedge"],
                    f"{alias}.{name} is hedged and may not be sent twice",
                    "remove `hedge`; it is for operations that only read",
                    "each slow call is made twice",
                )


RULE = Rule("retry-without-idempotency", Severity.ERROR, __doc__, check)
