"""The service runs as one instance.

## What it checks
`deploy.replicas` starts at 2 or more.

## Why it matters
With one instance each deployment, node drain and crash is an outage, and a disruption budget either blocks the drain
or allows the outage. Two on different nodes make all of that invisible.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
deploy:
  replicas: 1
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
deploy:
  replicas: 2..10
```

## References
- Kubernetes, Specifying a Disruption Budget for your Application
- kube-linter, minimum-three-replicas (the same idea)
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    deployment = service.deployment
    if deployment is not None and deployment.min_replicas < 2:
        yield Finding(
            deployment.declared.get("replicas", deployment.span),
            f"{service.name.raw} may run as a single instance",
            f"write `replicas: {f'2..{deployment.max_replicas}' if deployment.max_replicas > 2 else 2}`",
            "each deployment and node drain is an outage",
        )


RULE = Rule("single-replica", Severity.WARNING, __doc__, check)
