"""The values of an enum repeat its name.

## What it checks
Every value of an enum starts with the enum's name or its last word: `order_status_pending`, `status_paid`.

## Why it matters
The generator adds the prefix where it is needed: the proto value of `pending` is `ORDER_STATUS_PENDING`. Written into
the name, the prefix stands twice there, and in JSON and Python for nothing.

## Bad
```yaml
types:
  OrderStatus: {enum: [status_pending, status_paid]}
operations:
  GetOrder:
    http: GET /v1/order
    response: {status: OrderStatus}
```

## Good
```yaml
types:
  OrderStatus: {enum: [pending, paid]}
operations:
  GetOrder:
    http: GET /v1/order
    response: {status: OrderStatus}
```

## References
- buf lint, ENUM_VALUE_PREFIX (our proto keeps it by itself)
- AIP-126, Enumerations
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import own_types
from mscgen.lint.rule import Finding, Rule
from mscgen.model.names import snake
from mscgen.model.service import Service
from mscgen.model.types import Enum


def check(service: Service) -> Iterator[Finding]:
    if service.keeps_wire:
        return
    for enum in own_types(service):
        if not isinstance(enum, Enum) or len(enum.values) < 2:
            continue
        name = snake(enum.name)
        for prefix in (name + "_", name.rpartition("_")[2] + "_"):
            if all(value.name.startswith(prefix) for value in enum.values):
                yield Finding(
                    enum.values[0].span,
                    f"every value of {enum.name} starts with {prefix}",
                    f"drop the prefix: `{enum.values[0].name.removeprefix(prefix)}`, "
                    f"`{enum.values[1].name.removeprefix(prefix)}` …",
                    "the proto value gets its prefix by itself",
                )
                break


RULE = Rule("enum-value-prefix", Severity.WARNING, __doc__, check)
