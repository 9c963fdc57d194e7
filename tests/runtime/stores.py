"""The idempotency stores that must all behave alike, and effects in the databases of those that have one."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

KINDS = ("sqlite", "memory", "postgres", "redis")
TRANSACTIONAL = ("sqlite", "memory", "postgres")
EFFECTS = "CREATE TABLE IF NOT EXISTS effects (name text NOT NULL)"


def make(kind: str, url: str | Path) -> Any:
    """A store that is not open yet; url: a file for SQLite."""
    # Imported where it is needed: processes that are started to be killed should start fast.
    if kind == "postgres":
        from runtime.idempotency.postgres import PostgresStore

        return PostgresStore(str(url))
    if kind == "redis":
        from runtime.idempotency.redis import RedisStore

        return RedisStore(str(url))
    from runtime.idempotency.sqlite import SCHEMA, SqliteStore
    from runtime.sqlite_writer import SqliteWriter

    return SqliteStore(SqliteWriter(":memory:" if kind == "memory" else Path(url), schema=(*SCHEMA, EFFECTS)))


@contextlib.asynccontextmanager
async def opened(kind: str, url: str | Path) -> AsyncIterator[Any]:
    """The store, open; and the table of effects in its database."""
    store = make(kind, url)
    await store.open()
    try:
        if kind == "postgres":
            await store.run(_create_effects)
        yield store
    finally:
        await store.close()


async def _create_effects(db: Any) -> None:
    # Processes that start together must not create it together.
    await db.execute("SELECT pg_advisory_xact_lock(1)")
    await db.execute(EFFECTS)


def effect(kind: str, name: str, then: Callable[[Any], Any] = lambda _db: "done") -> Callable[[Any], Any]:
    """Work that leaves one row and then returns what `then(connection)` returns or raises what it raises."""

    def on_sqlite(db: sqlite3.Connection) -> Any:
        db.execute("INSERT INTO effects VALUES (?)", (name,))
        return then(db)

    async def on_postgres(db: Any) -> Any:
        await db.execute("INSERT INTO effects VALUES (%s)", (name,))
        return then(db)

    return on_postgres if kind == "postgres" else on_sqlite


async def count(store: Any, kind: str, name: str) -> int:
    """How many effects of that name are committed."""
    query = "SELECT count(*) FROM effects WHERE name = "

    async def on_postgres(db: Any) -> int:
        return (await (await db.execute(query + "%s", (name,))).fetchone())[0]

    def on_sqlite(db: sqlite3.Connection) -> int:
        return db.execute(query + "?", (name,)).fetchone()[0]

    return await store.run(on_postgres if kind == "postgres" else on_sqlite)
