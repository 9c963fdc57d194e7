"""A request without a body by its method has one.

## What it checks
An operation on GET, HEAD or DELETE puts fields into the body.

## Why it matters
Content in a GET or DELETE has no defined meaning: proxies and gateways drop it, caches ignore it, browsers and many
clients cannot send it, and some servers close the connection (request smuggling). The fields belong in the query, or
the operation is a POST.

## Bad
```yaml
operations:
  SearchOrders:
    http: {method: GET, path: /v1/order-search, body: text}
    request: {text: string(..200)}
```

## Good
```yaml
operations:
  SearchOrders:
    http: GET /v1/order-search
    request: {text: string(..200)}
```

## References
- RFC 9110 §9.3.1 (GET), §9.3.5 (DELETE)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_BODYLESS = frozenset({"GET", "HEAD", "DELETE"})


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.http is None or op.http.body is None or (op.http.body == "*" and not op.http.body_fields):
            continue
        for route in (op.http.route, *op.http.also):
            if route.method in _BODYLESS:
                what = ", ".join(op.http.body_fields) if op.http.body == "*" else op.http.body
                yield Finding(
                    route.span,
                    f"{op.name.raw} is {route.method} and carries {what} in the body",
                    "leave `body` out so that the fields go into the query, or use POST",
                    "proxies drop it",
                )


RULE = Rule("body-on-get", Severity.ERROR, __doc__, check)
