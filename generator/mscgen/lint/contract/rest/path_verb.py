"""A path names an action instead of a thing.

## What it checks
A fixed part of a path is a plain verb (`/orders/create`) or starts with one (`/get-orders`).

## Why it matters
The method is the verb: `GET /orders`, `POST /orders`. A verb in the path hides it, so that caches, retries and access
rules that go by the method are wrong about the call. An action that is no method is a thing (`/order-cancellations`)
or a custom method after a colon.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/create-order
    idempotency: keyed
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
```

## References
- Zalando RESTful API guidelines, rules 138 and 141
- AIP-136, Custom methods
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.words import PLAIN_VERBS
from mscgen.model.service import Service

# Single parts that are nouns as often as verbs.
_NOUNS = frozenset({"list", "find", "get", "put"})
_FIRST_WORD = re.compile(r"[a-z0-9]+")


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        for route in (op.http.route, *op.http.also) if op.http else ():
            part = next((p for p in route.path.split("/") if _is_action(p)), "")
            if part:
                yield Finding(
                    route.span,
                    f"the path of {op.name.raw} names an action: {part}",
                    "name the thing, in the plural, and let the method be the verb; or a custom method, "
                    "`/{order_id}:cancel`",
                    f"{route.method} is the verb",
                )


def _is_action(part: str) -> bool:
    first = _FIRST_WORD.match(part)
    if first is None or first[0] not in PLAIN_VERBS:
        return False
    return len(first[0]) < len(part) or part not in _NOUNS


RULE = Rule("path-verb", Severity.WARNING, __doc__, check)
