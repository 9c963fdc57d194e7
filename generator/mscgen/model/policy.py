"""Resilience policies: how a client behaves towards one callee. Semantics: docs/reference/policies."""

from __future__ import annotations

from dataclasses import dataclass, field

from mscgen.diagnostics import Span
from mscgen.model.types import Literal


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full jitter: a random wait up to min(cap, base · 2^(n-1)) seconds before attempt n+1."""

    base: float = 0.05
    cap: float = 1.0


@dataclass(frozen=True, slots=True)
class Budget:
    """Retries may add at most `ratio` of the calls, never less than `floor` a second."""

    ratio: float = 0.1
    floor: float = 1.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """mode: `window`, `adaptive` or `off`. window and open times in seconds, ratios from 0 to 1."""

    mode: str = "window"
    window: float = 10.0
    failure_ratio: float = 0.5
    min_calls: int = 20
    slow_ratio: float = 0.8
    slow_threshold: float | None = None
    open_initial: float = 5.0
    open_max: float = 60.0
    half_open: int = 3


@dataclass(frozen=True, slots=True)
class Bulkhead:
    """At most `max` calls in flight; a further one waits up to `wait` seconds."""

    max: int = 16
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Hedge:
    """A second send after `delay` seconds, for safe operations only."""

    delay: float
    max: int = 2


@dataclass(frozen=True, slots=True)
class Fallback:
    """kind: `value`, `stale`, `omit` or `handler`. max_stale in seconds."""

    kind: str
    value: Literal = None
    max_stale: float = 0.0


@dataclass(frozen=True, slots=True)
class Policy:
    """timeout and per_try in seconds. attempts counts the first send. defaults: (key, value, why).

    declared: where each key was written, in this policy or in the one it inherits from (`breaker`, `backoff` …).
    """

    name: str
    span: Span | None = None
    timeout: float = 1.0
    per_try: float | None = None
    attempts: int = 2
    backoff: Backoff = Backoff()
    retry_on: tuple[str, ...] = ("unavailable",)
    budget: Budget = Budget()
    breaker: Breaker = Breaker()
    bulkhead: Bulkhead = Bulkhead()
    hedge: Hedge | None = None
    fallback: Fallback | None = None
    defaults: tuple[tuple[str, str, str], ...] = ()
    declared: dict[str, Span] = field(default_factory=dict, compare=False)
