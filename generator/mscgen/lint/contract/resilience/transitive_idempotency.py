"""An operation that may be sent twice makes a call that may not.

## What it checks
An operation that is `safe`, `natural` or `keyed` calls nothing whose contract says `idempotency: none`. The same goes
for consumers, because every event can be delivered twice.

## Why it matters
The promise holds only as far as the weakest call behind it. The process dies after the call and before its own
commit; the key's lease ends, the caller sends again as it may, and the call is made a second time. No key of our own
can prevent that: only the callee can tell that it has done the thing already.

## Bad
```yaml
# payment.Charge says `idempotency: none`
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    calls: [payment.Charge]
dependencies:
  payment:
    contract: ../payment-service/contract.yaml
```

## Good
```yaml
# payment.Authorize says `idempotency: keyed`: it gets a key that is derived from ours
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    calls: [payment.Authorize]
dependencies:
  payment:
    contract: ../payment-service/contract.yaml
```

## References
- draft-ietf-httpapi-idempotency-key-header-07
- Helland, Life beyond Distributed Transactions (2007)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import steps
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import Call, IdempotencyMode
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for title, promise, call in _repeatable_calls(service):
        dependency = service.dependencies.get(call.dependency)
        if dependency is not None and dependency.modes.get(call.operation) is IdempotencyMode.NONE:
            name = f"{call.dependency}.{call.operation}"
            yield Finding(
                call.span,
                f"{title} {promise} and calls {name}, which may not be sent twice",
                f"make {call.operation} `keyed` in the contract of {call.dependency}; its key is derived from ours",
                f"{title} again → {name} again",
            )


def _repeatable_calls(service: Service) -> Iterator[tuple[str, str, Call]]:
    for op in service.operations:
        if op.idempotency.mode is not IdempotencyMode.NONE:
            for call in (call for group in steps(op) for call in group):
                yield op.name.raw, f"is {op.idempotency.mode.value}", call
    for subscription in service.subscribes:
        for call in (call for group in subscription.calls for call in group):
            yield subscription.name.raw, "can be delivered twice", call


RULE = Rule("transitive-idempotency", Severity.ERROR, __doc__, check)
