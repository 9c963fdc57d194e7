"""A canary gets most of the traffic, or none at all.

## What it checks
The weight of a canary is at most 50 %, and above 0 unless a header sends requests to it.

## Why it matters
A canary is there to fail for a few. With most of the traffic it is the release, without its safety; with none and no
header nobody meets it, and its quiet dashboard proves nothing.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
deploy:
  mesh: istio
  canary: {version: v2, weight: 90}
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
deploy:
  mesh: istio
  canary: {version: v2, weight: 10}
```

## References
- Google SRE workbook, chapter 16: Canarying Releases
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_MOST = 50


def check(service: Service) -> Iterator[Finding]:
    canary = service.deployment.canary if service.deployment is not None else None
    if canary is None or service.deployment is None:
        return
    span = service.deployment.declared.get("canary", service.deployment.span)
    if canary.weight > _MOST:
        yield Finding(
            span,
            f"the canary {canary.version} gets {canary.weight} % of the traffic",
            "start at 10 or less; once it has proven itself, make it the version",
            "its failure is everybody's failure",
        )
    elif canary.weight == 0 and not canary.header:
        yield Finding(
            span,
            f"nothing is ever sent to the canary {canary.version}",
            'give it a `weight`, or a header: `match: {header: x-canary, value: "true"}`',
        )


RULE = Rule("canary-weight", Severity.WARNING, __doc__, check)
