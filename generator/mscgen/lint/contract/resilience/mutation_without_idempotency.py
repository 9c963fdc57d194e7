"""An operation that may change something does not say whether it can be sent twice.

## What it checks
An operation on POST or PATCH, or on gRPC alone, states its `idempotency`. GET, HEAD, PUT, DELETE and streams have
theirs by the definition of the method.

## Why it matters
A lost answer leaves the caller with one question: again or not? Without a stated answer clients, gateways and the
mesh each guess, and the guess is a second charge or a lost order. The word also decides what we generate: `keyed`
gives a record per key, `safe` and `natural` allow retries, `none` forbids them everywhere.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    request: {customer_id: uuid}
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    request: {customer_id: uuid}
    idempotency: keyed
```

## References
- RFC 9110 §9.2.2; draft-ietf-httpapi-idempotency-key-header-07
- AIP-155, Request identification
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import IdempotencyMode, Kind
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        stated = "idempotency" in op.declared or op.idempotency.mode is not IdempotencyMode.NONE or bool(op.compose)
        if stated or op.kind is not Kind.UNARY:
            continue
        yield Finding(
            op.span,
            f"{op.name.raw} does not say whether it may be sent twice",
            "add `idempotency: keyed` (by the caller's key), `natural` (twice is once), `safe` (only reads) or `none`",
            "after a lost answer the caller has to guess",
        )


RULE = Rule("mutation-without-idempotency", Severity.ERROR, __doc__, check)
