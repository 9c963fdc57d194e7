"""Something is deprecated and nobody says what to use instead.

## What it checks
An operation, type or field with `deprecated: true` has a `doc:`.

## Why it matters
Every consumer sees the warning in its build and has to ask. Those who cannot find out keep using it, and it can never
be removed.

## Bad
```yaml
operations:
  GetTotal:
    http: GET /v1/total
    deprecated: true
```

## Good
```yaml
operations:
  GetTotal:
    doc: Use GetOrder; this one goes away with version 2.
    http: GET /v1/total
    deprecated: true
```

## References
- RFC 9745, The Deprecation HTTP Response Header Field
- AIP-192, Documentation: deprecations
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity, Span
from mscgen.lint.places import own_types, places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Alias, Enum


def check(service: Service) -> Iterator[Finding]:
    for title, span in _deprecated(service):
        yield Finding(
            span,
            f"{title} is deprecated and nothing says what to use instead",
            "add a `doc` that names the replacement and when this one goes away",
        )


def _deprecated(service: Service) -> Iterator[tuple[str, Span]]:
    for op in service.operations:
        if op.deprecated and not op.doc:
            yield op.name.raw, op.declared.get("deprecated", op.span)
    for declared in own_types(service):
        if not isinstance(declared, Alias) and declared.deprecated and not declared.doc:
            yield declared.name, declared.span
        for value in declared.values if isinstance(declared, Enum) else ():
            if value.deprecated and not value.doc:
                yield f"{declared.name}.{value.name}", value.span
    for place in places(service):
        if place.field.deprecated and not place.field.doc:
            yield place.title, place.field.span


RULE = Rule("deprecated-without-replacement", Severity.NOTICE, __doc__, check)
