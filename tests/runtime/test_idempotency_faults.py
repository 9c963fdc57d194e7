"""Servers that die, hang and come back: a store then says so in time and before any effect."""

from __future__ import annotations

import asyncio
import os
import time

import psycopg
import pytest
import redis.asyncio
import servers
from runtime.errors import KeyInUse, StoreUnavailable
from runtime.idempotency.machine import Begun, Outcome, Replay
from runtime.idempotency.postgres import PostgresStore
from runtime.idempotency.redis import RedisStore
from runtime.idempotency.sqlite import SCHEMA, SqliteStore
from runtime.sqlite_writer import SqliteWriter

pytestmark = pytest.mark.anyio
START = {"postgres": servers.postgres_server, "redis": servers.redis_server}
PATIENCE = 60.0


@pytest.fixture(params=["postgres", "redis"])
def server(request):
    with START[request.param]() as server:
        server.kind = request.param
        yield server


def make(server):
    if server.kind == "postgres":
        return PostgresStore(server.url, connections=3, wait=0.5, statement=0.5)
    return RedisStore(server.url, connections=3, wait=0.5)


@pytest.fixture
async def store(server):
    store = make(server)
    await store.open()
    yield store
    server.resume()
    await store.close()


@pytest.fixture
async def postgres(postgres_url):
    store = PostgresStore(postgres_url, wait=0.2)
    await store.open()
    yield store
    await store.close()


async def begin(store, key: bytes | None = None):
    async with asyncio.timeout(PATIENCE):
        return await store.begin(key or os.urandom(32), b"f" * 32, 1000.0)


async def test_a_server_that_is_not_there_keeps_the_service_from_starting(server):
    server.stop()
    store = make(server)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StoreUnavailable):
            await store.open()


async def until_it_answers(store, key: bytes | None = None):
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return await begin(store, key)
        except StoreUnavailable:
            assert time.monotonic() < until


async def test_a_server_that_dies_is_an_honest_failure_and_one_that_comes_back_is_used_again(server, store):
    assert isinstance(await begin(store), Begun)
    server.stop()
    found = await asyncio.gather(*(begin(store) for _ in range(6)), return_exceptions=True)
    assert {type(one) for one in found} == {StoreUnavailable}
    with pytest.raises(StoreUnavailable):
        await store.check()
    server.start()
    assert isinstance(await until_it_answers(store), Begun)


async def test_a_server_that_hangs_is_not_waited_for(server, store):
    assert isinstance(await begin(store), Begun)
    server.pause()
    found = await asyncio.gather(*(begin(store) for _ in range(6)), return_exceptions=True)
    assert {type(one) for one in found} == {StoreUnavailable}
    server.resume()
    assert isinstance(await until_it_answers(store), Begun)


async def test_a_completion_that_fails_says_so_and_leaves_the_lease_to_its_holder(server, store):
    lease = await begin(store)
    server.pause()
    with pytest.raises(StoreUnavailable):
        await store.complete(lease, Outcome(200, b"{}"), 1000.0)
    assert not lease.completed


async def test_connections_that_were_cut_are_replaced(server, store):
    key = os.urandom(32)
    await store.complete(await begin(store, key), Outcome(200, b"{}"), 1000.0)
    if server.kind == "postgres":
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datid > 0"
        async with await psycopg.AsyncConnection.connect(server.url, autocommit=True) as admin:
            await admin.execute(cut)
    else:
        async with redis.asyncio.Redis.from_url(server.url) as admin:
            await admin.client_kill_filter(_type="normal", skipme=True)
    assert await until_it_answers(store, key) == Replay(Outcome(200, b"{}"))


async def test_work_that_runs_out_of_its_own_time_is_not_blamed_on_the_database(postgres):
    async def slow(_db: object) -> None:
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await postgres.run(slow)


async def test_a_row_that_another_transaction_holds_is_a_key_in_use(postgres, postgres_url):
    key = os.urandom(32)
    await begin(postgres, key)
    async with await psycopg.AsyncConnection.connect(postgres_url) as other:
        await other.execute("SELECT 1 FROM msc_idempotency WHERE scope = %s FOR UPDATE", (key,))
        with pytest.raises(KeyInUse):
            await begin(postgres, key)
        await other.rollback()


async def test_services_that_start_together_create_the_table_once():
    with servers.postgres_server() as server:
        together = [PostgresStore(server.url) for _ in range(8)]
        await asyncio.gather(*(store.open() for store in together))
        await asyncio.gather(*(store.close() for store in together))


async def test_a_role_that_may_not_create_tables_can_use_one_that_exists(postgres, postgres_url):
    name = f"app_{os.urandom(4).hex()}"
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as admin:
        await admin.execute(f"CREATE ROLE {name} LOGIN")
        await admin.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON msc_idempotency TO {name}")
    store = PostgresStore(postgres_url.replace("//postgres@", f"//{name}@"))
    await store.open()
    try:
        assert isinstance(await begin(store), Begun)
    finally:
        await store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_an_open_store_purges_itself_and_goes_on_after_a_failure(kind, tmp_path, request):
    if kind == "sqlite":
        writer = SqliteWriter(tmp_path / "x.db", schema=SCHEMA)
        store, where = SqliteStore(writer, purge_every=0.001), "scope = ?"
    else:
        url, where = request.getfixturevalue("postgres_url"), "scope = %s"
        store = PostgresStore(url, purge_every=0.001)
    purge, failed = store.purge, asyncio.Event()

    async def fails_once(limit: int) -> int:
        if not failed.is_set():
            failed.set()
            raise StoreUnavailable
        return await purge(limit)

    store.purge = fails_once
    await store.open()
    key = os.urandom(32)
    await store.complete(await begin(store, key), Outcome(200, b"{}"), 0.0)
    query = f"SELECT count(*) FROM msc_idempotency WHERE {where}"

    async def on_postgres(db):
        return (await (await db.execute(query, (key,))).fetchone())[0]

    work = on_postgres if kind == "postgres" else lambda db: db.execute(query, (key,)).fetchone()[0]
    async with asyncio.timeout(PATIENCE):
        while await store.run(work):
            pass
    assert failed.is_set()
    await store.close()
