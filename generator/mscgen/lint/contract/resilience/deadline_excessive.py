"""A caller is kept waiting for more than half a minute.

## What it checks
The deadline of an operation without streams is at most 30s.

## Why it matters
Each waiting call holds a connection, a slot of the limit and, in most callers, a thread; load balancers and browsers
give up earlier anyway (60 s is a common idle limit), and then the work goes on for nobody. Long work is accepted,
given an id, and asked about later or announced by an event.

## Bad
```yaml
operations:
  ImportCatalogue:
    http: POST /v1/imports
    idempotency: keyed
    deadline: 10m
```

## Good
```yaml
operations:
  StartImport:
    http: {method: POST, path: /v1/imports, status: 202}
    response: {import_id: uuid}
    idempotency: keyed
    deadline: 2s
```

## References
- AIP-151, Long-running operations; RFC 9110 §15.3.3 (202)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.operation import Kind
from mscgen.model.service import Service

_LONGEST = 30.0


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.kind is Kind.UNARY and op.deadline is not None and op.deadline > _LONGEST:
            yield Finding(
                op.declared.get("deadline", op.span),
                f"{op.name.raw} keeps its caller waiting for up to {seconds(op.deadline)}",
                "answer at once with an id and status 202, and tell the end by an event or a Get operation",
                f"more than {seconds(_LONGEST)}: most callers and proxies have gone by then",
            )


RULE = Rule("deadline-excessive", Severity.WARNING, __doc__, check)
