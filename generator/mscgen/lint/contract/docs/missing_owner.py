"""Nobody is named as the owner of the service.

## What it checks
The contract has an `owner:`.

## Why it matters
It is who gets the alerts, the questions and the pull requests of consumers; it goes into the documents and the labels
of the deployment. During an incident it is the first thing that is looked up.

## Bad
```yaml
mscgen: 1
service: shop-service
version: 1.0.0
auth: public
operations:
  Ping:
    http: GET /v1/ping
```

## Good
```yaml
mscgen: 1
service: shop-service
version: 1.0.0
auth: public
owner: team-shop
operations:
  Ping:
    http: GET /v1/ping
```

## References
- Google SRE book, chapter 14: Managing Incidents
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    if not service.owner:
        yield Finding(
            service.span,
            f"{service.name.raw} has no owner",
            "name the team: `owner: team-orders`",
        )


RULE = Rule("missing-owner", Severity.NOTICE, __doc__, check)
