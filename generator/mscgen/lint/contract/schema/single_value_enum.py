"""An enum has one value.

## What it checks
An enum lists fewer than two values.

## Why it matters
A field of that type says nothing. Mostly a value was forgotten, or the enum stands for a fact that is always true.

## Bad
```yaml
types:
  Channel: {enum: [web]}
operations:
  GetVisit:
    http: GET /v1/visit
    response: {channel: Channel}
```

## Good
```yaml
types:
  Channel: {enum: [web, shop]}
operations:
  GetVisit:
    http: GET /v1/visit
    response: {channel: Channel}
```

## References
- AIP-126, Enumerations
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import own_types
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Enum


def check(service: Service) -> Iterator[Finding]:
    for enum in own_types(service):
        if isinstance(enum, Enum) and len(enum.values) < 2:
            yield Finding(
                enum.span,
                f"{enum.name} has one value, so a field of this type says nothing",
                "add the other values, or remove the field until there are some",
            )


RULE = Rule("single-value-enum", Severity.NOTICE, __doc__, check)
