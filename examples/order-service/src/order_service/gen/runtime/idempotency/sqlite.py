"""Idempotency keys in the embedded database, in the same transactions as the service's own
tables."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from ..errors import KeyInUse, LeaseLost, StoreUnavailable
from ..sqlite_writer import SqliteWriter, refuse_awaitable
from .machine import (
    ABANDONED_FOR,
    Begun,
    Outcome,
    Record,
    Replay,
    State,
    decide,
    new_token,
)
from .purge import EVERY_SECONDS, Purge

T = TypeVar("T")

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS msc_idempotency (
        scope BLOB PRIMARY KEY NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('leased', 'done')),
        token BLOB NOT NULL,
        fingerprint BLOB NOT NULL,
        until REAL NOT NULL,
        purge_at REAL NOT NULL,
        status INTEGER,
        error INTEGER,
        metadata TEXT,
        body BLOB
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS msc_idempotency_purge ON msc_idempotency (purge_at)",
)

# Takes a key that is absent, or whose record is over; see `machine.decide`.
_LEASE: Final = """INSERT INTO msc_idempotency (scope, state, token, fingerprint, until, purge_at)
VALUES (:scope, 'leased', :token, :fingerprint, :until, :purge_at)
ON CONFLICT (scope) DO UPDATE SET state = 'leased', token = excluded.token,
    fingerprint = excluded.fingerprint, until = excluded.until, purge_at = excluded.purge_at,
    status = NULL, error = NULL, metadata = NULL, body = NULL
WHERE until <= :now AND (state = 'done' OR fingerprint = excluded.fingerprint)"""
_FIND: Final = """SELECT state, token, fingerprint, until, status, body, metadata, error
FROM msc_idempotency WHERE scope = ?"""
_COMPLETE: Final = """UPDATE msc_idempotency SET state = 'done', until = ?, purge_at = ?,
    status = ?, body = ?, metadata = ?, error = ?
WHERE scope = ? AND token = ? AND state = 'leased'"""
_RELEASE: Final = "DELETE FROM msc_idempotency WHERE scope = ? AND token = ? AND state = 'leased'"
_PURGE: Final = """DELETE FROM msc_idempotency WHERE scope IN
    (SELECT scope FROM msc_idempotency WHERE purge_at <= ? LIMIT ?)"""


class SqliteStore:
    """The default store: needs nothing, survives a kill, shared by the processes that open its
    file."""

    transactional = True

    def __init__(
        self,
        writer: SqliteWriter,
        *,
        clock: Callable[[], float] = time.time,
        purge_every: float = EVERY_SECONDS,
    ) -> None:
        """writer: made with `SCHEMA` among its statements; this store opens and closes it.

        clock: seconds; every process that shares the file must agree on it, hence not monotonic.
        purge_every: seconds.
        """
        self._writer = writer
        self._clock = clock
        self._purge = Purge(self, purge_every)

    async def open(self) -> None:
        """Opens the file. Raises StoreUnavailable."""
        await self._writer.open()
        self._purge.start()

    async def close(self) -> None:
        """Finishes what is under way and closes the file."""
        await self._purge.stop()
        await self._writer.close()

    async def check(self) -> None:
        """Returns if the database can be written. Raises StoreUnavailable."""
        await self._writer.run(lambda _db: None)

    async def begin(self, scope: bytes, fingerprint: bytes, lease: float) -> Begun | Replay:
        """See `Store.begin`."""
        token, now = new_token(), self._clock()
        row = {
            "scope": scope,
            "token": token,
            "fingerprint": fingerprint,
            "now": now,
            "until": now + lease,
            "purge_at": now + lease + ABANDONED_FOR,
        }

        def work(db: sqlite3.Connection) -> Begun | Replay:
            if db.execute(_LEASE, row).rowcount == 1:
                return Begun(scope, token)
            found = decide(_record(db.execute(_FIND, (scope,)).fetchone()), fingerprint, now)
            if found is None:
                # Not reached: the same rule in the same transaction said no.
                raise KeyInUse
            return found

        return await self._writer.run(work, undo=self._give_back)

    def _give_back(self, found: Begun | Replay) -> None:
        """The caller was cancelled before it heard of its lease, so nothing has started."""
        if isinstance(found, Begun):
            try:
                future = self._writer.run(lambda db: _release(db, found), must_run=True)
            except StoreUnavailable:
                return  # closed meanwhile: the lease ends by itself
            future.add_done_callback(lambda future: future.exception())

    async def complete(self, begun: Begun, outcome: Outcome, ttl: float) -> None:
        """See `Store.complete`."""
        await self._writer.run(lambda db: self._complete(db, begun, outcome, ttl), must_run=True)
        begun.completed = True

    async def release(self, begun: Begun) -> None:
        """See `Store.release`."""
        await self._writer.run(lambda db: _release(db, begun), must_run=True)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work(connection)` returns, its effects committed; see `SqliteWriter.run`."""
        return await self._writer.run(work)

    async def transact(
        self,
        begun: Begun,
        work: Callable[[sqlite3.Connection], T],
        encode: Callable[[T], Outcome],
        ttl: float,
    ) -> T:
        """See `TransactionalStore.transact`."""

        def both(db: sqlite3.Connection) -> T:
            result = work(db)
            refuse_awaitable(result)
            self._complete(db, begun, encode(result), ttl)
            return result

        result = await self._writer.run(both)
        begun.completed = True
        return result

    def _complete(self, db: sqlite3.Connection, begun: Begun, outcome: Outcome, ttl: float) -> None:
        until = self._clock() + ttl
        row = (
            until,
            until,
            outcome.status,
            outcome.body,
            json.dumps(outcome.metadata),
            outcome.error,
            begun.scope,
            begun.token,
        )
        if db.execute(_COMPLETE, row).rowcount != 1:
            raise LeaseLost

    async def purge(self, limit: int) -> int:
        """See `Store.purge`."""
        now = self._clock()
        return await self._writer.run(lambda db: db.execute(_PURGE, (now, limit)).rowcount)


def _release(db: sqlite3.Connection, begun: Begun) -> None:
    db.execute(_RELEASE, (begun.scope, begun.token))


def _record(row: tuple[Any, ...] | None) -> Record | None:
    if row is None:
        return None
    state, token, fingerprint, until, status, body, metadata, error = row
    outcome = None
    if state == State.DONE:
        pairs = tuple((name, value) for name, value in json.loads(metadata))
        outcome = Outcome(status, body, pairs, bool(error))
    return Record(State(state), token, fingerprint, until, outcome)
