"""Answers of an operation are cached although it is not safe.

## What it checks
`cache:` stands only on operations whose idempotency is `safe`.

## Why it matters
A cached answer means that the call is not made. For an operation that changes something, the change does not happen
and the caller is told that it did.

## Bad
```yaml
operations:
  StartReport:
    http: POST /v1/reports
    idempotency: keyed
    response: {report_id: uuid}
    cache: {max_age: 60s}
```

## Good
```yaml
operations:
  GetReport:
    http: GET /v1/report
    response: {report_id: uuid}
    cache: {max_age: 60s}
```

## References
- RFC 9111 §2, RFC 9110 §9.2.3 (methods and caching)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import IdempotencyMode
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.cache is not None and op.idempotency.mode is not IdempotencyMode.SAFE:
            yield Finding(
                op.declared.get("cache", op.span),
                f"{op.name.raw} is {op.idempotency.mode.value} and its answers are cached",
                "remove `cache`, or state `idempotency: safe` if it only reads",
                "a cached answer means that nothing is done",
            )


RULE = Rule("cache-unsafe", Severity.ERROR, __doc__, check)
