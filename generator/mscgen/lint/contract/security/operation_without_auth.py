"""Nobody said who may call an operation.

## What it checks
The service says `auth:`, or each of its operations does. `public` counts: it must be said.

## Why it matters
An open operation is mostly an oversight, and the generated service would have to guess. Said once for the service it
holds for every operation added later.

## Bad
```yaml
mscgen: 1
service: shop-service
version: 1.0.0
owner: team-shop
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
```

## Good
```yaml
mscgen: 1
service: shop-service
version: 1.0.0
owner: team-shop
auth: {jwt: {issuer: "https://id.example.com", audience: shop, jwks_url: "https://id.example.com/jwks.json"}}
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
```

## References
- OWASP API Security Top 10, API2:2023 Broken Authentication
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    open_operations = [op for op in service.operations if not op.auth.declared]
    if not open_operations:
        return
    names = ", ".join(op.name.raw for op in open_operations[:3]) + (" …" if len(open_operations) > 3 else "")
    everything = len(open_operations) == len(service.operations)
    yield Finding(
        service.span if everything else open_operations[0].span,
        f"nobody said who may call {names}",
        "say it for the service: `auth: {jwt: {…}}`, `auth: api_key`, `auth: mtls` or `auth: public`",
        f"{len(open_operations)} of {len(service.operations)} operations have no `auth`",
    )


RULE = Rule("operation-without-auth", Severity.ERROR, __doc__, check)
