"""The gRPC server of a service, by setting one of two: grpc.aio, or pygrpc-native, which is faster
and young."""

from __future__ import annotations

import asyncio
import time
from importlib.util import find_spec
from typing import Any, Final

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc  # type: ignore[import-untyped]
from grpc_reflection.v1alpha import reflection  # type: ignore[import-untyped]

from .grpc_handlers import Handlers
from .listen import CannotStart, address, probe
from .settings import Settings

_log = structlog.get_logger(__name__)

FLUSH_SECONDS: Final = 0.1


class GrpcServer:
    """The gRPC server of a service: grpc.aio, or pygrpc-native when the settings ask for it."""

    def __init__(self, handlers: Handlers, settings: Settings) -> None:
        """handlers: of every operation. Must be called in the loop that serves."""
        self._settings = settings
        self._handlers = handlers
        self.native = settings.grpc_server == "native" and _native_is_possible(settings)
        self._server = (
            _native(settings) if self.native else grpc.aio.server(options=_options(settings))
        )
        handlers.register(self._server, native=self.native)
        self.health = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self._server)
        names = (*handlers.services, health.SERVICE_NAME)
        self._names = ("", *handlers.services)
        if settings.reflection:
            reflection.enable_server_reflection((*names, reflection.SERVICE_NAME), self._server)

    async def start(self) -> int:
        """Serves, and says on which port. Raises CannotStart."""
        settings = self._settings
        probe(settings.host, settings.grpc_port, "GRPC_PORT")
        where = address(settings.host, settings.grpc_port)
        try:
            if settings.tls:
                port = self._server.add_secure_port(where, _credentials(settings))
            else:
                port = self._server.add_insecure_port(where)
        except (RuntimeError, OSError) as error:
            raise CannotStart(f"cannot listen on {where} (GRPC_PORT)") from error
        await self._server.start()
        return port

    async def serving(self, ready: bool) -> None:
        """What grpc.health.v1 answers for the server and for each service."""
        states = health_pb2.HealthCheckResponse
        for name in self._names:
            await self.health.set(name, states.SERVING if ready else states.NOT_SERVING)

    async def stop(self, grace: float) -> None:
        """Refuses new calls and waits up to `grace` seconds for those under way; the rest are
        cancelled.

        May be called again, with a shorter grace, while it waits.
        """
        if self.native:
            # pygrpc-native 0.5 closes its sockets as soon as the last handler has returned,
            # sometimes before the answer is out.
            ends = time.monotonic() + grace
            await self._handlers.drain(grace)
            await asyncio.sleep(min(grace, FLUSH_SECONDS))
            grace = max(0.0, ends - time.monotonic())
        await self._server.stop(grace)


def _options(settings: Settings) -> list[tuple[str, Any]]:
    return [
        # Two processes on one port are a mistake here, and grpc would share it without a word.
        ("grpc.so_reuseport", 0),
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", -1),
        # Clients may ping every 30 s even without calls; grpc's default answers that with GOAWAY.
        ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
        ("grpc.keepalive_permit_without_calls", 1),
        # A connection stays on one replica for as long as it lives; calls under way are not cut.
        ("grpc.max_connection_age_ms", 300_000),
    ]


def _credentials(settings: Settings) -> grpc.ServerCredentials:
    if settings.tls_key_file is None or settings.tls_cert_file is None:
        raise CannotStart("TLS_CERT_FILE and TLS_KEY_FILE go together")
    try:
        pair = (settings.tls_key_file.read_bytes(), settings.tls_cert_file.read_bytes())
        authority = settings.tls_client_ca_file
        authorities = None if authority is None else authority.read_bytes()
    except OSError as error:
        raise CannotStart(f"cannot read {error.filename}: {error.strerror}") from error
    return grpc.ssl_server_credentials([pair], authorities, require_client_auth=bool(authorities))


def _native_is_possible(settings: Settings) -> bool:
    reason = ""
    if settings.tls:
        reason = "it has no TLS"
    elif find_spec("pygrpc_native") is None:
        reason = "pygrpc-native is not installed"
    if reason:
        _log.warning("GRPC_SERVER=native is not used", reason=reason)
    return not reason


def _native(settings: Settings) -> grpc.aio.Server:
    from pygrpc_native.aio import Server

    known = ("grpc.so_reuseport", "grpc.max_receive_message_length")
    return Server(options=[option for option in _options(settings) if option[0] in known])
