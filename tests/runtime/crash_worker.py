"""One delivery of a keyed request, in a process that kills itself where it is told to.

Arguments: kind of store, its URL or file, key, name of the effect, lease in seconds, kill point or "".
Prints `ran` or `replayed` and the answer.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

for folder in ("templates", "tests/runtime"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / folder))

import stores  # noqa: E402
from runtime.idempotency.machine import Outcome, Replay  # noqa: E402

POINTS = ("after lease", "before effect", "after effect", "before commit", "after commit")


def die() -> None:
    """As kill -9 or a power failure of the process: nothing is flushed, closed or rolled back."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_commit(db: Any) -> None:
    """Dies when SQLite is about to run COMMIT: everything is written, nothing is committed."""
    db.set_trace_callback(lambda sql: die() if sql.startswith("COMMIT") else None)


async def deliver(kind: str, url: str, key: bytes, name: str, lease: float, point: str) -> str:
    """begin, effect and done in one transaction, answer."""
    async with stores.opened(kind, url) as store:
        found = await store.begin(key, b"f" * 32, lease)
        if isinstance(found, Replay):
            return f"replayed {found.outcome.body.decode()}"
        if point == "after lease":
            die()

        def then(db: Any) -> str:
            if point == "after effect":
                die()
            if point == "before commit" and kind == "sqlite":
                die_at_commit(db)
            return f"answer of {os.getpid()}"

        work = stores.effect(kind, name, then)

        def start(db: Any) -> Any:
            if point == "before effect":
                die()
            return work(db)

        def encode(answer: str) -> Outcome:
            if point == "before commit" and kind != "sqlite":
                die()
            return Outcome(200, answer.encode())

        answer = await store.transact(found, start, encode, 1000.0)
        if point == "after commit":
            die()
        return f"ran {answer}"


if __name__ == "__main__":
    kind, url, key, name, lease, point = sys.argv[1:]
    print(asyncio.run(deliver(kind, url, bytes.fromhex(key), name, float(lease), point)))
