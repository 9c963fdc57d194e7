"""kill -9 at every step between lease and answer, then the request comes again: exactly one effect."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import crash_worker
import pytest
import stores
from runtime.errors import KeyInUse

WORKER = Path(crash_worker.__file__)
DURABLE = ("sqlite", "postgres")


@pytest.fixture(params=DURABLE)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def url(kind, request, tmp_path) -> str:
    return request.getfixturevalue("postgres_url") if kind == "postgres" else str(tmp_path / "service.db")


def deliver(kind: str, url: str, key: bytes, *, lease: float = 1000.0, point: str = "") -> str | None:
    """What the worker printed; None when it was killed, as it has to be if a point is given."""
    arguments = [kind, url, key.hex(), key.hex(), str(lease), point]
    done = subprocess.run([sys.executable, str(WORKER), *arguments], capture_output=True, text=True, timeout=60)
    if point and done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr
    assert not point, f"the worker outlived the kill point {point!r}"
    return done.stdout.strip()


def effects(kind: str, url: str, key: bytes) -> int:
    async def read() -> int:
        async with stores.opened(kind, url) as store:
            return await stores.count(store, kind, key.hex())

    return asyncio.run(read())


@pytest.mark.parametrize("point", crash_worker.POINTS)
def test_a_request_killed_at_any_step_and_sent_again_has_one_effect(kind, url, point):
    key = os.urandom(32)
    # A lease that is over at once, so that the next delivery need not wait for it.
    assert deliver(kind, url, key, lease=0.0, point=point) is None
    second = deliver(kind, url, key)
    assert second is not None
    assert second.split()[0] == ("replayed" if point == "after commit" else "ran")
    third = deliver(kind, url, key)
    assert third == second.replace("ran", "replayed")
    assert effects(kind, url, key) == 1


def test_killed_again_and_again_it_still_has_one_effect(kind, url):
    key = os.urandom(32)
    for point in ("after effect", "before commit", "before effect", "before commit", "after lease"):
        assert deliver(kind, url, key, lease=0.0, point=point) is None
    assert deliver(kind, url, key).startswith("ran")
    assert deliver(kind, url, key).startswith("replayed")
    assert effects(kind, url, key) == 1


def test_what_a_killed_process_holds_is_in_use_until_its_lease_is_over(kind, url):
    key = os.urandom(32)
    assert deliver(kind, url, key, point="after effect") is None

    async def again() -> Any:
        async with stores.opened(kind, url) as store:
            with pytest.raises(KeyInUse):
                await store.begin(key, b"f" * 32, 1000.0)

    asyncio.run(again())
    assert effects(kind, url, key) == 0


def test_processes_that_share_a_store_run_a_key_once(kind, url):
    key = os.urandom(32)
    arguments = [kind, url, key.hex(), key.hex(), "1000", ""]
    workers = [
        subprocess.Popen([sys.executable, str(WORKER), *arguments], stdout=-1, stderr=-1, text=True) for _ in range(6)
    ]
    told = []
    for worker in workers:
        out, err = worker.communicate(timeout=60)
        assert worker.returncode == 0 or "KeyInUse" in err, err
        told.append(out.split(" ")[0])
    assert told.count("ran") == 1
    assert effects(kind, url, key) == 1
