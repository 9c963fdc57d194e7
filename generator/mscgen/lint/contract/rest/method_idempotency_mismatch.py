"""The method promises an idempotency that the operation does not have.

## What it checks
An operation on PUT or DELETE says `idempotency: none`; one on PUT, PATCH or DELETE says `safe`.

## Why it matters
HTTP defines PUT and DELETE as idempotent: proxies, gateways and client libraries re-send them after a broken
connection. What is done twice then is done twice. `safe` on a method that changes something lets our own client hedge
and cache it.

## Bad
```yaml
operations:
  AddToBalance:
    http: PUT /v1/balance
    request: {change: decimal}
    idempotency: none
```

## Good
```yaml
operations:
  AddToBalance:
    http: POST /v1/balance-changes
    request: {change: decimal}
    idempotency: keyed
```

## References
- RFC 9110 §9.2.2, Idempotent methods
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import IdempotencyMode
from mscgen.model.service import Service

_WRONG = {
    ("PUT", IdempotencyMode.NONE): "PUT promises that twice is the same as once",
    ("DELETE", IdempotencyMode.NONE): "DELETE promises that twice is the same as once",
    ("PUT", IdempotencyMode.SAFE): "PUT changes something",
    ("PATCH", IdempotencyMode.SAFE): "PATCH changes something",
    ("DELETE", IdempotencyMode.SAFE): "DELETE changes something",
}


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        for route in (op.http.route, *op.http.also) if op.http else ():
            why = _WRONG.get((route.method, op.idempotency.mode))
            if why is None:
                continue
            yield Finding(
                op.declared.get("idempotency", op.span),
                f"{op.name.raw} is {route.method} and says `{op.idempotency.mode.value}`",
                "say `natural` if that is true, `keyed` for a caller's key, or use POST",
                why,
            )


RULE = Rule("method-idempotency-mismatch", Severity.ERROR, __doc__, check)
