"""Dependencies and policies: who is called, and on which terms."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mscgen.cli.explained import Explain
from mscgen.cli.explained.layout import defaults, row, title
from mscgen.lint.budget import backoff_bounds, steps
from mscgen.lint.units import seconds
from mscgen.model.dependency import Dependency
from mscgen.model.policy import Breaker, Policy
from mscgen.model.service import Service


def find(service: Service, name: str) -> list[Explain]:
    """The explanation of the dependency of that alias, if there is one."""
    dependency = service.dependencies.get(name)
    return [partial(_dependency, dependency)] if dependency is not None else []


def find_policy(service: Service, name: str) -> list[Explain]:
    """The explanation of the policy of that name, if there is one."""
    policy = service.policies.get(name)
    return [partial(_named_policy, policy)] if policy is not None else []


def _dependency(dependency: Dependency, service: Service) -> Iterator[str]:
    d = dependency
    yield from title(d.alias, f"dependency of {service.name.raw}", d.span)
    known = f"{d.service} {d.version}".strip()
    yield from row("contract", d.contract or d.document, *([known] if known else []))
    yield from row("transport", d.transport)
    yield from row("instances", f"found by {d.discovery}, called by {d.load_balancing.replace('_', ' ')}")
    yield from row("called by", *_callers(d.alias, service))
    for name, policy in d.operations.items():
        mode = d.modes.get(name)
        yield ""
        yield f"  {d.alias}.{name}" + (f"  ({mode.value})" if mode is not None else "")
        yield from _policy(policy)
    if not d.operations and d.policy is not None:
        yield ""
        yield from _policy(d.policy)


def _callers(alias: str, service: Service) -> Iterator[str]:
    units = [(op.name.raw, steps(op)) for op in service.operations]
    units += [(s.name.raw, s.calls) for s in service.subscribes]
    for title_, groups in units:
        called = [call.operation for group in groups for call in group if call.dependency == alias]
        if called:
            yield f"{title_}: {', '.join(dict.fromkeys(called))}"


def _named_policy(policy: Policy, service: Service) -> Iterator[str]:
    built_in = policy.span is None
    yield from title(policy.name, "built-in policy" if built_in else f"policy of {service.name.raw}", policy.span)
    users = [d.alias for d in service.dependencies.values() if d.policy is not None and d.policy.name == policy.name]
    yield from row("followed by", ", ".join(users) or "no dependency")
    yield from _policy(policy)


def _policy(policy: Policy) -> Iterator[str]:
    p = policy
    yield from row("timeout", f"{seconds(p.timeout)} for everything")
    attempts = f"{p.attempts}" + (f", each {seconds(p.per_try)}" if p.per_try is not None else "")
    yield from row("attempts", attempts + (f", on {', '.join(p.retry_on)}" if p.attempts > 1 else ""))
    if p.attempts > 1:
        bounds = ", ".join(seconds(bound) for bound in backoff_bounds(p.backoff, p.attempts))
        yield from row("backoff", f"a random wait up to {bounds}")
        yield from row("budget", f"retries add at most {p.budget.ratio:.0%} load, or {p.budget.floor:g}/s")
    yield from row("breaker", _breaker(p.breaker))
    wait = f"a further one waits {seconds(p.bulkhead.wait)}" if p.bulkhead.wait else "a further one fails at once"
    yield from row("bulkhead", f"{p.bulkhead.max} calls in flight; {wait}")
    if p.hedge is not None:
        yield from row("hedge", f"a second send after {seconds(p.hedge.delay)}")
    yield from row("fallback", p.fallback.kind if p.fallback is not None else "none: the error is the answer")
    yield from defaults(p.defaults)


def _breaker(breaker: Breaker) -> str:
    if breaker.mode != "window":
        return breaker.mode
    return (
        f"opens at {breaker.failure_ratio:.0%} failures or {breaker.slow_ratio:.0%} slow calls of at least "
        f"{breaker.min_calls} in {seconds(breaker.window)}, for {seconds(breaker.open_initial)} to "
        f"{seconds(breaker.open_max)}"
    )
