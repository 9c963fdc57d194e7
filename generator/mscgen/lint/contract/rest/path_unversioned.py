"""Some paths of the service carry a version and others do not.

## What it checks
Where a route starts with a version (`/v1/…`, `/api/v1/…`), all routes of the service do. A gateway is exempt: its
paths are those of many services.

## Why it matters
The path without a version cannot change incompatibly: there is no second place for the new form. That it lacks one is
mostly an oversight, seen when the change is due.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
  GetPrices:
    http: GET /prices
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
  GetPrices:
    http: GET /v1/prices
```

## References
- AIP-185, API versioning
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_VERSIONED = re.compile(r"(/api)?/(v\d+[a-z0-9]*)(/|$)")


def check(service: Service) -> Iterator[Finding]:
    if service.kind == "gateway":
        return
    routes = [(op, route) for op in service.operations if op.http for route in (op.http.route, *op.http.also)]
    versioned = next(((op, route) for op, route in routes if _VERSIONED.match(route.path)), None)
    if versioned is None:
        return
    example, prefix = versioned[1], _VERSIONED.match(versioned[1].path)
    assert prefix is not None
    for op, route in routes:
        if not _VERSIONED.match(route.path):
            yield Finding(
                route.span,
                f"the path of {op.name.raw} carries no version, others do",
                f"write `{prefix[0].rstrip('/')}{route.path}`",
                "",
                (Note(example.span, f"{versioned[0].name.raw} has one: {example.path}"),),
            )


RULE = Rule("path-unversioned", Severity.WARNING, __doc__, check)
