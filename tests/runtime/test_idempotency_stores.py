"""One suite for all stores: what `machine.Store` promises, on SQLite, PostgreSQL and Redis alike."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
import stores
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test
from runtime.errors import KeyInUse, KeyReused, LeaseLost, StoreUnavailable
from runtime.idempotency.machine import Begun, Outcome, Replay

pytestmark = pytest.mark.anyio

LONG = 1000.0
OVER = 0.0
ONE, OTHER = b"1" * 32, b"2" * 32
OUTCOME = Outcome(201, b'{"id":1}', (("location", "/orders/1"), ("x-note", "é")))
FAILED = Outcome(422, b'{"reason":"OUT_OF_STOCK"}', (), True)


def url_for(kind: str, request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    if kind in ("postgres", "redis"):
        return request.getfixturevalue(f"{kind}_url")
    return tmp_path / "data" / "service.db"


@pytest.fixture(params=stores.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def store(kind, request, tmp_path):
    async with stores.opened(kind, url_for(kind, request, tmp_path)) as store:
        yield store


@pytest.fixture
def key() -> bytes:
    return os.urandom(32)


async def begun(store: Any, key: bytes, fingerprint: bytes = ONE, lease: float = LONG) -> Begun:
    found = await store.begin(key, fingerprint, lease)
    assert isinstance(found, Begun)
    return found


async def test_a_new_key_is_leased_and_its_duplicate_is_told_when_to_come_back(store, key):
    await begun(store, key)
    with pytest.raises(KeyInUse) as raised:
        await store.begin(key, ONE, LONG)
    assert 0 < raised.value.retry_after <= 1


async def test_a_running_key_with_another_request_is_a_reuse(store, key):
    await begun(store, key)
    with pytest.raises(KeyReused):
        await store.begin(key, OTHER, LONG)


@pytest.mark.parametrize("outcome", [OUTCOME, FAILED, Outcome(204, b"")], ids=["answer", "error", "empty"])
async def test_a_completed_key_replays_its_outcome_unchanged(store, key, outcome):
    lease = await begun(store, key)
    assert not lease.completed
    await store.complete(lease, outcome, LONG)
    assert lease.completed
    assert await store.begin(key, ONE, LONG) == Replay(outcome)
    with pytest.raises(KeyReused):
        await store.begin(key, OTHER, LONG)


async def test_an_outcome_may_be_large_and_hold_any_byte(store, key):
    outcome = Outcome(200, bytes(range(256)) * 8192)
    await store.complete(await begun(store, key), outcome, LONG)
    assert await store.begin(key, ONE, LONG) == Replay(outcome)


async def test_an_outcome_that_is_over_is_forgotten(store, key):
    await store.complete(await begun(store, key), OUTCOME, OVER)
    await begun(store, key, OTHER)


async def test_a_released_key_is_free_for_any_request(store, key):
    await store.release(await begun(store, key))
    await begun(store, key, OTHER)


async def test_a_lease_that_is_over_goes_to_a_retry_but_not_to_another_request(store, key):
    await begun(store, key, lease=OVER)
    with pytest.raises(KeyReused):
        await store.begin(key, OTHER, LONG)
    await begun(store, key)


async def test_a_holder_whose_lease_was_taken_over_can_neither_complete_nor_release(store, key):
    zombie = await begun(store, key, lease=OVER)
    heir = await begun(store, key)
    with pytest.raises(LeaseLost):
        await store.complete(zombie, FAILED, LONG)
    await store.release(zombie)
    await store.complete(heir, OUTCOME, LONG)
    await store.release(heir)
    assert await store.begin(key, ONE, LONG) == Replay(OUTCOME)


async def test_a_holder_whose_lease_is_over_completes_if_nobody_took_it(store, key):
    lease = await begun(store, key, lease=OVER)
    await store.complete(lease, OUTCOME, LONG)
    assert await store.begin(key, ONE, LONG) == Replay(OUTCOME)


async def test_a_completion_counts_once(store, key):
    lease = await begun(store, key)
    await store.complete(lease, OUTCOME, LONG)
    with pytest.raises(LeaseLost):
        await store.complete(lease, FAILED, LONG)
    assert await store.begin(key, ONE, LONG) == Replay(OUTCOME)


async def test_of_two_hundred_concurrent_duplicates_one_runs_and_all_see_its_outcome(store, key):
    runs = 0

    async def call() -> Outcome:
        nonlocal runs
        while True:
            try:
                found = await store.begin(key, ONE, LONG)
            except KeyInUse:
                continue
            if isinstance(found, Replay):
                return found.outcome
            runs += 1
            await store.complete(found, OUTCOME, LONG)
            return OUTCOME

    answers = await asyncio.gather(*(call() for _ in range(200)))
    assert runs == 1
    assert set(answers) == {OUTCOME}


async def test_a_caller_cancelled_before_it_hears_of_its_lease_leaves_the_key_free(store, key):
    task = asyncio.ensure_future(store.begin(key, ONE, LONG))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async def until_free() -> Begun:
        while True:
            try:
                return await begun(store, key)
            except KeyInUse:
                continue

    async with asyncio.timeout(30):
        await until_free()


async def test_a_completion_is_not_lost_when_its_caller_is_cancelled(store, key):
    lease = await begun(store, key)
    task = asyncio.ensure_future(store.complete(lease, OUTCOME, LONG))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async def until_done() -> Replay:
        while True:
            try:
                return await store.begin(key, ONE, LONG)
            except KeyInUse:
                continue

    async with asyncio.timeout(30):
        assert await until_done() == Replay(OUTCOME)


async def test_purging_removes_what_is_over_in_bounded_batches_and_nothing_else(store, kind):
    kept = [os.urandom(32) for _ in range(3)]
    await begun(store, kept[0])
    await begun(store, kept[1], lease=OVER)
    await store.complete(await begun(store, kept[2]), OUTCOME, LONG)
    for _ in range(5):
        await store.complete(await begun(store, os.urandom(32)), OUTCOME, OVER)
    removed = [await store.purge(2) for _ in range(4)]
    if kind != "redis":
        assert max(removed) == 2
        assert sum(removed) >= 5
    assert await store.purge(1000) == 0
    for one in kept:
        with pytest.raises(KeyReused):
            await store.begin(one, OTHER, LONG)


async def test_a_store_can_be_asked_whether_it_answers(store):
    await store.check()


async def test_a_closed_store_says_so_instead_of_hanging(kind, request, tmp_path):
    async with stores.opened(kind, url_for(kind, request, tmp_path)) as store:
        pass
    with pytest.raises(StoreUnavailable):
        await store.begin(os.urandom(32), ONE, LONG)


@pytest.mark.parametrize("kind", stores.TRANSACTIONAL)
async def test_an_effect_and_its_completion_are_one_transaction(store, kind, key):
    lease = await begun(store, key)
    result = await store.transact(lease, stores.effect(kind, key.hex()), lambda r: Outcome(200, r.encode()), LONG)
    assert result == "done"
    assert lease.completed
    assert await stores.count(store, kind, key.hex()) == 1
    assert await store.begin(key, ONE, LONG) == Replay(Outcome(200, b"done"))


@pytest.mark.parametrize("kind", stores.TRANSACTIONAL)
async def test_an_effect_that_fails_is_undone_and_its_key_stays_leased(store, kind, key):
    def fail(_db: object) -> None:
        raise LookupError("no such thing")

    lease = await begun(store, key)
    with pytest.raises(LookupError, match="no such thing"):
        await store.transact(lease, stores.effect(kind, key.hex(), fail), lambda _: OUTCOME, LONG)
    assert not lease.completed
    assert await stores.count(store, kind, key.hex()) == 0
    with pytest.raises(KeyInUse):
        await store.begin(key, ONE, LONG)


@pytest.mark.parametrize("kind", stores.TRANSACTIONAL)
async def test_an_outcome_that_cannot_be_encoded_undoes_the_effect(store, kind, key):
    lease = await begun(store, key)
    with pytest.raises(ZeroDivisionError):
        await store.transact(lease, stores.effect(kind, key.hex()), lambda _: 1 / 0, LONG)
    assert await stores.count(store, kind, key.hex()) == 0


@pytest.mark.parametrize("kind", stores.TRANSACTIONAL)
async def test_a_zombie_holder_is_fenced_out_together_with_its_effect(store, kind, key):
    zombie = await begun(store, key, lease=OVER)
    heir = await begun(store, key)
    with pytest.raises(LeaseLost):
        await store.transact(zombie, stores.effect(kind, key.hex()), lambda _: FAILED, LONG)
    assert await stores.count(store, kind, key.hex()) == 0
    await store.transact(heir, stores.effect(kind, key.hex()), lambda _: OUTCOME, LONG)
    with pytest.raises(LeaseLost):
        await store.transact(zombie, stores.effect(kind, key.hex()), lambda _: FAILED, LONG)
    assert await stores.count(store, kind, key.hex()) == 1
    assert await store.begin(key, ONE, LONG) == Replay(OUTCOME)


@pytest.mark.parametrize("kind", stores.TRANSACTIONAL)
async def test_holders_that_race_for_the_end_leave_one_effect(store, kind, key):
    holders = [await begun(store, key, lease=OVER) for _ in range(8)]

    async def finish(lease: Begun) -> bool:
        try:
            await store.transact(lease, stores.effect(kind, key.hex()), lambda _: OUTCOME, LONG)
        except LeaseLost:
            return False
        return True

    assert sum(await asyncio.gather(*map(finish, holders))) == 1
    assert await stores.count(store, kind, key.hex()) == 1


class Keys(RuleBasedStateMachine):
    """Random calls against a store and against the plainest possible account of what should happen."""

    leases = Bundle("leases")

    def __init__(self, runner: asyncio.Runner, store: Any) -> None:
        super().__init__()
        self.run = runner.run
        self.store = store
        self.prefix = os.urandom(24)
        # key → None | ("leased", lease, fingerprint, over) | ("done", outcome, fingerprint, over)
        self.records: dict[int, Any] = {}

    def scope(self, key: int) -> bytes:
        return self.prefix + bytes([key]) * 8

    @rule(
        target=leases,
        key=st.integers(0, 1),
        fingerprint=st.sampled_from([ONE, OTHER]),
        lease=st.sampled_from([OVER, LONG]),
    )
    def begin(self, key: int, fingerprint: bytes, lease: float) -> Any:
        record = self.records.get(key)
        state, value, known, over = record or (None, None, None, True)
        try:
            found = self.run(self.store.begin(self.scope(key), fingerprint, lease))
        except KeyReused:
            assert state is not None
            assert known != fingerprint
            assert state == "leased" or not over
            return None
        except KeyInUse:
            assert state == "leased"
            assert known == fingerprint
            assert not over
            return None
        if isinstance(found, Replay):
            assert (state, value, known, over) == ("done", found.outcome, fingerprint, False)
            return None
        assert state is None or over
        assert state != "leased" or known == fingerprint
        self.records[key] = ("leased", found, fingerprint, lease == OVER)
        return key, found

    @rule(lease=leases, body=st.binary(max_size=8), ttl=st.sampled_from([OVER, LONG]))
    def complete(self, lease: Any, body: bytes, ttl: float) -> None:
        if lease is None:
            return
        key, handle = lease
        record = self.records.get(key)
        held = record is not None and record[1] is handle
        try:
            self.run(self.store.complete(handle, Outcome(200, body), ttl))
            assert held
            self.records[key] = ("done", Outcome(200, body), record[2], ttl == OVER)
        except LeaseLost:
            assert not held

    @rule(lease=leases)
    def release(self, lease: Any) -> None:
        if lease is None:
            return
        key, handle = lease
        self.run(self.store.release(handle))
        record = self.records.get(key)
        if record is not None and record[1] is handle:
            del self.records[key]

    @rule()
    def purge(self) -> None:
        self.run(self.store.purge(100))
        self.records = {k: r for k, r in self.records.items() if not (r[0] == "done" and r[3])}


def test_every_store_agrees_with_the_model_for_any_sequence_of_calls(kind, request, tmp_path):
    with asyncio.Runner() as runner:
        store = stores.make(kind, url_for(kind, request, tmp_path))
        runner.run(store.open())
        try:
            run_state_machine_as_test(
                lambda: Keys(runner, store), settings=settings(max_examples=30, stateful_step_count=30)
            )
        finally:
            runner.run(store.close())
