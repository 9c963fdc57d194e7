"""A waiver has no last day.

## What it checks
A waiver ends on a day: `until 2027-06-30`. The day exists in the calendar.

## Why it matters
An exception without an end is a rule that nobody follows. The date is when somebody looks again.

## Bad
```yaml
operations:
  Ping:
    # mscgen: allow path-style: old clients poll this address
    http: GET /v1/ping
```

## Good
```yaml
operations:
  Ping:
    # mscgen: allow path-style until 2027-06-30: old clients poll this address
    http: GET /v1/pingPong
```

## References
- The contract language, waivers
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.waiver import Use


def check(use: Use) -> Iterator[Finding]:
    if use.waiver.rules and not use.waiver.until:
        yield Finding(
            use.waiver.span,
            "this waiver has no valid last day",
            "add it before the reason: `until 2027-06-30`",
            "waives nothing until it has one",
        )


RULE = Rule("waiver-without-date", Severity.WARNING, __doc__, check)
