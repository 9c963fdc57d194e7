"""An error's HTTP status and gRPC code blame different sides.

## What it checks
A code for the caller's mistake (`not_found`, `invalid_argument` …) has a 4xx status, a code for the service's failure
(`internal`, `unavailable` …) a 5xx status.

## Why it matters
Retries, breakers and alerts go by the class. A `not_found` served as 500 opens breakers and wakes people for a typo;
an `unavailable` served as 400 is never retried.

## Bad
```yaml
errors:
  OrderNotFound: {code: not_found, status: 500}
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
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
- google/rpc/code.proto, the HTTP mapping of each code
- RFC 9110 §15
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_SERVER_CODES = frozenset({"unknown", "internal", "data_loss", "unimplemented", "unavailable", "deadline_exceeded"})


def check(service: Service) -> Iterator[Finding]:
    for name, error in service.errors.items():
        ours = error.code in _SERVER_CODES
        if ours == (error.status >= 500):
            continue
        yield Finding(
            error.span,
            f"{name} is {error.code} on gRPC and {error.status} on REST",
            f"use a {'5xx' if ours else '4xx'} status, or leave `status` out: it follows the code",
            "one side reads a failure of the service, the other a mistake of the caller",
        )


RULE = Rule("error-status-mismatch", Severity.ERROR, __doc__, check)
