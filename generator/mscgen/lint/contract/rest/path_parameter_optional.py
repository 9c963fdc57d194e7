"""A path field is optional, nullable or has a default.

## What it checks
Every field in a path is required and never null.

## Why it matters
A path without the value is another path: the field can be absent over gRPC and not over REST, so the handler meets a
case that half of its callers cannot make, and the client library cannot build the address.

## Bad
```yaml
errors:
  OrderNotFound: not_found
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: "uuid?"}
    errors: [OrderNotFound]
```

## Good
```yaml
errors:
  OrderNotFound: not_found
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    errors: [OrderNotFound]
```

## References
- OpenAPI 3.1.1, Parameter Object: `required` must be true in a path
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        for field in op.request_fields(op.http.path_fields) if op.http else ():
            if field.optional or field.nullable or field.has_default:
                what = "optional" if field.optional else "nullable" if field.nullable else "given a default"
                yield Finding(
                    field.span,
                    f"{field.name.raw} is in the path of {op.name.raw} and is {what}",
                    "make it required: a path always has it",
                )


RULE = Rule("path-parameter-optional", Severity.ERROR, __doc__, check)
