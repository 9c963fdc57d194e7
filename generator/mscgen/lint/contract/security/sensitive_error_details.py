"""An error tells its caller something sensitive.

## What it checks
No field of an error's `details` is marked `sensitive`.

## Why it matters
Errors are logged on both sides, shown to end users and sent to error trackers. That is why sensitive fields are
redacted in them, so that the caller gets no value there either: the field is a leak or useless.

## Bad
```yaml
errors:
  EmailTaken:
    code: already_exists
    details:
      email: {type: string(3..254), sensitive: pii}
operations:
  CreateUser:
    http: POST /v1/users
    errors: [EmailTaken]
    idempotency: keyed
```

## Good
```yaml
errors:
  EmailTaken: already_exists
operations:
  CreateUser:
    http: POST /v1/users
    errors: [EmailTaken]
    idempotency: keyed
```

## References
- OWASP Error Handling Cheat Sheet; CWE-209
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import reachable
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Record


def check(service: Service) -> Iterator[Finding]:
    for name, error in service.errors.items():
        if error.details is None:
            continue
        inner = reachable([field.type for field in error.details.fields], service).values()
        records: list[Record] = [error.details, *(r for r in inner if r is not None and r is not error.details)]
        for field in (field for record in records for field in record.fields):
            if field.sensitive is not None:
                yield Finding(
                    field.span,
                    f"{name} carries {field.name.raw}, which is {field.sensitive.value}",
                    "leave it out, or name the field that was wrong instead of its value",
                    "redacted, so the caller gets nothing either",
                )


RULE = Rule("sensitive-error-details", Severity.WARNING, __doc__, check)
