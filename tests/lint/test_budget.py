"""The arithmetic of deadlines, and how its numbers are written."""

from __future__ import annotations

import re

from fragments import check
from hypothesis import given
from hypothesis import strategies as st
from mscgen.lint.budget import backoff_bounds, need
from mscgen.lint.units import seconds, size
from mscgen.model.policy import Backoff, Bulkhead, Policy
from mscgen.resolve.quantities import seconds as parsed

times = st.floats(0.001, 100)


@given(st.integers(1, 10**9))
def test_a_duration_reads_back_as_what_was_written(milliseconds):
    assert parsed(seconds(milliseconds / 1000)) == milliseconds / 1000


def test_durations_are_written_as_people_write_them():
    written = {
        0.3: "300ms",
        1.0: "1s",
        1.5: "1.5s",
        60.0: "60s",
        90.0: "90s",
        120.0: "2m",
        3600.0: "1h",
        86400.0: "24h",
    }
    assert {value: seconds(value) for value in written} == written
    assert seconds(0) == "0ms"


def test_sizes_have_their_unit():
    assert [size(n) for n in (10, 2048, 5400000, 3 * 1024**3)] == ["10 B", "2 KiB", "5.1 MiB", "3 GiB"]


@given(times, times, st.integers(1, 8))
def test_backoffs_double_up_to_their_cap(base, cap, attempts):
    bounds = backoff_bounds(Backoff(base, cap), attempts)
    assert len(bounds) == attempts - 1
    assert all(bound <= cap for bound in bounds)
    assert bounds == sorted(bounds)


@given(times, times, st.integers(1, 5), st.floats(0, 1))
def test_a_call_needs_every_attempt_and_every_wait(timeout, per_try, attempts, wait):
    policy = Policy("p", timeout=timeout, per_try=per_try, attempts=attempts, bulkhead=Bulkhead(4, wait))
    assert need(policy) >= attempts * per_try + wait


def overrun(deadline, calls, **timeouts):
    dependencies = "".join(
        f"  {name}:\n    contract: ../{name}/contract.yaml\n    operations: {{Do: {{timeout: {text}}}}}\n"
        for name, text in timeouts.items()
    )
    found = check(
        f"operations:\n  MakeIt: {{idempotency: natural, deadline: {deadline}, calls: {calls}}}\n"
        f"dependencies:\n{dependencies}"
    )
    return [d for d in found if d.rule in ("budget-overrun", "timeout-inversion")]


def test_calls_in_sequence_add_up():
    assert not overrun("1s", "[a.Do, b.Do]", a="400ms", b="600ms")
    (found,) = overrun("1s", "[a.Do, b.Do]", a="400ms", b="601ms")
    assert found.label == "a.Do 400ms + b.Do 601ms = 1.001s > 1s"


def test_parallel_calls_count_as_the_slowest():
    assert not overrun("1s", "[[a.Do, b.Do], c.Do]", a="400ms", b="600ms", c="400ms")
    (found,) = overrun("1s", "[[a.Do, b.Do], c.Do]", a="400ms", b="600ms", c="500ms")
    assert found.label == "max(a.Do 400ms, b.Do 600ms) + c.Do 500ms = 1.1s > 1s"


def test_a_bounded_fan_out_takes_rounds_of_its_bulkhead():
    assert not overrun("1s", "[{each: a.Do, max: 32}]", a="400ms")
    (found,) = overrun("1s", "[{each: a.Do, max: 33}]", a="400ms")
    assert re.search(r"a\.Do 400ms × 3 rounds of 16", found.label)


def test_a_single_call_that_is_too_long_is_told_alone():
    (found,) = overrun("1s", "[a.Do, b.Do]", a="400ms", b="1s")
    assert found.rule == "timeout-inversion"
    assert found.notes[0].message == "the timeout is set here"


def test_a_timeout_that_nobody_wrote_may_equal_the_deadline():
    text = "operations:\n  GetIt: {http: GET /it, calls: [a.Do]}\ndependencies:\n  a: {contract: ../a/contract.yaml}\n"
    assert not [d for d in check(text) if d.severity == "error"]


def test_consumers_have_budgets_too():
    text = """\
operations: {GetA: {http: GET /a}}
subscribes:
  ThingDone:
    topic: thing.done.v1
    payload: {thing_id: uuid}
    deadline: 1s
    calls: [a.Do]
dependencies:
  a: {contract: ../a/contract.yaml, operations: {Do: {timeout: 2s}}}
"""
    (found,) = [d for d in check(text) if d.severity == "error"]
    assert found.message == "ThingDone has 1s and one call alone may take 2s"
