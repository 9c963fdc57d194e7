"""The embedded database: SQLite on one thread, with group commit.

Whatever is asked for while the thread is busy shares its next transaction, so many callers wait
for one fsync. Each job runs in a savepoint of its own: a job that fails undoes its own statements
and no others. A result is handed over after the commit, never before.
"""

from __future__ import annotations

import asyncio
import inspect
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Final, Generic, Literal, TypeVar

from .errors import StoreUnavailable
from .sqlite_connection import Location, connect, failure, translated, worth_reconnecting

T = TypeVar("T")

MAX_BATCH: Final = 256
CLOSE_SECONDS: Final = 5.0

# The comments keep these apart, in the statement cache, from the same words in a job.
_BEGIN: Final = "BEGIN IMMEDIATE /* batch */"
_COMMIT: Final = "COMMIT /* batch */"
_ROLLBACK: Final = "ROLLBACK /* batch */"
_SAVE: Final = "SAVEPOINT msc_job /* batch */"
_UNDO: Final = "ROLLBACK TO msc_job /* batch */"
_RELEASE: Final = "RELEASE msc_job /* batch */"


class _Job(Generic[T]):
    __slots__ = ("error", "future", "loop", "must_run", "ran", "undo", "value", "work")

    def __init__(
        self,
        work: Callable[[sqlite3.Connection], T],
        loop: asyncio.AbstractEventLoop,
        must_run: bool,
        undo: Callable[[T], None] | None,
    ) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[T] = loop.create_future()
        self.must_run = must_run
        self.undo = undo
        self.ran = False
        self.value: Any = None
        self.error: BaseException | None = None


