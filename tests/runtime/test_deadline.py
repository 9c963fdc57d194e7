"""Time: the header, the one timer, and what ends a call early."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime.deadline import CallerGone, earliest, format_timeout, parse_timeout, shielded, supervise
from runtime.errors import DeadlineExceeded, InvalidRequest

pytestmark = pytest.mark.anyio


@given(st.integers(0, 99_999_999), st.sampled_from("HMSmun"))
def test_every_timeout_of_the_grammar_is_read(number, unit):
    seconds = {"H": 3600, "M": 60, "S": 1, "m": 1e-3, "u": 1e-6, "n": 1e-9}[unit]
    assert parse_timeout(f"{number}{unit}") == number * seconds


@given(st.text(max_size=12))
def test_anything_else_is_refused(text):
    if not (text[:-1].isascii() and text[:-1].isdigit() and len(text) < 10 and text[-1] in "HMSmun"):
        with pytest.raises(InvalidRequest):
            parse_timeout(text)


@given(st.floats(0, 1e9))
def test_a_written_timeout_is_never_longer_and_hardly_shorter(seconds):
    read = parse_timeout(format_timeout(seconds))
    assert read <= seconds
    assert seconds - read <= max(1e-6, seconds * 1e-4)


@pytest.mark.parametrize(
    ("given", "allowed", "wanted"), [(None, None, None), (1, None, 1), (None, 2, 2), (3, 2, 2), (1, 2, 1)]
)
def test_the_shorter_of_two_times_wins(given, allowed, wanted):
    assert earliest(given, allowed) == wanted


async def now(value):
    return value


async def fail(error):
    raise error


async def test_work_that_never_waits_costs_no_timer(monkeypatch):
    def unexpected(*args):
        raise AssertionError("a timer was made")

    monkeypatch.setattr(asyncio.get_running_loop(), "call_later", unexpected)
    assert await supervise(now(5), time.monotonic() + 1) == 5
    with pytest.raises(KeyError):
        await supervise(fail(KeyError("x")), time.monotonic() + 1)


async def test_work_that_waits_gives_its_result_and_its_error():
    async def later(error=None):
        for _ in range(3):
            await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        if error:
            raise error
        return "done"

    assert await supervise(later(), time.monotonic() + 5) == "done"
    with pytest.raises(KeyError):
        await supervise(later(KeyError("x")), time.monotonic() + 5)


async def test_an_awaitable_that_is_no_coroutine_is_awaited():
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, 7)
    assert await supervise(future, None) == 7


async def test_the_deadline_cancels_the_work_and_says_so():
    seen = []

    async def work():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    with pytest.raises(DeadlineExceeded):
        await supervise(work(), time.monotonic() + 0.01)
    assert seen == ["cancelled"]
    assert asyncio.current_task().cancelling() == 0


async def test_the_task_that_was_cut_off_can_go_on():
    with pytest.raises(DeadlineExceeded):
        await supervise(asyncio.sleep(60), time.monotonic() + 0.01)
    async with asyncio.timeout(5):
        await asyncio.sleep(0.001)


async def test_work_that_swallows_its_cancellation_still_gives_its_result():
    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "late"

    assert await supervise(stubborn(), time.monotonic() + 0.01) == "late"
    assert asyncio.current_task().cancelling() == 0


async def test_a_cancellation_from_outside_is_passed_on_as_it_is():
    started = asyncio.Event()

    async def work():
        started.set()
        await asyncio.sleep(60)

    task = asyncio.ensure_future(supervise(work(), time.monotonic() + 60))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_timeout_of_the_handlers_own_stays_a_timeout():
    async def work():
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await supervise(work(), time.monotonic() + 60)


async def test_a_caller_that_goes_ends_the_work():
    left, cancelled = asyncio.Event(), asyncio.Event()

    async def work():
        asyncio.get_running_loop().call_later(0.1, left.set)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(CallerGone):
        await supervise(work(), None, left.wait)
    assert cancelled.is_set()


async def test_nobody_watches_a_call_that_is_short():
    asked = []

    async def gone():
        asked.append(1)

    assert await supervise(asyncio.sleep(0.001, "done"), time.monotonic() + 5, gone) == "done"
    assert asked == []


async def test_a_watch_that_breaks_does_not_end_the_work():
    async def gone():
        raise OSError("cannot know")

    assert await supervise(asyncio.sleep(0.15, "done"), None, gone) == "done"


async def test_context_variables_and_tasks_are_those_of_the_caller():
    async def work():
        await asyncio.sleep(0)
        return asyncio.current_task()

    assert await supervise(work(), time.monotonic() + 5) is asyncio.current_task()


async def test_a_shielded_step_ends_before_the_cancellation_arrives():
    steps = []
    began = asyncio.Event()

    async def commit():
        began.set()
        await asyncio.sleep(0.05)
        steps.append("committed")

    async def handler():
        await shielded(commit())
        steps.append("went on")
        await asyncio.sleep(60)

    task = asyncio.ensure_future(supervise(handler(), time.monotonic() + 60))
    await began.wait()
    task.cancel()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["committed"]


async def test_a_shielded_step_gives_its_result_and_its_error():
    assert await shielded(now(3)) == 3
    with pytest.raises(KeyError):
        await shielded(fail(KeyError("x")))


async def test_the_deadline_does_not_tear_a_commit():
    done = []

    async def commit():
        await asyncio.sleep(0.05)
        done.append(1)
        return "stored"

    with pytest.raises(DeadlineExceeded):
        await supervise(shielded(commit()), time.monotonic() + 0.01)
    assert done == [1]
