"""An operation on one resource does not say what happens when there is none.

## What it checks
An operation with a path field, on GET, HEAD, PATCH or POST, lists no errors. Composed operations are exempt: their
errors come from the branches; PUT and DELETE may be right without one.

## Why it matters
`GET /v1/orders/{order_id}` with an unknown id answers something. Undeclared, it is a 500 for the caller and an alert
for you; declared, it is a typed exception in every client, a 404 problem on REST and NOT_FOUND on gRPC.

## Bad
```yaml
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    response: {total: decimal}
```

## Good
```yaml
errors:
  OrderNotFound: not_found
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    response: {total: decimal}
    errors: [OrderNotFound]
```

## References
- AIP-193, Errors; RFC 9457, Problem Details
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_METHODS = frozenset({"GET", "HEAD", "PATCH", "POST"})


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.http is None or op.errors or op.compose or op.http.route.method not in _METHODS:
            continue
        if op.http.path_fields:
            field = op.http.path_fields[-1]
            known = next((e.name.raw for e in service.errors.values() if e.code == "not_found"), "")
            yield Finding(
                op.http.route.span,
                f"{op.name.raw} does not say what it answers to an unknown {field}",
                f"add `errors: [{known}]`" if known else "declare an error, `OrderNotFound: not_found`, and list it",
                "undeclared, it is a 500",
            )


RULE = Rule("undeclared-errors", Severity.WARNING, __doc__, check)
