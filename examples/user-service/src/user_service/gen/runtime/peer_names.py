"""Who is at the other end of a connection with a client certificate: what ASGI has no word for."""

from __future__ import annotations

import asyncio
from typing import Any

from .head_limit import LimitedProtocol
from .route import PEER_NAMES


class NamingProtocol(LimitedProtocol):
    """Puts the names in the certificate into the scope of each request of the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol."""
        super().connection_made(transport)
        certificate = transport.get_extra_info("peercert")
        if certificate:
            self.app_state = {**self.app_state, PEER_NAMES: names_of(certificate)}


def names_of(certificate: dict[str, Any]) -> tuple[str, ...]:
    """The names in a verified certificate, as `ssl` gives it: URIs first (SPIFFE), then the other
    alternative names, then the common name."""
    others = certificate.get("subjectAltName", ())
    uris = [value for kind, value in others if kind == "URI"]
    rest = [value for kind, value in others if kind != "URI"]
    subject = [
        value
        for part in certificate.get("subject", ())
        for kind, value in part
        if kind == "commonName"
    ]
    return (*uris, *rest, *subject)
