"""Idempotency keys in the service's PostgreSQL database, in the same transactions as its
effects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from ..errors import LeaseLost, StoreUnavailable
from .detached import abandon, begin_or_give_back, finish, spawn
from .machine import (
    ABANDONED_FOR,
    Begun,
    Outcome,
    Record,
    Replay,
    State,
    decide,
    in_use,
    new_token,
)
from .purge import EVERY_SECONDS, Purge

T = TypeVar("T")
Connection = AsyncConnection[TupleRow]

# Two services starting at once must not both create; the number only has to be ours.
_SCHEMA_LOCK: Final = 0x6D73635F  # "msc_"
SCHEMA: Final[tuple[LiteralString, ...]] = (
    """CREATE TABLE IF NOT EXISTS msc_idempotency (
        scope bytea PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('leased', 'done')),
        token bytea NOT NULL,
        fingerprint bytea NOT NULL,
        until timestamptz NOT NULL,
        purge_at timestamptz NOT NULL,
        status integer,
        error boolean,
        metadata jsonb,
        body bytea
    )""",
    "CREATE INDEX IF NOT EXISTS msc_idempotency_purge ON msc_idempotency (purge_at)",
)

# One round trip: takes a key that is absent or whose record is over (see `machine.decide`), else
# finds its record. Neither when the record was made or released since the statement's snapshot.
_LEASE: Final = """WITH leased AS (
    INSERT INTO msc_idempotency (scope, state, token, fingerprint, until, purge_at)
    VALUES (%(scope)s, 'leased', %(token)s, %(fingerprint)s,
        now() + make_interval(secs => %(lease)s), now() + make_interval(secs => %(keep)s))
    ON CONFLICT (scope) DO UPDATE SET state = 'leased', token = excluded.token,
        fingerprint = excluded.fingerprint, until = excluded.until, purge_at = excluded.purge_at,
        status = NULL, error = NULL, metadata = NULL, body = NULL
    WHERE msc_idempotency.until <= now()
        AND (msc_idempotency.state = 'done' OR msc_idempotency.fingerprint = excluded.fingerprint)
    RETURNING 1
)
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM leased
UNION ALL
SELECT state, token, fingerprint, extract(epoch FROM until - now())::float8,
    status, body, metadata, error
FROM msc_idempotency WHERE scope = %(scope)s AND NOT EXISTS (SELECT FROM leased)"""
_COMPLETE: Final = """UPDATE msc_idempotency SET state = 'done',
    until = now() + make_interval(secs => %(ttl)s), purge_at = now() + make_interval(secs =>
    %(ttl)s), status = %(status)s, body = %(body)s, metadata = %(metadata)s, error = %(error)s
