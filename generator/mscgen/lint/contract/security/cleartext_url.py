"""An address that security depends on is plain http.

## What it checks
The issuer and `jwks_url` of a `jwt` scheme are https. `localhost` and `.svc` or `.local` names behind a mesh are
exempt.

## Why it matters
Whoever sits between the service and `jwks_url` answers with a key of his own and signs any token he likes.

## Bad
```yaml
auth: {jwt: {issuer: "https://id.example.com", audience: shop, jwks_url: "http://id.example.com/jwks.json"}}
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
- OpenID Connect Discovery 1.0 §3: the issuer is an https URL
- RFC 8725, JSON Web Token Best Current Practices
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.schemes import schemes
from mscgen.model.service import Service

_CLEARTEXT = r"(?i)http://(?P<host>\[[^]]*\]|[^/:?#]*)"
_LOCAL = r"(?i)(localhost|127\.[0-9.]+|\[::1\]|.*\.(svc|local|localhost|internal)|[^.]*)"


def check(service: Service) -> Iterator[Finding]:
    for scheme, span in schemes(service):
        for name, url in (("issuer", scheme.issuer), ("jwks_url", scheme.jwks_url)):
            match = re.match(_CLEARTEXT, url)
            if match and not re.fullmatch(_LOCAL, match["host"]):
                yield Finding(
                    span,
                    f"{name} is plain http: {url}",
                    f"write `https://{url[7:]}`",
                    "whoever sits between can put his own keys in",
                )


RULE = Rule("cleartext-url", Severity.ERROR, __doc__, check)
