"""An identifier has a type that runs out of values or rounds them.

## What it checks
A field named `id` or `…_id` is `int32`, `uint32`, `float` or `double`.

## Why it matters
A 32-bit sequence ends at 2,147,483,647; the outage comes years later, all at once, and the fix is a migration of
every client. A floating point id silently becomes its neighbour above 2^53. Identifiers that count up also tell
callers how many there are and invite guessing.

## Bad
```yaml
operations:
  GetInvoice:
    http: GET /v1/invoice
    request: {invoice_id: int32}
```

## Good
```yaml
operations:
  GetInvoice:
    http: GET /v1/invoice
    request: {invoice_id: uuid}
```

## References
- RFC 9562, UUIDs (version 7 sorts by time)
- OWASP API Security Top 10, API1:2023
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Scalar

_WHY = {
    Scalar.INT32: "runs out at 2,147,483,647",
    Scalar.UINT32: "runs out at 4,294,967,295",
    Scalar.FLOAT: "rounds above 16,777,216",
    Scalar.DOUBLE: "rounds above 9,007,199,254,740,992",
}


def check(service: Service) -> Iterator[Finding]:
    for place in places(service):
        if place.words[-1] in ("id", "ids") and place.scalar and place.scalar.scalar in _WHY:
            yield Finding(
                place.field.span,
                f"{place.title} is an identifier of type {place.scalar.scalar.value}",
                "write `uuid`, a bounded `string`, or `int64` where numbers are given",
                _WHY[place.scalar.scalar],
            )


RULE = Rule("id-overflow", Severity.WARNING, __doc__, check)
