"""Opening a SQLite file, and telling its failures from those of a statement."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Literal

from .errors import StoreUnavailable

Location = Path | Literal[":memory:"]
Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]

# Primary result codes that speak of the file or the machine, not of the statement
# (sqlite.org/rescode.html).
_UNAVAILABLE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
# After these a fresh connection may help: the disk came back, the file was restored.
_RECONNECT: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)


def connect(
    path: Location,
    schema: Iterable[str],
    *,
    synchronous: Literal["NORMAL", "FULL"],
    busy_timeout: float,
    authorizer: Authorizer,
) -> sqlite3.Connection:
    """A connection in autocommit mode, with write-ahead log and foreign keys, the schema applied.

    Raises sqlite3.Error, OSError.
    """
    if isinstance(path, Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Outcomes hold what responses hold, so the file is for its owner only.
        path.touch(mode=0o600, exist_ok=True)
    db = sqlite3.connect(path, timeout=busy_timeout, isolation_level=None)
    try:
        _use_wal(db, busy_timeout)
        db.execute(f"PRAGMA synchronous={synchronous}")
        db.execute("PRAGMA foreign_keys=ON")
        db.execute("BEGIN IMMEDIATE")
        for statement in schema:
            db.execute(statement)
        db.execute("COMMIT")
        db.set_authorizer(authorizer)
    except BaseException:
        db.close()
        raise
    return db


def _use_wal(db: sqlite3.Connection, patience: float) -> None:
    """Switches to write-ahead logging; SQLite does not wait by itself for others who do the
    same."""
    until = time.monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(0.005)


def code(error: sqlite3.Error) -> int:
    """The primary result code."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def unavailable(error: sqlite3.Error) -> bool:
    """Whether the database, rather than the statement, is at fault."""
    return code(error) in _UNAVAILABLE


def worth_reconnecting(error: BaseException) -> bool:
    """Whether the same connection would fail again and a new one may not."""
    return isinstance(error, sqlite3.Error) and code(error) in _RECONNECT


def translated(error: BaseException) -> BaseException:
    """What a caller is told of an error that its work ended in."""
    if isinstance(error, sqlite3.Error):
        if unavailable(error):
            return failure(error)
        if code(error) == sqlite3.SQLITE_AUTH:
            error.add_note("Work must not begin, commit or roll back: its caller does.")
    if isinstance(error, StopIteration):
        # A future refuses it.
        wrapped = RuntimeError("work raised StopIteration")
        wrapped.__cause__ = error
        return wrapped
    return error


def failure(cause: BaseException | None) -> StoreUnavailable:
    """The database itself is at fault; `cause` is for the log."""
    error = StoreUnavailable("The database cannot be used at the moment.")
    error.__cause__ = cause
    return error
