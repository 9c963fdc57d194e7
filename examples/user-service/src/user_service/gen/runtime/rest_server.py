"""uvicorn, run by the service: on its loop, on a socket it bound, without signal handlers of its
own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final

import uvicorn

from .listen import CannotStart
from .route import AsgiApp
from .settings import Settings

KEEP_ALIVE: Final = 75
"""Seconds an idle connection stays open: longer than load balancers do, so that they close
first.
"""


class _Uvicorn(uvicorn.Server):
    """Tells when it has started, and leaves signals to the service."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as error:
            raise CannotStart("the application's lifespan failed; its log lines say why") from error
        self.up.set()


class RestServer:
    """The HTTP server of a service."""

    def __init__(self, app: AsgiApp, settings: Settings) -> None:
        """app: everything that is served, middlewares included."""
        self._config = uvicorn.Config(
            app,
            http=_protocol(settings),
            loop="none",
            log_config=None,
            # Start and stop are told by the service itself.
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers="FORWARDED_ALLOW_IPS" in os.environ,
            timeout_keep_alive=KEEP_ALIVE,
            ssl_certfile=settings.tls_cert_file,
            ssl_keyfile=settings.tls_key_file,
            ssl_ca_certs=None
            if settings.tls_client_ca_file is None
            else str(settings.tls_client_ca_file),
            ssl_cert_reqs=ssl.CERT_NONE
            if settings.tls_client_ca_file is None
            else ssl.CERT_REQUIRED,
        )
        self._server: _Uvicorn | None = None
        self._running: asyncio.Task[None] | None = None

    async def start(self, listener: socket.socket) -> None:
        """Serves on a listening socket. Raises CannotStart."""
        server = self._server = _Uvicorn(self._config)
        self._running = asyncio.ensure_future(server.serve([listener]))
        up = asyncio.ensure_future(server.up.wait())
        await asyncio.wait({up, self._running}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self._running.done():
            error = self._running.exception()
            raise error if error is not None else CannotStart("REST cannot be served")

    async def stop(self, grace: float) -> None:
        """Refuses new connections and waits up to `grace` seconds for the requests under way."""
        if self._server is None or self._running is None:
            return
        # uvicorn takes 0 for "wait for ever".
        self._config.timeout_graceful_shutdown = max(grace, 0.01)  # type: ignore[assignment]
        self._server.should_exit = True
        await self._running

    def force(self) -> None:
        """Ends the wait of `stop` and what it was waiting for."""
        if self._server is None:
            return
        self._server.force_exit = True
        for task in list(self._server.server_state.tasks):
            task.cancel()


def _protocol(settings: Settings) -> Any:
    if not find_spec("httptools"):
        return "h11"
    if settings.tls_client_ca_file is None:
        from .head_limit import LimitedProtocol

        return LimitedProtocol
    from .peer_names import NamingProtocol

    return NamingProtocol
