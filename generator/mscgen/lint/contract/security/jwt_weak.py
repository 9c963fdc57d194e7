"""A token is accepted from anybody, or for anybody.

## What it checks
The `issuer` and the `audience` of a `jwt` scheme name one party: they are not empty and contain no wildcard.

## Why it matters
Without an audience a token that was issued for another service of the same issuer opens this one; without an issuer
the keys alone decide. Both are how tokens of a harmless application get used against a valuable one.

## Bad
```yaml
auth: {jwt: {issuer: "https://id.example.com", audience: "*", jwks_url: "https://id.example.com/jwks.json"}}
operations:
  Ping:
    http: GET /v1/ping
```

## Good
```yaml
auth: {jwt: {issuer: "https://id.example.com", audience: shop, jwks_url: "https://id.example.com/jwks.json"}}
operations:
  Ping:
    http: GET /v1/ping
```

## References
- RFC 8725, JSON Web Token Best Current Practices, §3.8 and §3.9
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.schemes import schemes
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for scheme, span in schemes(service):
        if scheme.kind != "jwt":
            continue
        weak = [
            name
            for name, value in (("issuer", scheme.issuer), ("audience", scheme.audience))
            if not value.strip() or "*" in value
        ]
        if weak:
            yield Finding(
                span,
                f"any {' and '.join(weak)} of a token is accepted",
                f"name the one {' and the one '.join(weak)} that tokens for this service carry",
                "a token made for another service opens this one",
            )


RULE = Rule("jwt-weak", Severity.ERROR, __doc__, check)
