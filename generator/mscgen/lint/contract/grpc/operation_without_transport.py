"""An operation is on no transport.

## What it checks
An operation with `grpc: false` has `http`.

## Why it matters
Nobody can call it, and its handler, tests and documents look as if somebody could.

## Bad
```yaml
operations:
  RebuildIndex:
    grpc: false
    idempotency: natural
```

## Good
```yaml
operations:
  RebuildIndex:
    grpc: false
    http: POST /v1/index-rebuilds
    idempotency: natural
```

## References
- The contract language, `http` and `grpc`
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.http is None and op.grpc is None:
            yield Finding(
                op.declared.get("grpc", op.span),
                f"{op.name.raw} can be called over neither REST nor gRPC",
                "add `http: METHOD /path`, or remove `grpc: false`",
            )


RULE = Rule("operation-without-transport", Severity.ERROR, __doc__, check)
