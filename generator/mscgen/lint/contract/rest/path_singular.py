"""A collection in a path is named in the singular.

## What it checks
The part before a field is the field's own singular: `/order/{order_id}`, `/user/{id}`.

## Why it matters
`/orders` is the collection and `/orders/{order_id}` one of it. In the singular the two need different paths, or the
list is found under `/order`, which nobody guesses.

## Bad
```yaml
errors:
  OrderNotFound: not_found
operations:
  GetOrder:
    http: GET /v1/order/{order_id}
    request: {order_id: uuid}
    errors: [OrderNotFound]
```

## Good
```yaml
errors:
  OrderNotFound: not_found
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    errors: [OrderNotFound]
```

## References
- AIP-122, Resource names; Zalando RESTful API guidelines, rule 134
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

# Words whose plural is not made with an s.
_MASS_NOUNS_TEXT = """
data equipment feedback info information inventory media metadata money news staff stock
"""
_MASS_NOUNS = frozenset(_MASS_NOUNS_TEXT.split())


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        for route in (op.http.route, *op.http.also) if op.http else ():
            for part, field in pairwise(route.path.split("/")):
                if _singular(part, field):
                    better = route.path.replace(f"/{part}/{field}", f"/{_plural(part)}/{field}", 1)
                    yield Finding(
                        route.span,
                        f"{op.name.raw} names a collection in the singular: /{part}",
                        f"write `{better}`",
                    )


def _singular(part: str, field: str) -> bool:
    if not (field.startswith("{") and part.islower()) or part.endswith("s") or part in _MASS_NOUNS:
        return False
    name = field.strip("{}").partition("}")[0]
    return name in ("id", part.replace("-", "_") + "_id")


def _plural(part: str) -> str:
    if part.endswith("y") and part[-2:-1] not in "aeou":
        return part[:-1] + "ies"
    return part + ("es" if part.endswith(("x", "z", "ch", "sh")) else "s")


RULE = Rule("path-singular", Severity.NOTICE, __doc__, check)
