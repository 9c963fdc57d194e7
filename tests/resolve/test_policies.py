"""Policies: what is inherited, and that every default that took effect is told with its reason."""

from __future__ import annotations

import pytest
from mscgen.model.policy import Policy
from mscgen.resolve.policies import BUILT_IN
from services import contract, service_of

KEYS = {"timeout", "attempts", "backoff", "retry_on", "budget", "breaker", "bulkhead", "hedge", "fallback"}


def policies(**declared) -> dict[str, Policy]:
    return service_of(contract(policies=declared)).policies


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_built_in_policy_tells_every_key_with_its_reason(name):
    policy = policies()[name]
    assert {key for key, _, _ in policy.defaults} == KEYS | {"per_try"}
    assert all(value and why for _, value, why in policy.defaults)


def test_a_written_key_is_no_default():
    policy = policies(slow={"timeout": "5s", "bulkhead": 3})["slow"]
    told = {key for key, _, _ in policy.defaults}
    assert told == (KEYS | {"per_try"}) - {"timeout", "bulkhead"}
    assert set(policy.declared) == {"timeout", "bulkhead"}


def test_a_policy_has_what_it_does_not_say_from_default():
    found = policies(default={"attempts": 1, "breaker": "off"}, slow={"timeout": "5s"})
    assert found["slow"].attempts == 1
    assert found["slow"].breaker.mode == "off"
    assert ("attempts", "1", "policy `default`") in found["slow"].defaults
    assert found["critical"].attempts == 3


def test_the_time_of_one_attempt_leaves_room_for_all_of_them():
    for policy in policies(
        slow={"timeout": "5s", "attempts": 5, "backoff": {"base": "100ms", "cap": "300ms"}}
    ).values():
        waits = sum(min(policy.backoff.cap, policy.backoff.base * 2**n) for n in range(policy.attempts - 1))
        assert policy.per_try is not None
        assert policy.per_try * policy.attempts + waits + policy.bulkhead.wait <= policy.timeout


def test_one_attempt_has_no_time_of_its_own():
    assert policies(once={"attempts": 1})["once"].per_try is None


def test_a_written_attempt_time_is_kept():
    found = policies(default={"per_try": "100ms"}, slow={"timeout": "5s"})
    assert found["default"].per_try == 0.1
    assert found["slow"].per_try == 0.1