WHERE scope = %(scope)s AND token = %(token)s AND state = 'leased'"""
_RELEASE: Final[LiteralString] = """DELETE FROM msc_idempotency
WHERE scope = %s AND token = %s AND state = 'leased'"""
_PURGE: Final[LiteralString] = """DELETE FROM msc_idempotency WHERE scope IN (
    SELECT scope FROM msc_idempotency WHERE purge_at <= now() LIMIT %s FOR UPDATE SKIP LOCKED)"""


class PostgresStore:
    """Keys and effects of one database. The pool serves the service's own work too."""

    transactional = True

    def __init__(
        self,
        url: str,
        *,
        connections: int = 10,
        wait: float = 2.0,
        statement: float = 10.0,
        purge_every: float = EVERY_SECONDS,
    ) -> None:
        """url: `postgresql://…`. connections: at most. wait: seconds for a connection or a lock.

        statement: seconds that one statement may take; work may set another for its transaction.
        purge_every: seconds.
        """
        self._purge = Purge(self, purge_every)
        self._wait = wait
        self._answer = wait + statement
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=connections,
            timeout=wait,
            open=False,
            kwargs={
                "autocommit": True,
                "connect_timeout": max(2, round(wait)),
                # The kernel gives up a peer that has vanished without a word.
                "keepalives_idle": 10,
                "keepalives_interval": 3,
                "keepalives_count": 3,
                "tcp_user_timeout": 10_000,
                "options": f"-c statement_timeout={round(statement * 1000)}"
                f" -c lock_timeout={round(wait * 1000)}"
                f" -c idle_in_transaction_session_timeout={round(statement * 1000)}",
            },
        )

    @property
    def pool(self) -> AsyncConnectionPool[Connection]:
        """For the service's own statements outside of `run`."""
        return self._pool

    async def open(self) -> None:
        """Connects and creates the table if it is missing. Raises StoreUnavailable."""
        await self._pool.open()
        try:
            await finish(self._prepare(), self._wait + self._answer)
        except BaseException:
            await self._pool.close()
            raise
        self._purge.start()

    async def _prepare(self) -> None:
        async with self._connection() as db:
            cursor = await db.execute("SELECT to_regclass('msc_idempotency')")
            if (await cursor.fetchone()) == (None,):
                await _create(db)

    async def close(self) -> None:
        """Finishes what is under way and disconnects."""
        await self._purge.stop()
        await self._pool.close()

    async def check(self) -> None:
        """Returns if the database answers. Raises StoreUnavailable."""
        await finish(self._execute("SELECT 1"), self._answer)

    async def begin(self, scope: bytes, fingerprint: bytes, lease: float) -> Begun | Replay:
        """See `Store.begin`."""
        begin = self._begin(scope, fingerprint, lease)
        return await begin_or_give_back(begin, self.release, self._answer)

    async def _begin(self, scope: bytes, fingerprint: bytes, lease: float) -> Begun | Replay:
        begun = Begun(scope, new_token())
        row = {
            "scope": scope,
            "token": begun.token,
            "fingerprint": fingerprint,
            "lease": lease,
            "keep": lease + ABANDONED_FOR,
        }
        async with self._connection() as db:
            for _ in range(3):
                try:
                    found = await (await db.execute(_LEASE, row)).fetchone()
                except LockNotAvailable:
                    break  # another transaction is about to complete the key
                if found is None:
                    continue
                if found[0] is None:
                    return begun
                # The statement said no, so by the same rule this is a replay or an error.
                replay = decide(_record(found), fingerprint, 0.0)
                if replay is not None:
                    return replay
        raise in_use(0.0)

    async def complete(self, begun: Begun, outcome: Outcome, ttl: float) -> None:
        """See `Store.complete`."""
        await finish(self._complete(begun, outcome, ttl), self._answer)
        begun.completed = True

    async def _complete(self, begun: Begun, outcome: Outcome, ttl: float) -> None:
        async with self._connection() as db:
            await _fence(db, begun, outcome, ttl)

    async def release(self, begun: Begun) -> None:
        """See `Store.release`."""
        await finish(self._execute(_RELEASE, (begun.scope, begun.token)), self._answer)

    async def run(self, work: Callable[[Connection], Coroutine[Any, Any, T]]) -> T:
        """What `await work(connection)` returns, its effects committed; an exception undoes them.

        Raises what `work` raises; StoreUnavailable when the database does not answer.
        """
        return await abandon(self._run(work))

    async def _run(self, work: Callable[[Connection], Coroutine[Any, Any, T]]) -> T:
        async with self._connection() as db, db.transaction():
            return await work(db)

    async def transact(
        self,
        begun: Begun,
        work: Callable[[Connection], Coroutine[Any, Any, T]],
        encode: Callable[[T], Outcome],
        ttl: float,
    ) -> T:
        """See `TransactionalStore.transact`."""

        async def both(db: Connection) -> T:
            result = await work(db)
            await _fence(db, begun, encode(result), ttl)
            return result

        result = await self.run(both)
        begun.completed = True
        return result

    async def purge(self, limit: int) -> int:
        """See `Store.purge`."""
        return await finish(self._execute(_PURGE, (limit,)), self._answer)

    async def _execute(self, statement: LiteralString, row: tuple[object, ...] = ()) -> int:
        async with self._connection() as db:
            return (await db.execute(statement, row)).rowcount

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            async with self._pool.connection() as db:
                yield db
        except psycopg.OperationalError as error:
            # One dead connection usually means that all are: replace them before they are used.
            if not self._pool.closed:
                spawn(self._pool.check())
            raise StoreUnavailable("The database cannot be used at the moment.") from error


async def _create(db: Connection) -> None:
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
        for statement in SCHEMA:
            await db.execute(statement)


async def _fence(db: Connection, begun: Begun, outcome: Outcome, ttl: float) -> None:
    row = {
        "scope": begun.scope,
        "token": begun.token,
        "ttl": ttl,
        "status": outcome.status,
        "body": outcome.body,
        "metadata": Jsonb(outcome.metadata),
        "error": outcome.error,
    }
    if (await db.execute(_COMPLETE, row)).rowcount != 1:
        raise LeaseLost


def _record(row: tuple[Any, ...]) -> Record:
    """A record whose `until` counts from now, by the database's clock."""
    state, token, fingerprint, left, status, body, metadata, error = row
    outcome = None
    if state == State.DONE:
        pairs = tuple((name, value) for name, value in metadata)
        outcome = Outcome(status, bytes(body), pairs, error)
    return Record(State(state), bytes(token), bytes(fingerprint), left, outcome)
