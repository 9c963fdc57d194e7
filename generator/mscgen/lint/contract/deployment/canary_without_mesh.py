"""A canary is declared and nothing splits the traffic.

## What it checks
`deploy.canary` stands only where `mesh` is not `none`.

## Why it matters
Kubernetes alone divides requests by the number of pods: with two stable pods and one new one, a third of the traffic
goes to the version that was to get a tenth, and a header decides nothing.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
deploy:
  canary: {version: v2, weight: 10}
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
- Istio, Traffic Shifting; Gateway API, HTTPRoute weights
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    deployment = service.deployment
    if deployment is not None and deployment.canary is not None and deployment.mesh == "none":
        yield Finding(
            deployment.declared.get("canary", deployment.span),
            f"no mesh gives {deployment.canary.version} its {deployment.canary.weight} % of the traffic",
            "add `mesh: istio`, `istio-ambient` or `linkerd`, or remove the canary",
            "the number of pods would decide",
        )


RULE = Rule("canary-without-mesh", Severity.ERROR, __doc__, check)
