"""A success status and what is sent with it contradict each other.

## What it checks
204 and 205 have no response type; 201 (Created) is not the status of a GET, HEAD or DELETE.

## Why it matters
A 204 with a body is malformed: the bytes are read as the start of the next response on a kept-alive connection, or
the server refuses to send them. 201 on a read tells caches and clients that something came into being.

## Bad
```yaml
operations:
  GetOrder:
    http: {method: GET, path: /v1/order, status: 204}
    response: {total: decimal}
```

## Good
```yaml
operations:
  GetOrder:
    http: GET /v1/order
    response: {total: decimal}
```

## References
- RFC 9110 §15.3.2 (201), §15.3.5 (204), §15.3.6 (205)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_BODYLESS = frozenset({204, 205})
_READS = frozenset({"GET", "HEAD", "DELETE"})


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        for status, type in op.http.responses if op.http else ():
            assert op.http is not None
            method = op.http.route.method
            if status in _BODYLESS and type is not None:
                yield Finding(
                    op.http.route.span,
                    f"{op.name.raw} answers {status}, which has no body, and has a response",
                    "use 200, or leave the response out",
                    "the next response on the connection is misread",
                )
            elif status == 201 and method in _READS:
                yield Finding(
                    op.http.route.span,
                    f"{op.name.raw} is {method} and answers 201, Created",
                    "use 200",
                )


RULE = Rule("status-mismatch", Severity.ERROR, __doc__, check)
