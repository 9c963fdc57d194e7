"""An amount of money is a binary floating point number.

## What it checks
A field whose name ends in a word for money (`price`, `amount`, `balance`, `fee`, `total_price` …) has the type
`float` or `double`.

## Why it matters
`0.1 + 0.2` is not `0.3` in binary: sums drift by cents, comparisons fail, and two services round differently.
`decimal` is exact and travels as a string on every transport.

## Bad
```yaml
operations:
  GetQuote:
    http: GET /v1/quote
    response: {price: double}
```

## Good
```yaml
operations:
  GetQuote:
    http: GET /v1/quote
    response: {price: "decimal(0..)"}
```

## References
- IEEE 754-2019; Goldberg, What Every Computer Scientist Should Know About Floating-Point Arithmetic (1991)
- google.type.Money: units and nanos, no floating point
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Scalar

_MONEY = frozenset(
    {"amount", "balance", "cost", "fee", "price", "prices", "refund", "revenue", "salary", "subtotal", "tax", "wage"}
)


def check(service: Service) -> Iterator[Finding]:
    for place in places(service):
        if place.words[-1] in _MONEY and place.scalar and place.scalar.scalar in (Scalar.FLOAT, Scalar.DOUBLE):
            yield Finding(
                place.field.span,
                f"{place.title} is money in a {place.scalar.scalar.value}",
                "write `decimal`: exact, and a string on the wire",
                "cents get lost: 0.1 + 0.2 = 0.30000000000000004",
            )


RULE = Rule("float-money", Severity.ERROR, __doc__, check)
