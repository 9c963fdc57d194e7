"""A comment addressed to mscgen cannot be read.

## What it checks
A comment that starts with `mscgen:` has the form `# mscgen: allow <rule> until <date>: <reason>`.

## Why it matters
It waives nothing, though its author believes that it does.

## Bad
```yaml
operations:
  Ping:
    # mscgen: ignore path-style
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
    if not use.waiver.rules:
        yield Finding(
            use.waiver.span,
            "this comment is addressed to mscgen and cannot be read",
            "write `# mscgen: allow <rule> until 2027-06-30: <reason>`",
            "waives nothing",
        )


RULE = Rule("waiver-malformed", Severity.WARNING, __doc__, check)
