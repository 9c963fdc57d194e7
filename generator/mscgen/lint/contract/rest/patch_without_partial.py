"""A PATCH takes whole fields, so that "leave it" and "clear it" look the same.

## What it checks
An operation on PATCH has a `partial<…>` field in its request.

## Why it matters
A partial update needs three cases: absent (leave it), null (clear it), a value. With plain optional fields absent and
null fall together, and sooner or later an update clears what the caller never mentioned. `partial<Order>` is a JSON
Merge Patch on REST and a field mask on gRPC.

## Bad
```yaml
errors:
  OrderNotFound: not_found
operations:
  UpdateOrder:
    http: PATCH /v1/orders/{order_id}
    request: {order_id: uuid, note: "string(..500)?"}
    errors: [OrderNotFound]
    idempotency: natural
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
- RFC 7396, JSON Merge Patch; AIP-134, Update
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
        if op.http is None or op.http.route.method != "PATCH":
            continue
        if not any(isinstance(follow(field.type, service), PartialType) for field in op.request.fields):
            yield Finding(
                op.http.route.span,
                f"{op.name.raw} is PATCH and has no partial record in its request",
                "take `order: partial<Order>`, or use PUT to replace the whole and POST for an action",
                "absent and null fall together",
            )


RULE = Rule("patch-without-partial", Severity.WARNING, __doc__, check)
