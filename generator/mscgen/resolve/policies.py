"""`policies:`: the three that exist already, those of the contract, and what each inherits.

Numbers and their reasons: docs/reference/policies.md. A policy without a key has that key from
`default`; an operation's override has it from the policy of its dependency.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mscgen.diagnostics import Span
from mscgen.model.policy import Backoff, Breaker, Budget, Bulkhead, Fallback, Hedge, Policy
from mscgen.read.node import MAPPING, SCALAR, Node
from mscgen.resolve.literals import literal
from mscgen.resolve.quantities import seconds

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

_WHY = {
    "timeout": "a query answers within 1 s",
    "attempts": "one retry; each further hop multiplies the load",
    "backoff": "full jitter, 50 ms doubled up to 1 s, spreads retries out",
    "retry_on": "the only code that is generally safe to retry (AIP-194)",
    "budget": "retries add at most 10 % load, never less than one a second",
    "breaker": "opens at 50 % failures or 80 % slow calls of at least 20 in 10 s",
    "bulkhead": "one slow dependency holds at most 16 calls of a process",
    "hedge": "a second send costs load; it is asked for",
    "fallback": "an error is the honest answer",
}
_CRITICAL = {
    "timeout": "worth waiting for",
    "attempts": "worth two retries",
    "bulkhead": "room for more calls, so that it fails last",
}
_BATCH = {
    "timeout": "nobody waits for it",
    "attempts": "time enough to try again",
    "backoff": "slow retries leave the callee to those who wait",
    "bulkhead": "few calls at once leave the callee to those who wait",
}
BUILT_IN = {
    "default": Policy("default"),
    "critical": Policy("critical", timeout=1.5, attempts=3, bulkhead=Bulkhead(max=32)),
    "batch": Policy("batch", timeout=30.0, attempts=5, backoff=Backoff(0.5, 10.0), bulkhead=Bulkhead(max=4)),
}
_REASONS = {"default": _WHY, "critical": _WHY | _CRITICAL, "batch": _WHY | _BATCH}


def resolved_reasons(name: str) -> dict[str, str]:
    """Why a built-in policy is as it is: key → reason."""
    return dict(_REASONS[name])


def resolve_policies(scope: Scope) -> dict[str, Policy]:
    """The policies by name: the built-in ones, overridden where the contract says so, then the contract's own."""
    section = scope.section("policies")
    policies: dict[str, Policy] = {}
    for name, built_in in BUILT_IN.items():
        node = section.get(name)
        base = replace(built_in, defaults=_reasons(built_in, _REASONS[name]))
        key = section.key(name)
        policies[name] = base if node is None or key is None else override(scope, base, node, name, key.span)
    for key, node in section.entries:
        if key.text not in BUILT_IN:
            inherited = inherit(policies["default"], "policy `default`")
            policies[key.text] = override(scope, inherited, node, key.text, key.span)
    return {name: complete(policy) for name, policy in policies.items()}


def inherit(policy: Policy, why: str) -> Policy:
    """The policy as a base: what it says becomes a default of whoever inherits it; `per_try` is worked out anew."""
    inherited = [(key, shown(policy, key), why) for key in policy.declared if key in _WHY or key == "per_try"]
    kept = [d for d in policy.defaults if d[0] not in {i[0] for i in inherited}]
    per_try = policy.per_try if "per_try" in policy.declared else None
    return replace(policy, per_try=per_try, defaults=tuple([d for d in kept if d[0] != "per_try"] + inherited))


def override(scope: Scope, base: Policy, node: Node, name: str, span: Span) -> Policy:
    """The base with the keys of a mapping in place of its own."""
    written = node.declared()
    policy = replace(
        base,
        name=name,
        span=span,
        declared={**base.declared, **written},
        defaults=tuple(d for d in base.defaults if d[0] not in written),
    )
    for key, value in node.entries:
        if not key.text.startswith("x-"):
            policy = _SETTERS[key.text](policy, value)
    return policy


def complete(policy: Policy) -> Policy:
    """The policy with the time of one attempt worked out, where nothing is said."""
    if policy.per_try is not None or policy.attempts == 1:
        return policy
    waits = sum(min(policy.backoff.cap, policy.backoff.base * 2**n) for n in range(policy.attempts - 1))
    left = policy.timeout - policy.bulkhead.wait - waits
    if left <= 0:
        return policy
    per_try = max(0.001, int(left / policy.attempts * 1000) / 1000)
    why = "so that all attempts and their waits fit into the timeout"
    return replace(policy, per_try=per_try, defaults=(*policy.defaults, ("per_try", f"{per_try:g}s", why)))


