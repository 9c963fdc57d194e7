"""A deadline is shorter than one round trip and a garbage collection.

## What it checks
The deadline of an operation is at least 10ms.

## Why it matters
`deadline: 2ms` where `2s` was meant passes on a laptop and fails in the cluster, where a scheduler tick, a TLS record
or a pause of the runtime takes longer than that. Then every retry fails in the same way.

## Bad
```yaml
operations:
  GetPrice:
    http: GET /v1/price
    deadline: 2ms
```

## Good
```yaml
operations:
  GetPrice:
    http: GET /v1/price
    deadline: 200ms
```

## References
- Dean and Barroso, The Tail at Scale (2013)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.service import Service

_SHORTEST = 0.01


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.deadline is not None and op.deadline < _SHORTEST:
            yield Finding(
                op.declared.get("deadline", op.span),
                f"{op.name.raw} has {seconds(op.deadline)} for everything",
                "measure its slowest answers and give it half as much again; was a unit mistyped?",
                f"less than {seconds(_SHORTEST)}",
            )


RULE = Rule("deadline-too-short", Severity.WARNING, __doc__, check)
