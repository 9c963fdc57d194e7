"""A named policy is declared and no dependency follows it.

## What it checks
Every policy under `policies:` is named by a dependency. The built-in names `default`, `critical` and `batch` are
exempt: overriding one is a use.

## Why it matters
The author believes that calls follow it; they follow the default.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
    calls: [stock.GetLevel]
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
policies:
  patient: {timeout: 900ms}
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
    calls: [stock.GetLevel]
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
    policy: patient
policies:
  patient: {timeout: 900ms}
```

## References
- The contract language, dependencies and policies
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_BUILT_IN = frozenset({"default", "critical", "batch"})


def check(service: Service) -> Iterator[Finding]:
    used = {d.policy.name for d in service.dependencies.values() if d.policy is not None}
    for name, policy in service.policies.items():
        if name not in used and name not in _BUILT_IN and policy.span is not None:
            yield Finding(
                policy.span,
                f"no dependency follows the policy {name}",
                f"name it, `policy: {name}`, or remove it",
                "calls follow the default",
            )


RULE = Rule("unused-policy", Severity.WARNING, __doc__, check)
