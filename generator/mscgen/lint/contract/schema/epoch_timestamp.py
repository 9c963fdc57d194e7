"""A point in time is a number or a bare string.

## What it checks
A field named like a moment (`created_at`, `…_timestamp`) or a day (`…_date`) has a number or string type.

## Why it matters
Seconds or milliseconds? With which offset? Each client guesses, and the one that guesses wrong is off by a factor of
a thousand or by a time zone. `timestamp` is RFC 3339 with an offset in JSON, a well-known type in proto and an aware
datetime in Python; `date` is a calendar day without a zone.

## Bad
```yaml
operations:
  GetShipment:
    http: GET /v1/shipment
    response: {shipped_at: int64}
```

## Good
```yaml
operations:
  GetShipment:
    http: GET /v1/shipment
    response: {shipped_at: timestamp, due_date: date}
```

## References
- RFC 3339, Date and Time on the Internet: Timestamps
- AIP-142, Time and duration
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import NUMBERS, Scalar

_WORDS = {"at": "timestamp", "timestamp": "timestamp", "datetime": "timestamp", "date": "date"}


def check(service: Service) -> Iterator[Finding]:
    for place in places(service):
        better = _WORDS.get(place.words[-1])
        if better is None or place.scalar is None or place.words == ("at",):
            continue
        if place.scalar.scalar in NUMBERS or (place.scalar.scalar is Scalar.STRING and place.scalar.pattern is None):
            yield Finding(
                place.field.span,
                f"{place.title} is a point in time written as {place.scalar.scalar.value}",
                f"write `{better}`",
                "the unit and the offset are left to a guess",
            )


RULE = Rule("epoch-timestamp", Severity.WARNING, __doc__, check)
