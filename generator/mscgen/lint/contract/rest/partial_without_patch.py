"""A partial record is sent with PUT or GET.

## What it checks
A request with a `partial<…>` field is on PATCH or POST.

## Why it matters
PUT replaces the whole resource: a client, cache or gateway may take what was sent as its new state. A partial record
sent with PUT leaves every field that is not mentioned in doubt.

## Bad
```yaml
types:
  Order: {note: "string(..500)?"}
operations:
  UpdateOrder:
    http: PUT /v1/orders/{order_id}
    request: {order_id: uuid, order: partial<Order>}
```

## Good
```yaml
types:
  Order: {note: "string(..500)?"}
errors:
  OrderNotFound: not_found
operations:
  UpdateOrder:
    http: PATCH /v1/orders/{order_id}
    request: {order_id: uuid, order: partial<Order>}
    errors: [OrderNotFound]
    idempotency: natural
```

## References
- RFC 5789, PATCH Method for HTTP; RFC 9110 §9.3.4 (PUT)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import follow
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import PartialType


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.http is None or op.http.route.method in ("PATCH", "POST"):
            continue
        for field in op.request.fields:
            if isinstance(follow(field.type, service), PartialType):
                yield Finding(
                    op.http.route.span,
                    f"{op.name.raw} sends a part of a record with {op.http.route.method}: {field.name.raw}",
                    "use PATCH",
                    f"{op.http.route.method} stands for the whole",
                )


RULE = Rule("partial-without-patch", Severity.WARNING, __doc__, check)