def _reasons(policy: Policy, reasons: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((key, shown(policy, key), why) for key, why in reasons.items())


def shown(policy: Policy, key: str) -> str:
    """The value of a key as `mscgen explain` prints it."""
    value = getattr(policy, key)
    if value is None:
        return "none"
    if key in ("timeout", "per_try"):
        return f"{value:g}s"
    if isinstance(value, Backoff):
        return f"{value.base:g}s up to {value.cap:g}s"
    if isinstance(value, Budget):
        return f"{value.ratio:g} of the calls, at least {value.floor:g}/s"
    if isinstance(value, Breaker):
        return value.mode
    if isinstance(value, Bulkhead):
        return f"{value.max}, waiting {value.wait:g}s"
    if isinstance(value, Hedge):
        return f"after {value.delay:g}s"
    if isinstance(value, Fallback):
        return value.kind
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def backoff(node: Node, base: Backoff = Backoff()) -> Backoff:
    """`50ms`, or `{base, cap}`."""
    if node.kind == SCALAR:
        first = seconds(node.text)
        return Backoff(first, max(base.cap, first))
    return Backoff(_duration(node.get("base"), base.base), _duration(node.get("cap"), base.cap))


def _number(node: Node | None, otherwise: float) -> float:
    return float(node.text) if node is not None else otherwise


def _duration(node: Node | None, otherwise: float) -> float:
    return seconds(node.text) if node is not None else otherwise


def _budget(policy: Policy, node: Node) -> Policy:
    old = policy.budget
    return replace(policy, budget=Budget(_number(node.get("ratio"), old.ratio), _number(node.get("floor"), old.floor)))


def _breaker(policy: Policy, node: Node) -> Policy:
    old = policy.breaker
    if node.kind == SCALAR:
        return replace(policy, breaker=replace(old, mode=node.text))
    slow, opened = node.get("slow"), node.get("open")
    breaker = replace(
        old,
        mode=node.text_of("mode") or old.mode,
        window=_duration(node.get("window"), old.window),
        failure_ratio=_number(node.get("failure_ratio"), old.failure_ratio),
        min_calls=int(_number(node.get("min_calls"), old.min_calls)),
        half_open=int(_number(node.get("half_open"), old.half_open)),
    )
    if slow is not None:
        threshold = slow.get("threshold")
        breaker = replace(
            breaker,
            slow_ratio=_number(slow.get("ratio"), old.slow_ratio),
            slow_threshold=seconds(threshold.text) if threshold is not None else old.slow_threshold,
        )
    if opened is not None:
        breaker = replace(
            breaker,
            open_initial=_duration(opened.get("initial"), old.open_initial),
            open_max=_duration(opened.get("max"), old.open_max),
        )
    return replace(policy, breaker=breaker)


def _bulkhead(policy: Policy, node: Node) -> Policy:
    if node.kind == SCALAR:
        return replace(policy, bulkhead=replace(policy.bulkhead, max=int(node.text)))
    most = int(_number(node.get("max"), policy.bulkhead.max))
    return replace(policy, bulkhead=Bulkhead(most, _duration(node.get("wait"), policy.bulkhead.wait)))


def _hedge(policy: Policy, node: Node) -> Policy:
    if node.kind == SCALAR:
        return replace(policy, hedge=Hedge(seconds(node.text)))
    return replace(policy, hedge=Hedge(seconds(node.text_of("delay")), int(_number(node.get("max"), 2))))


def _fallback(policy: Policy, node: Node) -> Policy:
    return replace(policy, fallback=fallback(node))


def fallback(node: Node) -> Fallback:
    """`omit`, `stale`, `handler`, `{value: …}` or `{stale: 60s}`."""
    if node.kind == SCALAR:
        return Fallback(node.text)
    value, stale = node.get("value"), node.get("stale")
    if stale is not None:
        return Fallback("stale", max_stale=seconds(stale.text))
    return Fallback("value", value=literal(value) if value is not None and value.kind in (MAPPING, SCALAR) else None)


_SETTERS = {
    "timeout": lambda policy, node: replace(policy, timeout=seconds(node.text)),
    "per_try": lambda policy, node: replace(policy, per_try=seconds(node.text)),
    "attempts": lambda policy, node: replace(policy, attempts=int(node.text)),
    "backoff": lambda policy, node: replace(policy, backoff=backoff(node, policy.backoff)),
    "retry_on": lambda policy, node: replace(policy, retry_on=tuple(item.text for item in node.items)),
    "budget": _budget,
    "breaker": _breaker,
    "bulkhead": _bulkhead,
    "hedge": _hedge,
    "fallback": _fallback,
}
