"""A waiver waives nothing.

## What it checks
Every rule named in a valid waiver has a finding on the line that the waiver covers: its own, or the next line when it
stands alone.

## Why it matters
What it waived is fixed, or has moved. Left behind it will hide the next finding on that line, which nobody looked at.

## Bad
```yaml
operations:
  Ping:
    # mscgen: allow path-style until 2999-06-30: old clients poll this address
    http: GET /v1/ping
```

## Good
```yaml
operations:
  Ping:
    # mscgen: allow path-style until 2999-06-30: old clients poll this address
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
    if not use.waiver.holds(use.today):
        return
    for name, span in use.waiver.rules:
        if name in use.known and name not in use.used:
            yield Finding(
                span,
                f"{name} finds nothing on line {use.waiver.covers}",
                "remove the waiver, or move it to the line above the finding",
                "waives nothing",
            )


RULE = Rule("waiver-unused", Severity.WARNING, __doc__, check)
