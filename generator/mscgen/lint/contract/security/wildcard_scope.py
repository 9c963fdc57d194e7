"""A scope is a wildcard.

## What it checks
No operation asks for a scope that contains `*`.

## Why it matters
Scopes are compared as texts: a token with `orders:write` does not have `orders:*`, so the operation is closed to
those who should have it and open to whoever was given the wildcard, mostly for a test.

## Bad
```yaml
auth: {jwt: {issuer: "https://id.example.com", audience: shop, jwks_url: "https://id.example.com/jwks.json"}}
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    auth: {scopes: ["orders:*"]}
```

## Good
```yaml
auth: {jwt: {issuer: "https://id.example.com", audience: shop, jwks_url: "https://id.example.com/jwks.json"}}
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    auth: {scopes: ["orders:write"]}
```

## References
- RFC 6749 §3.3, access token scope: a list of case-sensitive texts
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity, Span
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    seen: set[Span] = set()
    for op in service.operations:
        span = op.auth.span or op.span
        wild = [scope for scope in op.auth.scopes if "*" in scope]
        if wild and span not in seen:
            seen.add(span)
            yield Finding(
                span,
                f"{op.name.raw} asks for the scope {wild[0]}",
                f"name the one that it needs, such as `{wild[0].replace('*', 'write')}`",
                "compared as a text: no other scope matches it",
            )


RULE = Rule("wildcard-scope", Severity.WARNING, __doc__, check)
