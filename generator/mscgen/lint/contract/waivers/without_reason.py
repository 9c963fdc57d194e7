"""A waiver has no reason.

## What it checks
A waiver says why, after a colon.

## Why it matters
Whoever looks at it when it ends has to know whether the reason still holds, and mostly it is another person.

## Bad
```yaml
operations:
  Ping:
    # mscgen: allow path-style until 2027-06-30
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
    if use.waiver.rules and not use.waiver.reason:
        yield Finding(
            use.waiver.span,
            "this waiver does not say why",
            "add the reason after a colon: `until 2027-06-30: old clients poll this address`",
            "waives nothing until it does",
        )


RULE = Rule("waiver-without-reason", Severity.WARNING, __doc__, check)
