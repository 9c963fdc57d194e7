"""The stage of keyed operations, over a store that fails between the effect and the end of its call."""

from __future__ import annotations

import os

import pytest
from runtime.call import Call
from runtime.context import Context
from runtime.errors import Code, LeaseLost, ServiceError, StoreUnavailable
from runtime.idempotency import Begun
from runtime.metrics import Metrics
from runtime.model import Model
from runtime.once import KeyedOnce
from runtime.operation import Keyed, Unary
from runtime.registry import Registry

pytestmark = pytest.mark.anyio


class Ask(Model):
    text: str = ""


class Gone(ServiceError):
    code = Code.NOT_FOUND
    reason = "GONE"


class FailingStore:
    """Leases every key, and then does not answer or has given the lease to another."""

    transactional = False

    def __init__(self, failure):
        self.failure = failure
        self.completed = []

    async def begin(self, scope, fingerprint, lease):
        return Begun(scope, os.urandom(16))

    async def complete(self, begun, outcome, ttl):
        self.completed.append(outcome)
        raise self.failure

    async def release(self, begun):
        raise self.failure


def once(store):
    operation = Unary("Say", request=Ask, response=Ask, idempotency=Keyed())
    metrics = Metrics("a", "1").rpc("Say", "a.A/Say")
    return KeyedOnce(operation, Keyed(), store, Registry("a", (Gone,)), metrics, "1"), operation


@pytest.mark.parametrize("failure", [StoreUnavailable(), LeaseLost()], ids=["gone", "lost"])
@pytest.mark.parametrize("error", [Gone("for good"), ValueError("oops")], ids=["to be stored", "to be released"])
async def test_a_store_that_fails_does_not_hide_why_the_handler_failed(error, failure):
    stage, operation = once(FailingStore(failure))

    async def work():
        raise error

    with pytest.raises(type(error)) as caught:
        await stage.run(Context(Call(), operation, None, idempotency_key="k"), Ask(), work)
    assert caught.value is error


async def test_none_is_not_kept_as_the_outcome_of_an_operation_with_a_response():
    store = FailingStore(StoreUnavailable())
    stage, operation = once(store)

    async def work():
        return None

    with pytest.raises(TypeError, match="returned None"):
        await stage.run(Context(Call(), operation, None, idempotency_key="k"), Ask(), work)
    assert store.completed == []
