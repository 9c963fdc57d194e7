"""One effect per idempotency key: the rules, without any storage.

    absent → leased(token, until, fingerprint) → done(outcome, until)
               │  ↑ taken over once the lease is over        │
               └→ released = absent                          └→ absent once it is kept no longer

A key is leased before its effect and completed with it, fenced by the lease's token, so a holder
whose lease was taken over cannot complete. An outcome that nobody knows (a crash, a cancellation)
stays leased until the lease is over. Semantics: draft-ietf-httpapi-idempotency-key-header-07.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..errors import (
    Cancelled,
    DeadlineExceeded,
    KeyInUse,
    KeyMalformed,
    KeyMissing,
    KeyReused,
    LeaseLost,
    ServiceError,
)
from ..problem import encode, from_problem

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..registry import Registry

MAX_KEY: Final = 255
# A lease outlives the deadline of its operation by this many seconds.
LEASE_MARGIN: Final = 5.0
# How long a lease that nobody completed still tells a retry from another request, in seconds.
ABANDONED_FOR: Final = 86400.0
# A duplicate is told to come back this soon, however long the lease is: most calls end early.
MAX_RETRY_AFTER: Final = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is answered again on a replay.

    body: the response as JSON, or the problem document when `error`. status: the HTTP status.
    metadata: the reply metadata as text, bytes in base64.
    """

    status: int
    body: bytes
    metadata: tuple[tuple[str, str], ...] = ()
    error: bool = False

    @staticmethod
    def of_error(
        error: ServiceError, domain: str, metadata: tuple[tuple[str, str], ...] = ()
    ) -> Outcome:
        """The outcome of an operation that ended in a deterministic error (see `settle`)."""
        return Outcome(error.status, encode(error, domain), metadata, True)

    def to_error(self, registry: Registry) -> ServiceError:
        """The stored error as it was raised."""
        return from_problem(self.status, self.body, registry)


class Begun:
    """The right to run the operation once: a lease. `completed` turns true with its completion."""

    __slots__ = ("completed", "scope", "token")

    def __init__(self, scope: bytes, token: bytes) -> None:
        """scope: the stored key. token: what fences this lease from every other of the key."""
        self.scope = scope
        self.token = token
        self.completed = False


@dataclass(frozen=True, slots=True)
class Replay:
    """The operation has run: answer this, marked as a replay."""

    outcome: Outcome


class State(StrEnum):
    """What a stored key is in; an absent key has no record."""

    LEASED = "leased"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Record:
    """A stored key. until: when the lease or the keeping of the outcome ends, in seconds."""

    state: State
    token: bytes
    fingerprint: bytes
    until: float
    outcome: Outcome | None = None


def decide(record: Record | None, fingerprint: bytes, now: float) -> Replay | None:
    """Whether a request may lease the key (None) or is a replay.

    Raises KeyInUse while another holds the lease, KeyReused when the key stands for another
    request.
    """
    if record is None:
        return None
    over = record.until <= now
    if record.state is State.DONE and over:
        return None
    if record.fingerprint != fingerprint:
        raise KeyReused
    if record.outcome is not None:
        return Replay(record.outcome)
    if not over:
        raise in_use(record.until - now)
    return None


def in_use(remaining: float) -> KeyInUse:
    """The answer to a duplicate of a call whose lease has `remaining` seconds left."""
    return KeyInUse(retry_after=min(max(remaining, 0.001), MAX_RETRY_AFTER))


class Settlement(StrEnum):
    """What becomes of a lease when its operation fails."""

    STORE = "store"
    RELEASE = "release"
    KEEP = "keep"


_NOT_STORED: Final = frozenset({401, 403, 408, 409, 425, 429, 499})


def settle(error: BaseException) -> Settlement:
    """STORE what every retry would meet again, RELEASE what may go better, KEEP what nobody
    knows."""
    if not isinstance(error, Exception) or isinstance(
        error, Cancelled | DeadlineExceeded | LeaseLost
    ):
        return Settlement.KEEP
    if (
        isinstance(error, ServiceError)
        and 400 <= error.status < 500
        and error.status not in _NOT_STORED
        and not error.retryable
    ):
        return Settlement.STORE
    return Settlement.RELEASE


