"""Two operations have the same method and path.

## What it checks
No two routes have the same method and the same path, whatever their fields are called: `/orders/{id}` and
`/orders/{order_id}` are one path. `also:` routes count.

## Why it matters
Only the first operation is ever reached. No error says so: the second is served over gRPC, stands in the documents,
and its REST callers get the first one's answers.

## Bad
```yaml
errors:
  NotThere: not_found
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    errors: [NotThere]
  FindOrder:
    http: GET /v1/orders/{number}
    request: {number: int64}
    errors: [NotThere]
```

## Good
```yaml
errors:
  NotThere: not_found
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    errors: [NotThere]
  FindOrder:
    http: GET /v1/orders/by-number/{number}
    request: {number: int64}
    errors: [NotThere]
```

## References
- OpenAPI 3.1.1 §4.8.1: templated paths with the same hierarchy are identical
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity, Span
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_FIELD = re.compile(r"\{[^}]*\}")


def check(service: Service) -> Iterator[Finding]:
    first: dict[tuple[str, str], tuple[str, str, Span]] = {}
    for op in service.operations:
        for route in (op.http.route, *op.http.also) if op.http else ():
            shape = (route.method, _FIELD.sub("{}", route.path))
            name, path, span = first.setdefault(shape, (op.name.raw, route.path, route.span))
            if span is route.span:
                continue
            yield Finding(
                route.span,
                f"{route.method} {route.path} of {op.name.raw} is already the route of {name}",
                "give one of them another path, or remove the operation that is not needed",
                "never reached",
                (Note(span, f"{name} is reached here: {path}"),),
            )


RULE = Rule("duplicate-route", Severity.ERROR, __doc__, check)
