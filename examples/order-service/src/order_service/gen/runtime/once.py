"""The stage of keyed operations: one effect per idempotency key, and the first outcome to whoever
asks again.

An outcome is stored as the response's JSON or the problem document, whatever transport it left by,
so that a call over REST can be repeated over gRPC.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog
from pydantic import TypeAdapter

from .call import Call
from .context import Context
from .errors import KeyInUse, KeyReused, LeaseLost, ServiceError, StoreUnavailable
from .idempotency import (
    LEASE_MARGIN,
    Begun,
    Fingerprint,
    Outcome,
    Replay,
    Settlement,
    Store,
    client_key,
    scope_key,
    settle,
)
from .metrics import CallMetrics
from .model import Patch, json_of
from .operation import Keyed, Operation
from .registry import Registry

_log = structlog.get_logger(__name__)

HEADER: Final = "idempotency-key"
REPLAYED: Final = "idempotency-replayed"
STREAM_SECONDS: Final = 60.0

_REFUSALS: Final = {
    KeyInUse: "in_use",
    KeyReused: "reused",
    StoreUnavailable: "unavailable",
}


class KeyedOnce:
    """Runs one operation's handler at most once per key and caller."""

    def __init__(
        self,
        operation: Operation,
        keyed: Keyed,
        store: Store,
        registry: Registry,
        metrics: CallMetrics,
        major: str,
    ) -> None:
        """major: the first number of the service's version: a key means nothing to another major
        one.
        """
        self._name = f"{operation.name}@{major}"
        self._keyed = keyed
        self._store = store
        self._registry = registry
        self._metrics = metrics
        self._fingerprint = Fingerprint(keyed.fingerprint, only_set=_has_patch(operation.request))
        self._to_json = json_of(operation.response)
        self._from_json = TypeAdapter(operation.response).validator.validate_json

    def key(self, call: Call) -> str:
        """The caller's key. Raises KeyMissing or KeyMalformed."""
        return client_key(call.header(HEADER))

    async def run(
        self, context: Context[Any], request: Any, work: Callable[[], Coroutine[Any, Any, Any]]
    ) -> Any:
        """The response of this run or of the first one. Raises what the first one raised,
        KeyReused, KeyInUse, LeaseLost, StoreUnavailable.
        """
        principal = context.principal
        scope = scope_key(
            self._name,
            context.idempotency_key or "",
            principal=getattr(principal, "subject", ""),
            tenant=getattr(principal, "tenant", ""),
        )
        lease = (context.remaining() or STREAM_SECONDS) + LEASE_MARGIN
        try:
            begun = await self._store.begin(scope, self._fingerprint(request), lease)
        except ServiceError as error:
            self._metrics.idempotency(_REFUSALS.get(type(error), "refused"))
            raise
        if isinstance(begun, Replay):
            self._metrics.idempotency("replayed")
            for name, text in begun.outcome.metadata:
                context.reply_metadata.put_text(name, text)
            context.reply_metadata[REPLAYED] = "true"
            return self._replay(begun.outcome)
        self._metrics.idempotency("begun")

        def outcome(response: Any) -> Outcome:
            return Outcome(200, self._to_json(response), context.replied())

        context.lease = _Lease(begun, self._store, outcome, self._keyed.ttl)
        try:
            response = await work()
        except BaseException as error:
            await self._settle(begun, error, context)
            raise
        if not begun.completed:
            await self._complete(begun, outcome(response))
        return response

    def _replay(self, outcome: Outcome) -> Any:
        if outcome.error:
            raise outcome.to_error(self._registry)
        return self._from_json(outcome.body)

    async def _complete(self, begun: Begun, outcome: Outcome) -> None:
        try:
            await self._store.complete(begun, outcome, self._keyed.ttl)
        except LeaseLost:
            self._metrics.idempotency("lost")
            raise

    async def _settle(self, begun: Begun, error: BaseException, context: Context[Any]) -> None:
        """Stores what a retry would meet again, releases what may go better.

        A store that fails here changes nothing of what the caller is told, and the lease ends by
        itself.
        """
        if begun.completed:
            return
        decision = settle(error)
        try:
            if decision is Settlement.STORE and isinstance(error, ServiceError):
                outcome = Outcome.of_error(error, self._registry.domain, context.replied())
                await self._complete(begun, outcome)
            elif decision is Settlement.RELEASE:
                self._metrics.idempotency("released")
                await self._store.release(begun)
        except (LeaseLost, StoreUnavailable) as failure:
            _log.warning("an idempotency key stays leased", reason=failure.reason)


class _Lease:
    """The lease of the running call, for `ctx.transaction`: effect and completion in one
    transaction.
    """

    __slots__ = ("_begun", "_outcome", "_store", "_ttl")

    def __init__(
        self, begun: Begun, store: Any, outcome: Callable[[Any], Outcome], ttl: float
    ) -> None:
        self._begun = begun
        self._store = store
        self._outcome = outcome
        self._ttl = ttl

    async def transact(self, work: Callable[[Any], Any]) -> Any:
        """What `work` returns, which is the response, committed together with the key."""
        return await self._store.transact(self._begun, work, self._outcome, self._ttl)


def _has_patch(request: Any) -> bool:
    """Whether absent and null are two things in the request."""
    annotations = (field.annotation for field in request.model_fields.values())
    return any(isinstance(kind, type) and issubclass(kind, Patch) for kind in annotations)
