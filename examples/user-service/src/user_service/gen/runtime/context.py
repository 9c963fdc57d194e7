"""What a handler is given beside the request."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog

from .call import Call, Metadata, ReplyMetadata
from .errors import PreconditionFailed, ServiceError, Unimplemented
from .etag import matches, quoted

if TYPE_CHECKING:
    from .operation import Operation

D = TypeVar("D")


class Context(Generic[D]):
    """One call as its handler sees it. `deps` is what the service's own `deps.py` opened at start.

    principal: who calls, None for a public operation. idempotency_key: what the caller sent as its
    key, None where the operation has none. deadline: `time.monotonic()` at which the answer is too
    late, or None.
    """

    __slots__ = (
        "_call",
        "deadline",
        "deps",
        "idempotency_key",
        "lease",
        "operation",
        "principal",
        "store",
    )

    def __init__(
        self,
        call: Call,
        operation: Operation,
        deps: D,
        deadline: float | None = None,
        principal: Any = None,
        idempotency_key: str | None = None,
        store: Any = None,
    ) -> None:
        """Made by the endpoint for each call; in a test of a handler, by the test."""
        self._call = call
        self.operation = operation
        self.deps = deps
        self.deadline = deadline
        self.principal = principal
        self.idempotency_key = idempotency_key
        self.store = store
        self.lease: Any = None

    def remaining(self) -> float | None:
        """Seconds until the answer is too late, never negative; None when the call has no end."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    @property
    def transport(self) -> str:
        """`rest` or `grpc`."""
        return self._call.transport

    @property
    def peer(self) -> str:
        """Host and port of the caller as the server saw it."""
        return self._call.peer

    @property
    def metadata(self) -> Metadata:
        """HTTP headers or gRPC metadata of the request, by lower-case name."""
        return self._call.metadata

    @property
    def reply_metadata(self) -> ReplyMetadata:
        """HTTP headers or gRPC trailing metadata of the answer."""
        return self._call.reply_metadata

    def replied(self) -> tuple[tuple[str, str], ...]:
        """The reply metadata so far, as text."""
        added = self._call.replied
        return () if added is None else tuple(added.text())

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits that all who serve this call share; they stand in its log lines."""
        return self._call.trace_id

    @property
    def log(self) -> Any:
        """A structlog logger; its lines have the operation and the trace id."""
        return structlog.get_logger(self.operation.name)

    async def transaction(self, work: Callable[[Any], Any]) -> Any:
        """What `work(connection)` returns, its effects committed, even if the caller goes away
        meanwhile.

        In a keyed operation the result must be the response: it is stored with the idempotency key
        in the same transaction, so that both happened or neither. `work` is a plain function with
        SQLite and a coroutine function with PostgreSQL.

        Raises RuntimeError when the service has no database, LeaseLost when another attempt has
        taken the key over.
        """
        if not getattr(self.store, "transactional", False):
            raise RuntimeError("transactions need a database: SQLite or DATABASE_URL")
        if self.lease is not None:
            return await self.lease.transact(work)
        return await self.store.run(work)

    def unimplemented(self) -> ServiceError:
        """What to raise while there is nothing to answer: 501 on REST, UNIMPLEMENTED on gRPC."""
        return Unimplemented(f"{self.operation.name} is not implemented.")

    def require_version(self, current: object) -> None:
        """Raises PreconditionFailed when the caller's If-Match names another version than
        `current`.

        Call it with the field that is the contract's `etag` before changing the record. Without the
        condition (a header on REST, metadata on gRPC) every version will do.
        """
        wanted = self._call.header("if-match")
        if wanted is not None and not matches(wanted, quoted(current), weak=False):
            raise PreconditionFailed("The record has changed since it was read.")
