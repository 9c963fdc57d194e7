"""A path is not written in the usual form.

## What it checks
Fixed parts of a path are lower-case kebab words, there is no trailing slash, no empty part and no file extension. A
custom method after a colon (`/v1/orders/{order_id}:cancel`) is allowed.

## Why it matters
Paths are case-sensitive; `/v1/lineItems`, `/v1/line_items` and `/v1/line-items` are three resources, and callers will
try all of them. A trailing slash makes a second address for the same thing: redirects lose the body of a POST.

## Bad
```yaml
operations:
  ListLineItems:
    http: GET /v1/lineItems/
    response: {items: list<uuid>}
    paginate: items
```

## Good
```yaml
operations:
  ListLineItems:
    http: GET /v1/line-items
    response: {items: list<uuid>}
    paginate: items
```

## References
- RFC 3986 §6.2.2.1, case normalization
- Zalando RESTful API guidelines, rules 129 and 136; AIP-136, Custom methods
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.names import kebab
from mscgen.model.service import Service

_PART = re.compile(r"(\.well-known|[a-z0-9]+(-[a-z0-9]+)*|\{[^{}]*\})(:[a-z][A-Za-z]*)?")


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        for route in (op.http.route, *op.http.also) if op.http else ():
            if route.path == "/":
                continue
            parts = route.path[1:].split("/")
            if all(_PART.fullmatch(part) for part in parts):
                continue
            better = "/" + "/".join(part if _PART.fullmatch(part) else _kebab(part) for part in parts if part)
            yield Finding(
                route.span,
                f"the path of {op.name.raw} is not lower-case kebab words: {route.path}",
                f"write `{better}`",
            )


def _kebab(part: str) -> str:
    """The part in kebab, its `{fields}` untouched and its file extension dropped."""
    pieces = re.split(r"(\{[^{}]*\})", re.sub(r"\.[a-z]{2,5}$", "", part))
    return "".join(piece if piece.startswith("{") else kebab(piece) for piece in pieces)


RULE = Rule("path-style", Severity.WARNING, __doc__, check)
