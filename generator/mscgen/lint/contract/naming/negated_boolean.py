"""A boolean is named after what it is not.

## What it checks
A boolean field whose name starts with `not_`, `no_`, `non_`, `is_not_` or `dont_`.

## Why it matters
`not_active: false` takes two turns to read, and `if not order.not_active` is where the mistake is made. It also fixes
the wrong default: an absent boolean is false.

## Bad
```yaml
operations:
  GetAccount:
    http: GET /v1/account
    response: {not_active: bool}
```

## Good
```yaml
operations:
  GetAccount:
    http: GET /v1/account
    response: {active: bool}
```

## References
- AIP-140, Field names: booleans
- Google style: prefer positive names for booleans
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Scalar

_NEGATIONS = (("is", "not"), ("not",), ("no",), ("non",), ("dont",))


def check(service: Service) -> Iterator[Finding]:
    for place in places(service):
        if place.scalar is None or place.scalar.scalar is not Scalar.BOOL:
            continue
        length = next((len(n) for n in _NEGATIONS if place.words[: len(n)] == n), 0)
        if 0 < length < len(place.words):
            yield Finding(
                place.field.span,
                f"{place.title} says what is not the case",
                f"turn it round: `{'_'.join(place.words[length:])}`",
                "false means yes",
            )


RULE = Rule("negated-boolean", Severity.NOTICE, __doc__, check)
