"""An error is declared and no operation may raise it.

## What it checks
Every error under `errors:` is listed by an operation.

## Why it matters
The generated exception cannot be raised: an operation that raises an error it does not list answers INTERNAL. Mostly
the operation's `errors:` list was forgotten.

## Bad
```yaml
errors:
  OutOfStock: failed_precondition
operations:
  Reserve:
    http: POST /v1/reservations
    idempotency: keyed
```

## Good
```yaml
errors:
  OutOfStock: failed_precondition
operations:
  Reserve:
    http: POST /v1/reservations
    errors: [OutOfStock]
    idempotency: keyed
```

## References
- AIP-193, Errors
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    raised = {error.name.raw for op in service.operations for error in op.errors}
    for name, error in service.errors.items():
        if name not in raised:
            yield Finding(
                error.span,
                f"no operation may raise {name}",
                f"list it where it happens, `errors: [{name}]`, or remove it",
            )


RULE = Rule("unused-error", Severity.WARNING, __doc__, check)
