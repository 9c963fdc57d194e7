"""Who calls, and whether they may.

An operation whose contract names schemes is closed until an `Authenticator` for one of them is
configured: a forgotten line in the wiring answers 401 to everybody, never 200 to anybody.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Protocol

import structlog

from .errors import PermissionDenied, Unauthenticated

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller who has proved who it is.

    subject: unique among the callers of its tenant. scheme: how it was proved. claims: what the
    proof says besides.
    """

    subject: str
    scopes: frozenset[str] = frozenset()
    scheme: str = ""
    tenant: str = ""
    claims: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


class Credentials(Protocol):
    """The part of a call that authenticators look at."""

    def header(self, name: str) -> str | None:
        """A header or metadata value by lower-case name."""

    @property
    def peer_names(self) -> tuple[str, ...]:
        """The names in the caller's verified certificate."""


class Authenticator(Protocol):
    """Proves callers by one scheme of the contract: `jwt`, `api_key` or `mtls`."""

    @property
    def scheme(self) -> str:
        """The scheme's name in the contract."""

    @property
    def challenge(self) -> str:
        """What WWW-Authenticate tells a caller without credentials; "" where HTTP has no word."""

    async def authenticate(self, call: Credentials) -> Principal | None:
        """The caller, or None when the call has no credentials of this scheme.

        Raises Unauthenticated for credentials that do not hold.
        """


Authenticate = Callable[[Any], Coroutine[Any, Any, Principal]]


def authentication(
    operation: str,
    schemes: Iterable[str],
    scopes: Iterable[str],
    authenticators: Iterable[Authenticator],
) -> Authenticate:
    """The stage of an operation that only callers by one of `schemes` with all `scopes` may call.

    Schemes are tried in the order of the contract; the first with credentials in the call decides.
    """
    wanted, needed = tuple(schemes), frozenset(scopes)
    configured = {one.scheme: one for one in authenticators}
    usable = tuple(configured[scheme] for scheme in wanted if scheme in configured)
    if not usable:
        _log.error(
            "no authenticator is configured: every call is refused",
            operation=operation,
            schemes=wanted,
        )
    challenge = ", ".join(one.challenge for one in usable if one.challenge)

    async def authenticate(call: Credentials) -> Principal:
        for one in usable:
            principal = await one.authenticate(call)
            if principal is not None:
                if not needed <= principal.scopes:
                    lacking = " ".join(sorted(needed - principal.scopes))
                    raise PermissionDenied(f"The caller lacks a scope: {lacking}")
                return principal
        raise Unauthenticated(challenge=challenge)

    return authenticate


class ApiKeyAuthenticator:
    """Callers known by a secret in a header."""

    scheme: Final = "api_key"

    def __init__(self, keys: Mapping[str, Principal], header: str = "x-api-key") -> None:
        """keys: from each secret to its caller. Raises ValueError for an empty one."""
        if not all(keys):
            raise ValueError("an API key is empty")
        self._header = header.lower()
        # Only digests are kept and looked up, keyed by a secret of this process, so that neither
        # the time of a look-up nor a dump of the memory says anything about a key.
        self._pepper = os.urandom(32)
        self._callers = {self._digest(key): caller for key, caller in keys.items()}

    @property
    def challenge(self) -> str:
        """`ApiKey`; not registered, but RFC 9110 wants a challenge in every 401."""
        return f'ApiKey header="{self._header}"'

    def _digest(self, key: str) -> bytes:
        return hmac.digest(self._pepper, key.encode("utf-8", "surrogatepass"), "sha256")

    async def authenticate(self, call: Credentials) -> Principal | None:
        """See `Authenticator.authenticate`."""
        key = call.header(self._header)
        if not key:
            return None
        caller = self._callers.get(self._digest(key))
        if caller is None:
            raise Unauthenticated("The credentials are not valid.", challenge=self.challenge)
        return caller


class CertificateAuthenticator:
    """Callers known by a client certificate that the server has verified (mTLS)."""

    scheme: Final = "mtls"
    challenge: Final = ""

    def __init__(self, callers: Mapping[str, Principal] | None = None) -> None:
        """callers: from a name in the certificate to its caller; any certificate of a trusted
        authority is a caller without scopes when None."""
        self._callers = callers

    async def authenticate(self, call: Credentials) -> Principal | None:
        """See `Authenticator.authenticate`."""
        names = call.peer_names
        if not names:
            return None
        if self._callers is None:
            return Principal(names[0], scheme=self.scheme)
        for name in names:
            caller = self._callers.get(name)
            if caller is not None:
                return caller
        raise Unauthenticated("The credentials are not valid.")
