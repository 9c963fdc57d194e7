"""A dependency is declared and nothing uses it.

## What it checks
Every dependency is called, composed, exposed, listened to, or lends a type.

## Why it matters
Access rules, network policies and the graph of services are derived from the contract: an unused dependency is a
permission that nobody needs. Mostly `calls:` was forgotten, and with it the check of the deadline.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
    calls: [stock.GetLevel]
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
    operations: {GetLevel: {timeout: 500ms}}
```

## References
- NIST SP 800-207, Zero Trust Architecture: least privilege
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import steps
from mscgen.lint.places import records
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Alias, ListType, MapType, NamedType, TypeRef


def check(service: Service) -> Iterator[Finding]:
    used = {call.dependency for op in service.operations for group in steps(op) for call in group}
    used |= {call.dependency for s in service.subscribes for group in s.calls for call in group}
    used |= {s.source for s in service.subscribes if s.source is not None}
    used |= {exposure.dependency for exposure in service.exposes}
    used |= set(_lenders(service))
    for alias, dependency in service.dependencies.items():
        if alias not in used:
            yield Finding(
                dependency.span,
                f"nothing uses the dependency {alias}",
                f"name what is called, `calls: [{alias}.…]`, or remove it",
                "grants access that nobody needs",
            )


def _lenders(service: Service) -> Iterator[str]:
    types = [field.type for record in records(service) for field in record.fields]
    types += [declared.type for declared in service.types.values() if isinstance(declared, Alias)]
    types += [op.response for op in service.operations if op.response is not None]
    for type in types:
        origin = _origin(type)
        if origin is not None:
            yield origin


def _origin(type: TypeRef) -> str | None:
    while isinstance(type, ListType | MapType):
        type = type.item if isinstance(type, ListType) else type.value
    return type.origin if isinstance(type, NamedType) else None


RULE = Rule("unused-dependency", Severity.WARNING, __doc__, check)
