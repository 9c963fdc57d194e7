"""The arithmetic of deadlines: what the declared calls of an operation may cost in the worst case.

For a call with queue wait w, n attempts, per-try time t and backoff bounds B_k = min(cap, base · 2^(k-1)):
`need = w + n·t + ΣB_k` for k < n, and `worst = min(timeout, need)`. Steps in sequence add up, parallel calls count
as the slowest of them; a fan-out of m calls over a bulkhead of b takes ⌈m/b⌉ rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mscgen.diagnostics import Span
from mscgen.lint.units import seconds
from mscgen.model.operation import Call, Operation
from mscgen.model.policy import Backoff, Policy
from mscgen.model.service import Service


class Work(NamedTuple):
    """Something with a deadline that calls others: an operation or a subscription."""

    title: str
    deadline: float
    span: Span
    groups: tuple[tuple[Call, ...], ...]


class Cost(NamedTuple):
    """What a call may cost in seconds, and how that comes about (`inventory.Reserve 300ms`)."""

    call: Call
    seconds: float
    text: str


def work(service: Service) -> Iterator[Work]:
    """Every operation and subscription that has a deadline and declares calls; `span` is its deadline's place."""
    for op in service.operations:
        groups = steps(op)
        if op.deadline is not None and groups:
            yield Work(op.name.raw, op.deadline, op.declared.get("deadline", op.span), groups)
    for subscription in service.subscribes:
        if subscription.calls:
            place = subscription.declared.get("deadline", subscription.span)
            yield Work(subscription.name.raw, subscription.deadline, place, subscription.calls)


def steps(op: Operation) -> tuple[tuple[Call, ...], ...]:
    """The groups of calls that run one after another; the branches of a composed response are one group."""
    if op.compose:
        return (*op.calls, tuple(branch.call for branch in op.compose))
    return op.calls


def policy_of(call: Call, service: Service) -> Policy:
    """The policy under which a call is made: the operation's, else the dependency's, else the default."""
    dependency = service.dependencies.get(call.dependency)
    if dependency is not None:
        if call.operation in dependency.operations:
            return dependency.operations[call.operation]
        if dependency.policy is not None:
            return dependency.policy
    return service.policies.get("default") or Policy("default")


def policies(service: Service) -> Iterator[tuple[str, Policy]]:
    """Every policy that the contract wrote something of, once, with the words a message calls it by."""
    seen: set[int] = set()
    for title, policy in _all_policies(service):
        if policy.declared and id(policy) not in seen:
            seen.add(id(policy))
            yield title, policy


def _all_policies(service: Service) -> Iterator[tuple[str, Policy]]:
    for name, policy in service.policies.items():
        yield f"policy {name}", policy
    for alias, dependency in service.dependencies.items():
        for operation, policy in dependency.operations.items():
            yield f"{alias}.{operation}", policy
        if dependency.policy is not None:
            yield f"dependency {alias}", dependency.policy


def backoff_bounds(backoff: Backoff, attempts: int) -> list[float]:
    """The longest wait before each attempt after the first."""
    return [min(backoff.cap, backoff.base * 2**k) for k in range(attempts - 1)]


def need(policy: Policy) -> float:
    """Seconds that all attempts take when each runs into its per-try time."""
    tries = policy.attempts * (policy.per_try if policy.per_try is not None else policy.timeout)
    return policy.bulkhead.wait + tries + sum(backoff_bounds(policy.backoff, policy.attempts))


def cost(call: Call, service: Service) -> Cost:
    """The worst case of one declared call."""
    policy = policy_of(call, service)
    name = f"{call.dependency}.{call.operation}"
    worst = min(policy.timeout, need(policy)) if "per_try" in policy.declared else policy.timeout
    if not call.each or call.max is None:
        return Cost(call, worst, f"{name} {seconds(worst)}")
    rounds = -(-call.max // max(1, policy.bulkhead.max))
    text = f"{name} {seconds(worst)}"
    return Cost(call, worst * rounds, text if rounds == 1 else f"{text} × {rounds} rounds of {policy.bulkhead.max}")


def inversions(item: Work, service: Service) -> list[Cost]:
    """The calls that alone may take all of the deadline, or as much where the contract itself sets their timeout."""
    costs = [cost(call, service) for group in item.groups for call in group]
    return [
        c
        for c in costs
        if c.seconds > item.deadline
        or (c.seconds == item.deadline and "timeout" in policy_of(c.call, service).declared)
    ]


def slowest(group: tuple[Call, ...], service: Service) -> tuple[float, str]:
    """The worst case of calls that run in parallel: seconds and the text of the sum."""
    costs = [cost(call, service) for call in group]
    total = max((c.seconds for c in costs), default=0.0)
    text = ", ".join(c.text for c in costs)
    return total, f"max({text})" if len(costs) > 1 else text
