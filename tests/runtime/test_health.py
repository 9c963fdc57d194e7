"""Probes: alive, ready, and what happens to those who wait for a change."""

from __future__ import annotations

import asyncio
import json

import pytest
from runtime.health import Health, response

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Dependency:
    def __init__(self) -> None:
        self.down = False
        self.asked = 0

    async def check(self) -> None:
        self.asked += 1
        if self.down:
            raise ConnectionError("password=hunter2 refused")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock) -> Health:
    return Health(clock)


async def test_a_service_is_ready_between_its_start_and_its_drain(health):
    assert [(await health.ready()).state] == ["starting"]
    await health.started()
    report = await health.ready()
    assert (report.ok, report.status, report.state) == (True, 200, "serving")
    await health.draining()
    report = await health.ready()
    assert (report.ok, report.status, report.state) == (False, 503, "draining")
    assert health.live().ok


async def test_a_failing_dependency_makes_it_unready_but_not_dead_and_its_text_stays_inside(health, clock):
    store, other = Dependency(), Dependency()
    health.add_check("store", store.check)
    health.add_check("other", other.check)
    store.down = True
    await health.started()
    report = await health.ready()
    assert report.status == 503
    assert json.loads(report.encode()) == {"status": "failing", "checks": {"store": "failing", "other": "ok"}}
    assert b"hunter2" not in report.encode()
    assert health.live().status == 200
    store.down = False
    clock.now += 1.0
    assert (await health.ready()).ok


async def test_probes_do_not_multiply_into_load_on_a_dependency(health, clock):
    store = Dependency()
    health.add_check("store", store.check)
    await health.started()
    await asyncio.gather(*(health.ready() for _ in range(50)))
    assert store.asked == 1
    clock.now += 1.0
    await asyncio.gather(*(health.ready() for _ in range(50)))
    assert store.asked == 2


async def test_a_check_that_does_not_end_has_failed(health):
    async def hangs() -> None:
        await asyncio.Event().wait()

    health.add_check("store", hangs, timeout=0.01)
    await health.started()
    assert (await health.ready()).checks == {"store": False}


async def test_a_probe_that_is_cancelled_does_not_take_the_others_along(health):
    go = asyncio.Event()
    health.add_check("store", go.wait, timeout=30)
    health._state = "serving"
    first, second = (asyncio.ensure_future(health.ready()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    go.set()
    assert (await second).ok


async def test_watchers_hear_of_every_change_once(health, clock):
    told: list[bool] = []

    async def watcher(ready: bool) -> None:
        told.append(ready)

    store = Dependency()
    health.add_check("store", store.check)
    health.watch(watcher)
    await health.started()
    monitor = asyncio.ensure_future(health.monitor(every=0.001))
    for down in (True, False):
        store.down = down
        clock.now += 1.0
        seen = len(told)
        while len(told) == seen:
            await asyncio.sleep(0.001)
    await health.draining()
    await health.draining()
    monitor.cancel()
    assert told == [True, False, True, False]


async def test_an_answer_to_a_probe_is_complete_http(health):
    status, headers, body = response(await health.ready())
    assert status == 503
    assert dict(headers)[b"content-length"] == str(len(body)).encode()
    assert json.loads(body) == {"status": "starting", "checks": {}}