def client_key(raw: str | None) -> str:
    """The key in an `Idempotency-Key` header or `idempotency-key` metadata.

    `"abc"` (a string of RFC 8941, as the draft has it) and bare `abc` are the same key. Raises
    KeyMissing, or KeyMalformed when it is empty, longer than 255 or has other than printable ASCII.
    """
    if raw is None:
        raise KeyMissing("This operation needs an idempotency key.")
    key = raw.strip()
    if key.startswith('"'):
        match = _QUOTED.fullmatch(key)
        if match is None:
            raise KeyMalformed("The idempotency key is not a quoted string.")
        key = re.sub(r"\\(.)", r"\1", match[1])
    if not 0 < len(key) <= MAX_KEY or not (key.isascii() and key.isprintable()):
        raise KeyMalformed(f"An idempotency key has 1 to {MAX_KEY} printable ASCII characters.")
    return key


_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


def scope_key(operation: str, key: str, *, principal: str = "", tenant: str = "") -> bytes:
    """The stored key, 32 bytes: a client's key means nothing outside its caller and operation."""
    parts = (tenant, principal, operation, key)
    # Lengths keep ("ab", "c") and ("a", "bc") apart.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


class Fingerprint:
    """Tells one request from another: SHA-256 over canonical JSON (sorted keys, no white space).

    Not over what was sent: neither JSON text nor protobuf bytes are canonical, and the same
    request by REST and by gRPC has to be the same.
    """

    __slots__ = ("_include", "_only_set")

    def __init__(self, fields: Collection[str] = (), *, only_set: bool = False) -> None:
        """fields: the Python names that count; all when empty. only_set: leaves out what the caller
        left out, where absent and null differ (a partial update)."""
        self._include = set(fields) or None
        self._only_set = only_set

    def __call__(self, request: BaseModel) -> bytes:
        """32 bytes."""
        value = request.__pydantic_serializer__.to_python(
            request, mode="json", include=self._include, exclude_unset=self._only_set
        )
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).digest()


def new_token() -> bytes:
    """16 random bytes."""
    return os.urandom(16)


class Store(Protocol):
    """Where keys live. Every method raises StoreUnavailable when the store does not answer."""

    transactional: bool

    async def open(self) -> None:
        """Connects and creates what is missing."""

    async def close(self) -> None:
        """Finishes what is under way and disconnects."""

    async def check(self) -> None:
        """Returns if the store answers; for readiness."""

    async def begin(self, scope: bytes, fingerprint: bytes, lease: float) -> Begun | Replay:
        """Leases the key for `lease` seconds, or finds its outcome.

        Raises KeyInUse, KeyReused.
        """

    async def complete(self, begun: Begun, outcome: Outcome, ttl: float) -> None:
        """Stores the outcome for `ttl` seconds, even if the caller is cancelled meanwhile.

        Raises LeaseLost when another attempt holds the key.
        """

    async def release(self, begun: Begun) -> None:
        """Gives up the lease; does nothing when it is not held any more."""

    async def purge(self, limit: int) -> int:
        """Deletes at most `limit` keys that are over; how many it deleted."""


class TransactionalStore(Store, Protocol):
    """A store in the service's own database: an effect and the completion of its key are one
    transaction.

    `work` gets the database's connection. On SQLite it is a plain function, on PostgreSQL a
    coroutine function.
    """

    async def run(self, work: Callable[[Any], Any]) -> Any:
        """What `work` returns, its effects committed."""

    async def transact(
        self, begun: Begun, work: Callable[[Any], Any], encode: Callable[[Any], Outcome], ttl: float
    ) -> Any:
        """Like `run`, and completes the lease with `encode(result)` in the same transaction.

        Raises LeaseLost, the effects undone, when another attempt holds the key.
        """
