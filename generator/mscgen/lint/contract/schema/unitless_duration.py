"""A length of time is a number without a unit.

## What it checks
A field whose name ends in `timeout`, `ttl`, `delay`, `interval`, `duration` or `latency` is a plain number. With the
unit in the name (`timeout_ms`) it passes.

## Why it matters
`timeout: 30` is half a minute to one client and thirty milliseconds to another. `duration` says it on every
transport: `"1.5s"` in JSON, a well-known type in proto, a timedelta in Python.

## Bad
```yaml
operations:
  StartJob:
    http: POST /v1/jobs
    request: {timeout: int32}
    idempotency: keyed
```

## Good
```yaml
operations:
  StartJob:
    http: POST /v1/jobs
    request: {timeout: duration}
    idempotency: keyed
```

## References
- AIP-142, Time and duration
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import NUMBERS

_WORDS = frozenset({"delay", "duration", "interval", "latency", "timeout", "ttl"})


def check(service: Service) -> Iterator[Finding]:
    for place in places(service):
        if place.words[-1] in _WORDS and place.scalar and place.scalar.scalar in NUMBERS:
            yield Finding(
                place.field.span,
                f"{place.title} is a length of time without a unit",
                f"write `duration`, or put the unit in the name: `{place.field.name.raw}_ms`",
                "seconds or milliseconds?",
            )


RULE = Rule("unitless-duration", Severity.WARNING, __doc__, check)
