"""docs/gen/dependencies.md: whom the service calls, how long it waits, and what happens when there is no answer."""

from __future__ import annotations

from typing import Any

from mscgen.emit.docs.text import blocks, code, joined, row, seconds, table
from mscgen.model.dependency import Dependency
from mscgen.model.policy import Breaker, Policy
from mscgen.model.service import Service

_OPERATION = ("operation", "gives up after", "tries", "fallback", "called by")


def view(service: Service) -> dict[str, Any]:
    """What the template shows."""
    callers: dict[str, dict[str, list[str]]] = {}
    for op in service.operations:
        for call in [call for step in op.calls for call in step]:
            callers.setdefault(call.dependency, {}).setdefault(call.operation, []).append(op.name.raw)
    return {"dependencies": {d.alias: _section(d, callers.get(d.alias, {})) for d in service.dependencies.values()}}


def _section(dependency: Dependency, callers: dict[str, list[str]]) -> str:
    facts = [
        row("Service", code(" ".join(filter(None, [dependency.service, dependency.version])) or dependency.alias)),
        row("Contract", code(dependency.contract or dependency.document or "none")),
        row("Transport", f"{dependency.transport}, {dependency.discovery}, {dependency.load_balancing}"),
    ]
    policy = dependency.policy
    if policy is not None:
        facts += [row(name, value) for name, value in _policy(policy)]
    names = dict.fromkeys([*dependency.operations, *callers])
    operations = [_operation(name, dependency.operations.get(name, policy), callers.get(name, [])) for name in names]
    return blocks(table(("", ""), facts), table(_OPERATION, operations))


def _policy(policy: Policy) -> list[tuple[str, str]]:
    budget = policy.budget
    return [
        ("Policy", code(policy.name)),
        ("Gives up after", seconds(policy.timeout)),
        (
            "Tries",
            f"{policy.attempts} at most, on {joined(map(code, policy.retry_on))}" if policy.attempts > 1 else "once",
        ),
        (
            "Between tries",
            f"a random wait up to {seconds(policy.backoff.base)}, doubling to {seconds(policy.backoff.cap)}",
        ),
        ("Retry budget", f"{budget.ratio:.0%} of the calls, {budget.floor:g} a second at least"),
        ("Breaker", _breaker(policy.breaker)),
        ("At the same time", f"{policy.bulkhead.max} calls"),
    ]


def _breaker(breaker: Breaker) -> str:
    if breaker.mode == "off":
        return "off"
    return (
        f"opens for {seconds(breaker.open_initial)} when {breaker.failure_ratio:.0%} of at least {breaker.min_calls} "
        f"calls in {seconds(breaker.window)} fail"
    )


def _operation(name: str, policy: Policy | None, callers: list[str]) -> str:
    used = joined(f"[{caller}](api.md#op-{caller})" for caller in callers) or "–"
    if policy is None:
        return row(name, "", "", "", used)
    fallback = policy.fallback.kind if policy.fallback is not None else "none: the error is passed on"
    return row(name, seconds(policy.timeout), str(policy.attempts), fallback, used)
