"""What each operation of a service passes through: made once, when the service is put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .auth import Authenticator, authentication
from .call import Call
from .endpoint import Limiter, Stages
from .errors import DeadlineExceeded
from .idempotency import Store
from .limits import Concurrency, Gradient, Rate
from .metrics import CallMetrics, Metrics
from .observe import CallObserver
from .once import KeyedOnce
from .operation import Kind, Operation
from .registry import Registry
from .settings import Settings
from .tracing import Tracer


class Admission:
    """The limits of one operation: the service's concurrency, and its own rate."""

    __slots__ = ("_concurrency", "_rate")

    def __init__(self, concurrency: Concurrency | None, rate: Rate | None) -> None:
        """concurrency: None for a stream, which is idle most of its long life."""
        self._concurrency = concurrency
        self._rate = rate

    def acquire(self, call: Call, principal: Any) -> None:
        """Admits a call. Raises RateLimited or Overloaded."""
        if self._rate is not None:
            caller = principal.subject if principal is not None else call.peer.rpartition(":")[0]
            self._rate.acquire(caller)
        if self._concurrency is not None:
            self._concurrency.acquire()

    def release(self, seconds: float, error: BaseException | None) -> None:
        """An admitted call is over."""
        if self._concurrency is not None:
            # A call that failed early says nothing about how long calls take.
            telling = error is None or isinstance(error, DeadlineExceeded)
            self._concurrency.release(seconds if telling else None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the operations of one service share."""

    settings: Settings
    registry: Registry
    metrics: Metrics
    context: Any
    deps: Any
    concurrency: Concurrency
    store: Store | None
    authenticators: tuple[Authenticator, ...]
    major: str

    def rest(self, operation: Operation, method: str, path: str) -> Stages:
        """The stages of an operation on REST."""
        metrics = self.metrics.http(operation.name, method, path)
        attributes = {"http.request.method": method, "http.route": path}
        return self._stages(operation, "rest", metrics, Tracer(f"{method} {path}", attributes))

    def grpc(self, operation: Operation, path: str) -> Stages:
        """The stages of an operation on gRPC."""
        metrics = self.metrics.rpc(operation.name, path)
        attributes = {"rpc.system.name": "grpc", "rpc.method": path}
        return self._stages(operation, "grpc", metrics, Tracer(path, attributes))

    def _stages(
        self, operation: Operation, transport: str, metrics: CallMetrics, tracer: Tracer
    ) -> Stages:
        unlisted = frozenset(self.registry.declared).difference(operation.errors)
        observer = CallObserver(
            operation.name,
            transport,
            metrics,
            tracer,
            lines=self.settings.log_requests,
            unlisted=unlisted,
        )
        return Stages(
            context=self.context,
            deps=self.deps,
            store=self.store,
            authenticate=self._authenticate(operation),
            limiter=self._limiter(operation),
            once=self._once(operation, metrics),
            observer=observer,
            ceiling=self.settings.deadline_max_seconds if operation.kind is Kind.UNARY else None,
        )

    def _authenticate(self, operation: Operation) -> Any:
        access = operation.access
        if access is None:
            return None
        return authentication(operation.name, access.schemes, access.scopes, self.authenticators)

    def _limiter(self, operation: Operation) -> Limiter | None:
        limit = operation.rate_limit
        rate = None
        if limit is not None:
            rate = Rate(limit.count, limit.seconds, per_caller=limit.per_caller)
        concurrency = self.concurrency if operation.kind is Kind.UNARY else None
        return None if rate is None and concurrency is None else Admission(concurrency, rate)

    def _once(self, operation: Operation, metrics: CallMetrics) -> KeyedOnce | None:
        keyed = operation.keyed
        # A stream has no outcome that could be kept and given again.
        if keyed is None or self.store is None or operation.kind is not Kind.UNARY:
            return None
        return KeyedOnce(operation, keyed, self.store, self.registry, metrics, self.major)


def concurrency_of(settings: Settings) -> Concurrency:
    """The limit that the settings ask for."""
    if isinstance(settings.concurrency, int):
        return Concurrency(settings.concurrency)
    return Concurrency(Gradient(maximum=settings.concurrency_max))


def store_of(settings: Settings, operations: Iterable[Operation], name: str) -> Store | None:
    """The store of idempotency keys, not opened yet; None when no operation has keys."""
    if not any(operation.keyed for operation in operations):
        return None
    kind = settings.key_store
    if kind == "redis" and settings.redis_url is not None:
        from .idempotency.redis import RedisStore

        return RedisStore(settings.redis_url.get_secret_value(), prefix=f"{name}:idempotency:")
    if kind == "postgres" and settings.database_url is not None:
        from .idempotency.postgres import PostgresStore

        url = settings.database_url.get_secret_value()
        return PostgresStore(url, connections=settings.database_pool)
    from .idempotency.sqlite import SCHEMA, SqliteStore
    from .sqlite_writer import SqliteWriter

    return SqliteStore(SqliteWriter(settings.data_dir / f"{name}.db", schema=SCHEMA))
