"""A waiver names a rule that does not exist.

## What it checks
Every rule named in a waiver is a rule of lint. Errors of reading and resolving cannot be waived: there is no service
to speak of while they stand.

## Why it matters
It waives nothing, though its author believes that it does.

## Bad
```yaml
operations:
  Ping:
    # mscgen: allow path-stile until 2027-06-30: old clients poll this address
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
- `mscgen lint --list` prints every rule
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.waiver import Use


def check(use: Use) -> Iterator[Finding]:
    for name, span in use.waiver.rules:
        if name not in use.known:
            yield Finding(
                span,
                f"there is no rule {name} to waive",
                f"did you mean `{near}`?"
                if (near := _nearest(name, use.known))
                else "`mscgen lint --list` prints every rule",
            )


def _nearest(name: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, sorted(known), 1)), "")


RULE = Rule("waiver-unknown-rule", Severity.WARNING, __doc__, check)
