"""A type is declared and nothing uses it.

## What it checks
Every type is reachable from a request, a response, an error's details or an event.

## Why it matters
Dead types stay in the documents that consumers read, keep their numbers in the lock and hide a reference that was
meant and misspelt. A type that other contracts refer to as `alias.Name` needs a use here too, or a waiver that says
so.

## Bad
```yaml
types:
  Coupon: {code: string(1..20)}
operations:
  Ping:
    http: GET /v1/ping
```

## Good
```yaml
types:
  Coupon: {code: string(1..20)}
operations:
  GetCoupon:
    http: GET /v1/coupon
    response: Coupon
```

## References
- buf lint, IMPORT_USED (the same idea for imports)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity, Span
from mscgen.lint.places import own_types, reachable, response_types
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import NamedType, Record, TypeRef


def check(service: Service) -> Iterator[Finding]:
    used = reachable(_roots(service), service)
    unused = [declared for declared in own_types(service) if declared.name not in used]
    if not unused:
        return
    # A record may be used by its fields alone: `extends:`, or a request that became a record of its operation.
    copied = {field.span for record in used.values() if record for field in record.fields}
    for declared in unused:
        if isinstance(declared, Record) and (declared.inline or _is_copied(declared, copied)):
            continue
        yield Finding(
            declared.span,
            f"nothing uses {declared.name}",
            "remove it, or use it in an operation, an error or an event",
        )


def _roots(service: Service) -> list[TypeRef]:
    roots: list[TypeRef] = [type for op in service.operations for type in response_types(op)]
    records = [op.request for op in service.operations]
    records += [event.payload for event in service.publishes]
    records += [s.payload for s in service.subscribes if s.payload is not None and s.source is None]
    records += [error.details for error in service.errors.values() if error.details is not None]
    for record in records:
        roots += [NamedType(record.name), *(f.type for f in record.fields)]
    return roots


def _is_copied(record: Record, copied: set[Span]) -> bool:
    return bool(record.fields) and all(field.span in copied for field in record.fields)


RULE = Rule("unused-type", Severity.NOTICE, __doc__, check)
