"""One path fits two routes and neither is more specific.

## What it checks
Two routes of one method and length, where each has a fixed part in a place where the other has a field:
`/users/{id}/active` and `/users/search/{term}` both fit `/users/search/active`. A fixed path beside a field
(`/orders/recent` and `/orders/{order_id}`) is fine: the fixed one wins.

## Why it matters
Which operation answers depends on the order of registration: it differs between servers, gateways and mesh routes
made from the same contract, and changes when the file is reordered.

## Bad
```yaml
errors:
  NotThere: not_found
operations:
  GetMembership:
    http: GET /v1/users/{user_id}/membership
    request: {user_id: uuid}
    errors: [NotThere]
  SearchUsers:
    http: GET /v1/users/search/{term}
    request: {term: string(..50)}
    errors: [NotThere]
```

## Good
```yaml
errors:
  NotThere: not_found
operations:
  GetMembership:
    http: GET /v1/users/{user_id}/membership
    request: {user_id: uuid}
    errors: [NotThere]
  SearchUsers:
    http: GET /v1/user-search/{term}
    request: {term: string(..50)}
    errors: [NotThere]
```

## References
- OpenAPI 3.1.1 §4.8.1: "in case of ambiguous matching, it's up to the tooling to decide which one to use"
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from mscgen.diagnostics import Note, Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import HttpRoute
from mscgen.model.service import Service

_Named = tuple[str, HttpRoute, list[str]]


def check(service: Service) -> Iterator[Finding]:
    groups: dict[tuple[str, int], dict[int, list[_Named]]] = {}
    for op in service.operations:
        for route in (op.http.route, *op.http.also) if op.http else ():
            parts = route.path.split("/")
            fields = sum(1 << i for i, part in enumerate(parts) if part.startswith("{") and part.endswith("}"))
            group = groups.setdefault((route.method, len(parts)), {})
            group.setdefault(fields, []).append((op.name.raw, route, parts))
    for by_fields in groups.values():
        for a, b in combinations(by_fields, 2):
            if a & ~b and b & ~a:
                yield from _clashes(by_fields[a], by_fields[b], a | b)


def _clashes(some: list[_Named], others: list[_Named], fields: int) -> Iterator[Finding]:
    """A finding for each route of the others that fits one of these; they agree where neither has a field."""
    by_fixed: dict[tuple[str, ...], _Named] = {}
    for named in some:
        by_fixed.setdefault(_fixed(named, fields), named)
    for named in others:
        fitting = by_fixed.get(_fixed(named, fields))
        if fitting is not None:
            early, late = sorted((fitting, named), key=lambda n: n[1].span)
            both = "/".join(q if p.startswith("{") else p for p, q in zip(early[2], late[2], strict=True))
            yield Finding(
                late[1].span,
                f"{both} fits the routes of {early[0]} and {late[0]}, and neither is more specific",
                "change a fixed part of one of them",
                "which one answers depends on the server",
                (Note(early[1].span, f"the route of {early[0]}"),),
            )


def _fixed(named: _Named, fields: int) -> tuple[str, ...]:
    return tuple(part for i, part in enumerate(named[2]) if not fields >> i & 1)


RULE = Rule("ambiguous-route", Severity.ERROR, __doc__, check)
