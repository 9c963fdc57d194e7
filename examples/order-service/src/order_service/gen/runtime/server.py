"""A service from start to end: its parts, its two servers on one event loop, and how it stops.

Start: parts in the order in which they were added, `deps`, the servers, readiness on. Stop:
readiness off, the drain delay, no new calls, calls under way end or are cut off, `deps`, parts in
reverse. A second signal cuts the waiting.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog
from starlette.middleware.cors import CORSMiddleware

from . import logs, tracing
from .context import Context
from .errors import ServiceError, StoreUnavailable
from .grpc_handlers import Handlers, Method
from .grpc_server import GrpcServer
from .health import Health
from .listen import CannotStart, bind, new_loop, on_signals
from .metrics import Metrics
from .operation import Kind, Operation
from .pages import add_pages
from .registry import Registry
from .rest import unary_app
from .rest_app import RestApp
from .rest_server import RestServer
from .route import AsgiApp, Rest, Route
from .settings import Settings
from .sse import stream_app
from .stages import Surroundings, concurrency_of, store_of
from .tls import check_files
from .turnstile import Turnstile

_log = structlog.get_logger(__name__)

EXIT_CANNOT_START: Final = 2
EXIT_FORCED: Final = 1
MAX_CAUSE: Final = 300


class Part(Protocol):
    """Something that lives as long as the service: a store, a relay, a consumer."""

    async def open(self) -> None:
        """Gets ready; the service does not start when this raises."""

    async def close(self) -> None:
        """Finishes what is under way and lets go."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What the contract says, as `gen/app.py` brings it.

    name, version: of the contract. context: the class of the handlers' `ctx`. errors: the
    contract's own. openapi: reads the API description.
    """

    name: str
    version: str
    context: Callable[..., Context[Any]]
    operations: tuple[Operation, ...] = ()
    routes: tuple[Route, ...] = ()
    methods: tuple[Method, ...] = ()
    errors: tuple[type[ServiceError], ...] = ()
    openapi: Callable[[], bytes] | None = None


class Service:
    """One service, ready to start.

    `app` is its FastAPI application: add ordinary routes and middlewares to it before `start`.
    `parts` are opened before and closed after everything that serves; `health` takes further
    checks.
    """

    def __init__(self, definition: Definition, settings: Settings, deps: Any) -> None:
        """deps: what handlers find as `ctx.deps`. Its `start()` and `close()` are called if it has
        them; its `authenticators`, a list, prove the callers of operations that are not public.
        """
        self.definition = definition
        self.settings = settings
        self.deps = deps
        self.app = RestApp(definition.name, definition.version)
        self.health = Health()
        self.metrics = Metrics(definition.name, definition.version)
        self.parts: list[Part] = []
        self.http_port = 0
        self.grpc_port: int | None = None
        self._handlers = Handlers(definition.name)
        self._rest: RestServer | None = None
        self._grpc: GrpcServer | None = None
        self._stack = AsyncExitStack()
        self._hurry = asyncio.Event()
        self._forcing: asyncio.Future[None] | None = None
        self._bind()

    @property
    def unimplemented(self) -> tuple[Operation, ...]:
        """The operations without a handler that does anything; they answer 501 / UNIMPLEMENTED."""
        return tuple(o for o in self.definition.operations if not o.written)

    def _bind(self) -> None:
        definition, settings = self.definition, self.settings
        around = self._surroundings()
        rest = Rest(definition.name, settings.max_body_bytes)
        for route in definition.routes:
            stages = around.rest(route.operation, route.method, route.path)
            make = stream_app if route.operation.kind is Kind.SERVER_STREAM else unary_app
            self.app.operations.add(route.method, route.path, make(route, stages, rest))
        for method in definition.methods:
            self._handlers.add(method, around.grpc(method.operation, method.path))
        add_pages(self.app, self.health, self.metrics, definition.openapi, settings.docs)
        self.metrics.process()
        self.metrics.watch_limit(lambda: around.concurrency.limit)

    def _surroundings(self) -> Surroundings:
        definition, settings = self.definition, self.settings
        store = store_of(settings, definition.operations, definition.name)
        if store is not None:
            self.parts.append(store)
            self.health.add_check("idempotency", store.check)
        return Surroundings(
            settings=settings,
            registry=Registry(definition.name, definition.errors),
            metrics=self.metrics,
            context=definition.context,
            deps=self.deps,
            concurrency=concurrency_of(settings),
            store=store,
            authenticators=tuple(getattr(self.deps, "authenticators", ())),
            major=definition.version.partition(".")[0],
        )

    def _asgi(self) -> AsgiApp:
        """The application inside what surrounds it."""
        app: AsgiApp = self.app
        origins = self.settings.cors_origins
        if origins:
            app = CORSMiddleware(
                app,
                allow_origins=origins,
                allow_methods=["*"],
                allow_headers=["*"],
                expose_headers=["*"],
                max_age=600,
            )
        if self._grpc is not None and not self._grpc.native:
            app = Turnstile(app, busy=self._handlers.busy)
        return app

    async def start(self) -> None:
        """Starts everything; what had been started is stopped again if a later part fails.

        Raises CannotStart, or what a part or `deps` raised.
        """
        settings = self.settings
        try:
            check_files(settings)
            listener = bind(settings.host, settings.http_port, "HTTP_PORT")
            self._stack.callback(listener.close)
            self.http_port = listener.getsockname()[1]
            for part in self.parts:
                await _open(part)
                self._stack.push_async_callback(_quietly, part.close)
            await _call_if_there(self.deps, "start")
            self._stack.push_async_callback(_quietly, lambda: _call_if_there(self.deps, "close"))
            if self.definition.methods:
                self._grpc = GrpcServer(self._handlers, settings)
                self.health.watch(self._grpc.serving)
                self.grpc_port = await self._grpc.start()
            self._rest = RestServer(self._asgi(), settings)
            await self._rest.start(listener)
            monitor = asyncio.ensure_future(self.health.monitor())
            self._stack.callback(monitor.cancel)
            await self.health.started()
        except BaseException:
            await self.stop(grace=0.0)
            raise
        missing = [operation.name for operation in self.unimplemented]
        if missing:
            _log.warning("operations are not implemented", operations=missing)
        _log.info("service started", http_port=self.http_port, grpc_port=self.grpc_port)

    async def stop(self, grace: float | None = None) -> None:
        """Stops everything, in order. grace: seconds for the calls under way, by default as the
        settings say."""
        if grace is None:
            grace = self.settings.drain_seconds
        await self.health.draining()
        servers = [server.stop(grace) for server in (self._rest, self._grpc) if server is not None]
        await asyncio.gather(*servers)
        self._rest = self._grpc = None
        await self._stack.aclose()

    def force(self) -> None:
        """Cuts off the calls that `stop` is waiting for."""
        self._hurry.set()
        if self._rest is not None:
            self._rest.force()
        if self._grpc is not None:
            self._forcing = asyncio.ensure_future(self._grpc.stop(0.0))

    async def serve(self) -> int:
        """Starts, serves until a signal, stops. The exit code."""
        signalled = asyncio.Event()

        def on_signal() -> None:
            if signalled.is_set():
                self.force()
            signalled.set()

        on_signals(on_signal)
        await self.start()
        await signalled.wait()
        _log.info("service stops", drain_seconds=self.settings.drain_seconds)
        await self.health.draining()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain_delay_seconds):
                await self._hurry.wait()
        await self.stop()
        return EXIT_FORCED if self._hurry.is_set() else 0

    def run(self) -> int:
        """`serve` on a loop of its own: what `python -m` does. The exit code."""
        definition, settings = self.definition, self.settings
        fields = {"service": definition.name, "version": definition.version}
        logs.configure(settings.log_level, settings.log_format, fields=fields)
        flush = tracing.configure(definition.name, definition.version)
        try:
            with asyncio.Runner(loop_factory=new_loop) as runner:
                return runner.run(self.serve())
        except CannotStart as error:
            print(f"{definition.name}: {error}", file=sys.stderr)
            return EXIT_CANNOT_START
        finally:
            flush()


async def _open(part: Part) -> None:
    try:
        await part.open()
    except StoreUnavailable as error:
        raise CannotStart(f"a store does not answer: {_why(error)}") from error


def _why(error: StoreUnavailable) -> str:
    """What is behind it, in one line: whoever starts the service may know, callers never."""
    cause = error.__cause__
    lines = "" if cause is None else str(cause).strip()
    return " ".join(lines.split())[:MAX_CAUSE] or error.detail


async def _call_if_there(target: Any, name: str) -> None:
    method = getattr(target, name, None)
    if method is not None:
        await method()


async def _quietly(close: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """One part that cannot be closed must not keep the others open."""
    try:
        await close()
    except Exception:
        _log.exception("a part could not be closed")
