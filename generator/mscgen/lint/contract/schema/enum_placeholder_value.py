"""An enum declares a placeholder value of its own.

## What it checks
An enum lists `undefined`, `unset`, `not_set` or `unrecognized`. A value pinned to the proto number 0 is exempt: it is
the zero value of an existing wire contract.

## Why it matters
The generator adds the zero value `…_UNSPECIFIED` that proto3 needs, and readers of events and gRPC keep unknown
values. A second placeholder makes two spellings of "nothing", and callers on REST may send it as if it meant
something. A field that may be missing is optional.

## Bad
```yaml
types:
  Size: {enum: [unset, small, large]}
operations:
  GetBox:
    http: GET /v1/box
    response: {size: Size}
```

## Good
```yaml
types:
  Size: {enum: [small, large]}
operations:
  GetBox:
    http: GET /v1/box
    response: {size: "Size?"}
```

## References
- AIP-126, Enumerations
- proto3 language guide, enum default value
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import own_types
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Enum

_PLACEHOLDERS = frozenset({"undefined", "unset", "not_set", "unrecognized"})


def check(service: Service) -> Iterator[Finding]:
    for enum in own_types(service):
        if not isinstance(enum, Enum):
            continue
        for value in enum.values:
            if value.name in _PLACEHOLDERS and value.pinned != 0:
                yield Finding(
                    value.span,
                    f"{enum.name} declares a placeholder of its own: {value.name}",
                    "remove it and make the field optional: `?`",
                    "the zero value for proto is added by itself",
                )


RULE = Rule("enum-placeholder-value", Severity.WARNING, __doc__, check)