class SqliteWriter:
    """One database file and the thread that it belongs to."""

    def __init__(
        self,
        path: Location,
        *,
        schema: Iterable[str] = (),
        synchronous: Literal["NORMAL", "FULL"] = "FULL",
        busy_timeout: float = 2.0,
    ) -> None:
        """schema: statements run on every new connection, so `CREATE … IF NOT EXISTS`.

        synchronous: FULL survives a power cut, NORMAL only the death of the process. busy_timeout:
        seconds to wait for another process that writes to the file.
        """
        self._path = path
        self._schema = tuple(schema)
        self._synchronous = synchronous
        self._busy_timeout = busy_timeout
        self._queue: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._accepting = False
        self._in_job = False
        self._suspect = False
        self._db: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None

    async def open(self) -> None:
        """Starts the thread. Raises StoreUnavailable when the file cannot be used."""
        if self._thread is not None:
            return
        self._thread = threading.Thread(target=self._serve, name="sqlite-writer", daemon=True)
        self._accepting = True
        self._thread.start()
        try:
            await self.run(_nothing)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Runs what was asked for before, then closes the file. Later jobs raise
        StoreUnavailable."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            self._accepting = False
            self._queue.put(None)
        await asyncio.to_thread(thread.join, CLOSE_SECONDS)
        if thread.is_alive() and self._db is not None:
            # A statement without end: its job fails, those behind it still run. Work that hangs in
            # Python cannot be stopped; the thread does not keep the process alive.
            self._db.interrupt()
            await asyncio.to_thread(thread.join, CLOSE_SECONDS)

    def run(
        self,
        work: Callable[[sqlite3.Connection], T],
        *,
        must_run: bool = False,
        undo: Callable[[T], None] | None = None,
    ) -> asyncio.Future[T]:
        """What `work(connection)` returns, its effects committed.

        The connection is in a transaction that `work` must leave alone: it can neither commit nor
        roll back, an exception undoes it. It may run twice, its first run undone, when a deferred
        constraint of another job forbids a commit. A caller cancelled before its turn takes its
        job along, unless `must_run`; cancelled later, the job counts and `undo(result)` is called
        on the caller's loop.

        Raises what `work` raises; StoreUnavailable when the database is locked, full, broken or
        closed.
        """
        job = _Job(work, asyncio.get_running_loop(), must_run, undo)
        with self._lock:
            if not self._accepting:
                raise StoreUnavailable("The database is closed.")
            self._queue.put(job)
        return job.future

    def _serve(self) -> None:
        """The thread: batches until it is told to stop."""
        ending = False
        while not ending:
            batch, ending = self._next_batch()
            try:
                self._commit_batch(batch)
            except BaseException as error:
                # Nothing is known of this batch any more, and nobody may wait for ever.
                for job in batch:
                    job.error = failure(error)
                self._disconnect()
            if self._suspect:
                self._disconnect()
            _hand_over(batch)
        self._disconnect()

    def _next_batch(self) -> tuple[list[_Job[Any]], bool]:
        batch: list[_Job[Any]] = []
        job = self._queue.get()
        while job is not None:
            batch.append(job)
            if len(batch) == MAX_BATCH:
                return batch, False
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _commit_batch(self, batch: Iterable[_Job[Any]]) -> None:
        """Runs the jobs in as few transactions as possible; sets each one's value or error."""
        waiting = deque(job for job in batch if job.must_run or not job.future.cancelled())
        while waiting:
            done: list[_Job[Any]] = []
            try:
                db = self._connect()
                db.execute(_BEGIN)
                while waiting and db.in_transaction:
                    done.append(waiting.popleft())
                    self._run_job(db, done[-1])
                if not db.in_transaction:
                    # SQLite has rolled back by itself, as it may when the disk is full.
                    _fail(done, None)
                elif not self._commit(db, done):
                    self._one_by_one(done)
            except (sqlite3.Error, OSError) as error:
                _fail([*done, *waiting], error)
                self._abandon(error)
                return

    def _run_job(self, db: sqlite3.Connection, job: _Job[Any]) -> None:
        db.execute(_SAVE)
        try:
            self._in_job = True
            try:
                value = job.work(db)
            finally:
                self._in_job = False
                # The next job, perhaps one of ours, must not see rows as this one wanted them.
                db.row_factory, db.text_factory = None, str
            refuse_awaitable(value)
            db.execute(_RELEASE)
            job.value, job.ran = value, True
        except BaseException as error:
            job.error = translated(error)
            self._suspect = self._suspect or worth_reconnecting(error)
            if db.in_transaction:
                db.execute(_UNDO)
                db.execute(_RELEASE)

    def _commit(self, db: sqlite3.Connection, done: list[_Job[Any]]) -> bool:
        """False when a deferred constraint of one of several jobs forbids the commit."""
        try:
            db.execute(_COMMIT)
        except sqlite3.IntegrityError as error:
            db.execute(_ROLLBACK)
            if len(done) > 1:
                return False
            done[0].error = done[0].error or error
        return True

    def _one_by_one(self, jobs: list[_Job[Any]]) -> None:
        """Runs the undone jobs again, each in its own transaction, so that one spoils only
        itself."""
        for job in jobs:
            if job.error is None:
                job.value, job.ran = None, False
                self._commit_batch([job])

    def _connect(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = connect(
                self._path,
                self._schema,
                synchronous=self._synchronous,
                busy_timeout=self._busy_timeout,
                authorizer=self._authorize,
            )
        return self._db

    def _authorize(self, action: int, first: str | None, second: str | None, *_: object) -> int:
        """Transactions are the thread's business, not that of the job that runs in one."""
        mine = action == sqlite3.SQLITE_TRANSACTION or (
            action == sqlite3.SQLITE_SAVEPOINT and second == "msc_job"
        )
        return sqlite3.SQLITE_DENY if mine and self._in_job else sqlite3.SQLITE_OK

    def _abandon(self, error: sqlite3.Error | OSError) -> None:
        """Leaves no transaction behind, and no connection that will not work again."""
        db = self._db
        if db is None:
            return
        try:
            if db.in_transaction:
                db.execute(_ROLLBACK)
        except sqlite3.Error:
            self._disconnect()
            return
        if worth_reconnecting(error):
            self._disconnect()

    def _disconnect(self) -> None:
        self._suspect = False
        # Closing a database in memory would empty it, and nothing outside can have broken it.
        if self._db is not None and self._path != ":memory:":
            self._db.close()
            self._db = None


def refuse_awaitable(value: object) -> None:
    """Raises TypeError when work was a coroutine function: nobody would await it."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise TypeError("work on SQLite is a plain function, not a coroutine function")


def _fail(jobs: Iterable[_Job[Any]], cause: BaseException | None) -> None:
    for job in jobs:
        job.error = job.error or failure(cause)


def _hand_over(batch: list[_Job[Any]]) -> None:
    """Wakes each event loop once, however many of the jobs are its own."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job[Any]]] = {}
    for job in batch:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, jobs)
        except RuntimeError:
            # The loop is closed, so nobody waits.
            continue


def _resolve(jobs: list[_Job[Any]]) -> None:
    for job in jobs:
        if job.future.cancelled():
            if job.error is None and job.ran and job.undo is not None:
                job.undo(job.value)
        elif job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.value)


def _nothing(_db: sqlite3.Connection) -> None:
    """The job that finds out whether the database can be used."""
