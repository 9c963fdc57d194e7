"""A waiver is past its last day.

## What it checks
The `until` of a waiver is not before today.

## Why it matters
The exception has ended; the finding counts again. Either what it waived is done by now, or somebody agrees on a new
date.

## Bad
```yaml
operations:
  Ping:
    # mscgen: allow path-style until 2020-06-30: old clients poll this address
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
    if use.waiver.until and use.waiver.until < use.today:
        names = ", ".join(name for name, _ in use.waiver.rules)
        yield Finding(
            use.waiver.span,
            f"the waiver of {names} ended on {use.waiver.until}",
            "remove it with what it waives, or agree on a new date",
            "waives nothing any more",
        )


RULE = Rule("waiver-expired", Severity.WARNING, __doc__, check)
