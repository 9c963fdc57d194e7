"""Refusing early: concurrency that finds its own limit, rates, sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from runtime.errors import Overloaded, RateLimited
from runtime.limits import MAX_CALLERS, Concurrency, Gradient, Rate


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def admitted(limit: Concurrency) -> bool:
    try:
        limit.acquire()
    except Overloaded:
        return False
    return True


def test_who_is_refused_is_told_when_to_come_back():
    limit = Concurrency(1)
    limit.acquire()
    with pytest.raises(Overloaded) as raised:
        limit.acquire()
    assert raised.value.retry_after is not None
    assert 0 < raised.value.retry_after < 2


class Slots(RuleBasedStateMachine):
    """Never more than the limit, and never a slot lost."""

    def __init__(self) -> None:
        super().__init__()
        self.limit = Concurrency(3)
        self.held = 0

    @rule()
    def acquire(self) -> None:
        expected = self.held < 3
        assert admitted(self.limit) == expected
        self.held += expected

    @precondition(lambda self: self.held)
    @rule(seconds=st.none() | st.floats(0, 10))
    def release(self, seconds: float | None) -> None:
        self.limit.release(seconds)
        self.held -= 1

    @invariant()
    def counts(self) -> None:
        assert self.limit.active == self.held <= 3


TestSlots = Slots.TestCase


class Backend:
    """A service that does `capacity` calls at the same speed at once; more of them share it."""

    def __init__(self, capacity: int, seconds: float = 0.01) -> None:
        self.capacity = capacity
        self.seconds = seconds
        self.clock = Clock()
        self.gradient = Gradient()
        self.limit = Concurrency(self.gradient, self.clock)

    def run(self, rounds: int, demand: int) -> None:
        for _ in range(rounds):
            calls = sum(admitted(self.limit) for _ in range(demand))
            seconds = self.seconds * max(1.0, calls / self.capacity)
            self.clock.now += seconds
            for _ in range(calls):
                self.limit.release(seconds)


def test_a_limit_grows_while_latency_does_not():
    backend = Backend(capacity=1000, seconds=0.1)
    backend.run(300, demand=210)
    assert backend.gradient.limit == 200


def test_a_limit_shrinks_when_calls_begin_to_wait_for_each_other_and_recovers():
    backend = Backend(capacity=1000, seconds=0.1)
    backend.run(200, demand=150)
    healthy = backend.gradient.limit
    backend.seconds = 1.0
    backend.run(20, demand=150)
    assert backend.gradient.limit < healthy / 2
    backend.seconds = 0.1
    backend.run(300, demand=150)
    assert backend.gradient.limit > healthy / 2


def test_a_limit_that_nobody_uses_stays_where_it_is():
    backend = Backend(capacity=1000)
    backend.run(500, demand=5)
    assert backend.gradient.limit == 20


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 500)), max_size=300), st.floats(0, 0.2))
def test_a_limit_never_leaves_its_bounds_whatever_the_latencies(samples, step):
    gradient, now = Gradient(20, 10, 200), 0.0
    for seconds, at_once in samples * 5:
        gradient.sample(seconds, at_once, now)
        now += step
        assert 10 <= gradient.limit <= 200


def test_calls_that_failed_early_do_not_count_as_fast_ones():
    backend = Backend(capacity=1000)
    backend.run(100, demand=100)
    usual = backend.gradient._usual
    for _ in range(1000):
        backend.limit.acquire()
        backend.limit.release()
    assert backend.gradient._usual == usual


def waits(rate: Rate, caller: str = "") -> float | None:
    try:
        rate.acquire(caller)
    except RateLimited as error:
        return error.retry_after
    return None


def test_a_rate_admits_a_burst_and_then_says_when_to_come_back():
    clock = Clock()
    rate = Rate(5, 1.0, clock=clock)
    assert [waits(rate) for _ in range(5)] == [None] * 5
    assert waits(rate) == pytest.approx(0.2)
    clock.now += 0.2
    assert waits(rate) is None
    assert waits(rate) == pytest.approx(0.2)


def test_waiting_as_long_as_it_says_is_enough():
    clock = Clock()
    rate = Rate(3, 7.0, clock=clock)
    for _ in range(50):
        wait = waits(rate)
        if wait is not None:
            clock.now += wait + 1e-9
            assert waits(rate) is None


@given(st.integers(1, 20), st.floats(0.1, 60), st.lists(st.floats(0, 5), max_size=200))
def test_no_more_than_the_rate_allows_and_a_burst_get_through(count, seconds, gaps):
    clock = Clock()
    rate = Rate(count, seconds, clock=clock)
    start, through = clock.now, 0
    for gap in gaps:
        clock.now += gap
        through += waits(rate) is None
    assert through <= count + (clock.now - start) * count / seconds + 1e-6


def test_callers_have_buckets_of_their_own_only_when_the_contract_says_so():
    each, together = Rate(1, 60.0, per_caller=True, clock=Clock()), Rate(1, 60.0, clock=Clock())
    assert (waits(each, "a"), waits(each, "b")) == (None, None)
    assert waits(each, "a") is not None
    assert waits(together, "a") is None
    assert waits(together, "b") is not None


def test_the_number_of_callers_that_are_remembered_is_bounded():
    rate = Rate(1, 3600.0, per_caller=True, clock=Clock())
    assert waits(rate, "regular") is None
    for number in range(MAX_CALLERS + 500):
        waits(rate, f"visitor {number}")
        assert waits(rate, "regular") is not None
    assert len(rate._buckets) == MAX_CALLERS
