"""`auth:`: who may call, for the service and per operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.model.operation import Auth, AuthScheme
from mscgen.read.node import SCALAR, Node

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

_JWT_HELP = "write `auth: {jwt: {issuer: …, audience: …, jwks_url: …}}` for the service"


def resolve_auth(scope: Scope, node: Node | None, service: Auth | None) -> Auth:
    """What an `auth:` says. service: the service's own, for an operation that names a scheme or only scopes."""
    if node is None:
        return service if service is not None else Auth(declared=False)
    if node.kind == SCALAR:
        return Auth(schemes=_named(scope, node, service), span=node.span)
    scopes = node.get("scopes")
    wanted = tuple(item.text for item in scopes.items) if scopes is not None else ()
    schemes = tuple(_scheme(key, value) for key, value in node.entries if key.text in ("jwt", "api_key", "mtls"))
    if not schemes and service is not None:
        schemes = service.schemes
    if not schemes:
        help = "name a scheme beside it: `jwt`, `api_key` or `mtls`; or write `auth: public`"
        scope.report("bad-value", "`auth` names no scheme", node.span, help)
    return Auth(schemes=schemes, scopes=wanted, span=node.span)


def _named(scope: Scope, node: Node, service: Auth | None) -> tuple[AuthScheme, ...]:
    """The scheme that one word names: as the service declares it, else with its defaults."""
    if node.text == "public":
        return ()
    declared = next((s for s in service.schemes if s.kind == node.text), None) if service is not None else None
    if declared is None and node.text == "jwt":
        scope.report("missing-key", "`jwt` needs an issuer, an audience and its keys", node.span, _JWT_HELP)
    return (declared or AuthScheme(node.text),)


def _scheme(key: Node, node: Node) -> AuthScheme:
    header = node.text_of("header")
    return AuthScheme(
        kind=key.text,
        issuer=node.text_of("issuer"),
        audience=node.text_of("audience"),
        jwks_url=node.text_of("jwks_url"),
        **({"header": header.lower()} if header else {}),
    )
