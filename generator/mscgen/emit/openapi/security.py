"""How callers prove who they are, as OpenAPI security schemes and requirements."""

from __future__ import annotations

from typing import Any

from mscgen.model.operation import Auth, AuthScheme
from mscgen.model.service import Service


def schemes(service: Service) -> dict[str, Any]:
    """The security schemes in use, by name."""
    auths = [service.auth, *(o.auth for o in service.operations if o.http)]
    found = {name: scheme for auth in auths for name, scheme in named(auth).items()}
    return {name: _scheme(scheme) for name, scheme in found.items()}


def named(auth: Auth) -> dict[str, AuthScheme]:
    """The schemes of one place by name: `jwt`, `api_key`, `mtls`, and `jwt_2` … for a second of the same kind."""
    found: dict[str, AuthScheme] = {}
    for scheme in auth.schemes:
        same = sum(s.kind == scheme.kind for s in found.values())
        found[f"{scheme.kind}_{same + 1}" if same else scheme.kind] = scheme
    return found


def requirement(auth: Auth) -> list[dict[str, list[str]]]:
    """One alternative per scheme; empty for everybody."""
    return [{name: list(auth.scopes)} for name in named(auth)]


def _scheme(scheme: AuthScheme) -> dict[str, Any]:
    if scheme.kind == "jwt":
        facts = {"issuer": scheme.issuer, "audience": scheme.audience}
        said = ", ".join(f"{key} {value}" for key, value in facts.items() if value)
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", **({"description": said} if said else {})}
    if scheme.kind == "api_key":
        return {"type": "apiKey", "in": "header", "name": scheme.header}
    return {"type": "mutualTLS"}
