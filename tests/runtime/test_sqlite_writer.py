"""The embedded database's thread: batches, isolation of jobs, and honest failure."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime import sqlite_writer
from runtime.errors import StoreUnavailable
from runtime.sqlite_writer import SqliteWriter

pytestmark = pytest.mark.anyio
TABLE = "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, v TEXT NOT NULL) STRICT"


def put(number: int):
    return lambda db: db.execute("INSERT INTO t VALUES (?, ?)", (number, f"v{number}")) and number


def numbers(db: sqlite3.Connection) -> list[int]:
    return [row[0] for row in db.execute("SELECT id FROM t ORDER BY id")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "folder" / "service.db"


@pytest.fixture
async def writer(path):
    writer = SqliteWriter(path, schema=(TABLE,))
    await writer.open()
    yield writer
    await writer.close()


class Gate:
    """A job that keeps the thread busy until it is told, so that what comes meanwhile is one batch."""

    def __init__(self, writer: SqliteWriter) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        self.done = writer.run(self._work)

    def _work(self, _db: sqlite3.Connection) -> None:
        self.started.set()
        assert self.go.wait(30)


async def test_what_a_job_wrote_is_in_the_file_when_its_caller_hears_of_it(writer, path):
    assert await writer.run(put(1)) == 1
    other = sqlite3.connect(path)
    assert numbers(other) == [1]
    other.close()


async def test_the_file_is_for_its_owner_only(writer, path):
    await writer.run(put(1))
    assert [p.stat().st_mode & 0o077 for p in path.parent.iterdir()] == [0, 0, 0]


async def test_a_job_that_fails_in_a_batch_neither_loses_nor_blocks_the_others(writer):
    gate = Gate(writer)

    def half(db: sqlite3.Connection) -> None:
        put(100)(db)
        raise LookupError("half done")

    jobs = [writer.run(put(1)), writer.run(half), writer.run(put(1)), writer.run(put(2))]
    gate.go.set()
    found = await asyncio.gather(*jobs, return_exceptions=True)
    assert found[0] == 1
    assert isinstance(found[1], LookupError)
    assert isinstance(found[2], sqlite3.IntegrityError)
    assert found[3] == 2
    assert await writer.run(numbers) == [1, 2]


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=30))
def test_any_mix_of_jobs_leaves_exactly_what_the_successful_ones_wrote(mix):
    async def check() -> None:
        writer = SqliteWriter(":memory:", schema=(TABLE,))
        await writer.open()

        def job(number: int, fails: bool):
            def work(db: sqlite3.Connection) -> int:
                put(number)(db)
                return 1 // (not fails)

            return work

        gate = Gate(writer)
        jobs = [writer.run(job(*one)) for one in mix]
        gate.go.set()
        found = await asyncio.gather(*jobs, return_exceptions=True)
        expected: set[int] = set()
        for (number, fails), result in zip(mix, found, strict=True):
            if number in expected:
                assert isinstance(result, sqlite3.IntegrityError)
            elif fails:
                assert isinstance(result, ZeroDivisionError)
            else:
                assert result == 1
                expected.add(number)
        assert await writer.run(numbers) == sorted(expected)
        await writer.close()

    asyncio.run(check())


@pytest.mark.parametrize("sql", ["COMMIT", "ROLLBACK", "BEGIN", "END", "ROLLBACK TO msc_job", "RELEASE msc_job"])
async def test_a_job_cannot_end_the_transaction_that_it_shares(writer, sql):
    gate = Gate(writer)

    def meddle(db: sqlite3.Connection) -> None:
        put(2)(db)
        db.execute(sql)

    jobs = [writer.run(put(1)), writer.run(meddle), writer.run(put(3))]
    gate.go.set()
    found = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(found[1], sqlite3.DatabaseError)
    assert (found[0], found[2]) == (1, 3)
    assert await writer.run(numbers) == [1, 3]


@pytest.mark.parametrize("method", ["commit", "rollback"])
async def test_nor_by_the_methods_of_the_connection(writer, method):
    def meddle(db: sqlite3.Connection) -> None:
        put(2)(db)
        getattr(db, method)()

    with pytest.raises(sqlite3.DatabaseError, match="not authorized") as raised:
        await writer.run(meddle)
    assert "its caller does" in raised.value.__notes__[0]
    assert await writer.run(numbers) == []


async def test_a_job_may_use_savepoints_of_its_own(writer):
    def nested(db: sqlite3.Connection) -> None:
        put(1)(db)
        db.execute("SAVEPOINT mine")
        put(2)(db)
        db.execute("ROLLBACK TO mine")
        db.execute("RELEASE mine")

    await writer.run(nested)
    assert await writer.run(numbers) == [1]


async def test_a_job_cannot_change_how_the_next_one_sees_its_rows(writer):
    def mine(db: sqlite3.Connection) -> object:
        db.row_factory = lambda cursor, row: {"id": row[0]}
        db.text_factory = bytes
        put(1)(db)
        return db.execute("SELECT id FROM t").fetchone()

    assert await writer.run(mine) == {"id": 1}
    assert await writer.run(lambda db: db.execute("SELECT v FROM t").fetchone()) == ("v1",)


async def test_a_job_that_closes_the_connection_fails_and_the_next_one_works(writer):
    with pytest.raises(sqlite3.ProgrammingError):
        await writer.run(lambda db: db.close())
    assert await writer.run(put(1)) == 1


async def test_a_statement_without_end_does_not_keep_the_writer_from_closing(path, monkeypatch):
    monkeypatch.setattr(sqlite_writer, "CLOSE_SECONDS", 0.2)
    writer = SqliteWriter(path, schema=(TABLE,))
    await writer.open()
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    job = writer.run(lambda db: db.execute(endless).fetchone())
    behind = writer.run(put(1))
    async with asyncio.timeout(60):
        await writer.close()
        with pytest.raises(StoreUnavailable):
            await job
        await asyncio.gather(behind, return_exceptions=True)


async def test_a_deferred_constraint_spoils_only_the_job_that_breaks_it(path):
    child = "CREATE TABLE IF NOT EXISTS c (t INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)"
    writer = SqliteWriter(path, schema=(TABLE, child))
    await writer.open()
    gate = Gate(writer)
    orphan = writer.run(lambda db: db.execute("INSERT INTO c VALUES (99)") and None)
    jobs = [writer.run(put(1)), orphan, writer.run(put(2))]
    gate.go.set()
    found = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(found[1], sqlite3.IntegrityError)
    assert (found[0], found[2]) == (1, 2)
    assert await writer.run(numbers) == [1, 2]
    await writer.close()


async def test_a_coroutine_function_is_refused_with_a_word_about_it(writer):
    async def work(_db: sqlite3.Connection) -> None:
        return None

    with pytest.raises(TypeError, match="plain function"):
        await writer.run(work)


async def test_stop_iteration_from_a_job_reaches_its_caller(writer):
    with pytest.raises(RuntimeError, match="StopIteration"):
        await writer.run(lambda _db: next(iter(())))


async def test_a_job_whose_caller_left_before_its_turn_does_not_run(writer):
    gate = Gate(writer)
    left, must = writer.run(put(1)), writer.run(put(2), must_run=True)
    left.cancel()
    must.cancel()
    gate.go.set()
    assert await writer.run(numbers) == [2]


async def test_a_job_whose_caller_left_while_it_ran_is_undone_by_its_own_means(writer):
    undone = []
    started, go = threading.Event(), threading.Event()

    def work(db: sqlite3.Connection) -> int:
        started.set()
        assert go.wait(30)
        return put(1)(db)

    job = writer.run(work, undo=undone.append)
    await asyncio.to_thread(started.wait)
    job.cancel()
    go.set()
    assert await writer.run(numbers) == [1]
    assert undone == [1]


async def test_closing_runs_what_was_asked_for_before(path):
    writer = SqliteWriter(path, schema=(TABLE,))
    await writer.open()
    jobs = [writer.run(put(n)) for n in range(500)]
    await writer.close()
    assert await asyncio.gather(*jobs) == list(range(500))
    with pytest.raises(StoreUnavailable):
        writer.run(numbers)
    await writer.close()


async def test_two_processes_that_create_the_file_at_once_both_work(tmp_path):
    code = (
        "import asyncio, sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from runtime.sqlite_writer import SqliteWriter\n"
        "async def main():\n"
        f"    w = SqliteWriter(Path(sys.argv[2]), schema=({TABLE!r},), busy_timeout=30)\n"
        "    await w.open()\n"
        "    for n in range(20): await w.run(lambda db: db.execute('INSERT INTO t (v) VALUES (1)') and None)\n"
        "    await w.close()\n"
        "asyncio.run(main())"
    )
    templates = Path(__file__).resolve().parents[2] / "templates"
    arguments = [sys.executable, "-c", code, str(templates), str(tmp_path / "shared.db")]
    workers = [subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for worker in workers:
        _, err = worker.communicate(timeout=120)
        assert worker.returncode == 0, err
    assert len(numbers(sqlite3.connect(tmp_path / "shared.db"))) == 80


async def test_a_file_locked_by_another_fails_in_time_and_works_again_afterwards(path):
    writer = SqliteWriter(path, schema=(TABLE,), busy_timeout=0.05)
    await writer.open()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    found = await asyncio.gather(*(writer.run(put(n)) for n in range(5)), return_exceptions=True)
    assert [type(one) for one in found] == [StoreUnavailable] * 5
    other.execute("ROLLBACK")
    other.close()
    assert await writer.run(put(7)) == 7
    await writer.close()


async def test_a_full_database_fails_the_job_that_needs_room_and_no_other(writer):
    await writer.run(lambda db: db.execute("PRAGMA max_page_count=20") and None)
    gate = Gate(writer)

    def big(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO t (v) VALUES (?)", ("x" * 1_000_000,))

    jobs = [writer.run(put(1)), writer.run(big), writer.run(put(2))]
    gate.go.set()
    found = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(found[1], StoreUnavailable)
    for number, result in ((1, found[0]), (2, found[2])):
        assert result == number or isinstance(result, StoreUnavailable)
    written = [n for n, result in ((1, found[0]), (2, found[2])) if result == n]
    assert await writer.run(numbers) == written


async def test_a_disk_that_takes_no_more_is_an_honest_failure(tmp_path):
    code = (
        "import asyncio, resource, signal, sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from runtime.sqlite_writer import SqliteWriter\n"
        "from runtime.errors import StoreUnavailable\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "async def main():\n"
        f"    w = SqliteWriter(Path(sys.argv[2]), schema=({TABLE!r},))\n"
        "    await w.open()\n"
        "    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))\n"
        "    put = lambda db: db.execute('INSERT INTO t (v) VALUES (?)', ('x' * 9000,)) and 1\n"
        "    found = await asyncio.gather(*(w.run(put) for _ in range(300)), return_exceptions=True)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))\n"
        "    failed = [f for f in found if f != 1]\n"
        "    assert failed and all(isinstance(f, StoreUnavailable) for f in failed), failed[:3]\n"
        "    assert await w.run(put) == 1\n"
        "    count = await w.run(lambda db: db.execute('SELECT count(*) FROM t').fetchone()[0])\n"
        "    assert count == 301 - len(failed), (count, len(failed))\n"
        "    await w.close()\n"
        "asyncio.run(main())"
    )
    templates = Path(__file__).resolve().parents[2] / "templates"
    arguments = [sys.executable, "-c", code, str(templates), str(tmp_path / "full.db")]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


async def test_a_file_that_is_no_database_is_refused_when_it_is_opened(tmp_path):
    (tmp_path / "x.db").write_bytes(b"not a database at all, but long enough to have a header" * 100)
    writer = SqliteWriter(tmp_path / "x.db")
    with pytest.raises(StoreUnavailable) as raised:
        await writer.open()
    assert isinstance(raised.value.__cause__, sqlite3.DatabaseError)


async def test_a_path_that_cannot_be_created_is_refused_when_it_is_opened(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "x.db", tmp_path):
        with pytest.raises(StoreUnavailable):
            await SqliteWriter(path).open()


async def test_a_file_broken_under_a_running_service_fails_requests_and_heals_with_the_file(path):
    writer = SqliteWriter(path, schema=(TABLE,))
    await writer.open()
    await asyncio.gather(*(writer.run(put(number)) for number in range(50)))
    await writer.close()
    writer = SqliteWriter(path, schema=(TABLE,))
    await writer.open()
    whole = path.read_bytes()
    path.write_bytes(b"\xff" * len(whole))
    with pytest.raises(StoreUnavailable):
        await writer.run(numbers)
    with pytest.raises(StoreUnavailable):
        await writer.run(put(1000))
    path.write_bytes(whole)
    assert await writer.run(numbers) == list(range(50))
    await writer.close()


async def test_a_loop_that_is_gone_does_not_stop_the_thread(writer):
    def elsewhere() -> None:
        async def ask() -> None:
            writer.run(put(1), must_run=True)

        asyncio.run(ask())

    gate = Gate(writer)
    await asyncio.to_thread(elsewhere)
    gate.go.set()
    assert await writer.run(numbers) == [1]
