"""Protection by refusing early: concurrency and rate.

A refused call has cost nothing and done nothing, so its caller may always retry it; that is why the
refusals here say when. There is no queue: waiting calls only grow old.
"""

from __future__ import annotations

import random
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from .errors import Overloaded, RateLimited

MAX_CALLERS: Final = 10_000


class Gradient:
    """Finds how many calls at the same time the service can take, from how long they take.

    Latency that grows while calls pile up means that they wait for each other: the limit shrinks by
    the ratio of the usual latency to the present one. While it does not grow, the limit does.
    Source: Gradient2 of Netflix' concurrency-limits, with its defaults.
    """

    TOLERANCE: Final = 1.5
    SMOOTHING: Final = 0.2
    QUEUE: Final = 4
    LONG_WINDOW: Final = 600
    WARM_UP: Final = 10
    WINDOW_SECONDS: Final = 0.1
    WINDOW_CALLS: Final = 10

    def __init__(self, initial: int = 20, minimum: int = 10, maximum: int = 200) -> None:
        """The limit to start with, and what it never leaves."""
        self.limit = float(initial)
        self._minimum = minimum
        self._maximum = maximum
        self._usual = 0.0
        self._updates = 0
        self._ends = 0.0
        self._count = 0
        self._sum = 0.0
        self._most = 0

    def sample(self, seconds: float, at_once: int, now: float) -> None:
        """One call took `seconds` while `at_once` were under way."""
        self._count += 1
        self._sum += seconds
        if at_once > self._most:
            self._most = at_once
        if now >= self._ends and self._count >= self.WINDOW_CALLS:
            self._update(self._sum / self._count)
            self._ends = now + self.WINDOW_SECONDS
            self._count = self._most = 0
            self._sum = 0.0

    def _update(self, present: float) -> None:
        self._updates += 1
        weight = 1 / self._updates if self._updates <= self.WARM_UP else 2 / (self.LONG_WINDOW + 1)
        self._usual += (present - self._usual) * weight
        if self._usual > 2 * present:
            # After a long slow time the average would call everything fast for minutes.
            self._usual *= 0.95
        if self._most < self.limit / 2:
            return  # the callers are the limit, so nothing can be learned about ours
        ratio = self.TOLERANCE * self._usual / present if present > 0 else 1.0
        wanted = self.limit * min(1.0, max(0.5, ratio)) + self.QUEUE
        smoothed = self.limit + (wanted - self.limit) * self.SMOOTHING
        self.limit = min(self._maximum, max(self._minimum, smoothed))


class Concurrency:
    """Bounds the calls that are under way: by a number, or by what `Gradient` finds."""

    __slots__ = ("_clock", "_fixed", "active", "gradient")

    def __init__(
        self,
        limit: int | Gradient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """limit: a number for ever, or the one that adapts."""
        self.gradient = limit if isinstance(limit, Gradient) else None
        self._fixed = 0 if isinstance(limit, Gradient) else limit
        self._clock = clock
        self.active = 0

    @property
    def limit(self) -> float:
        """The present limit."""
        return self._fixed if self.gradient is None else self.gradient.limit

    def acquire(self) -> None:
        """Admits a call; every one needs its `release`. Raises Overloaded."""
        gradient = self.gradient
        if self.active >= (self._fixed if gradient is None else gradient.limit):
            # Spread, so that those who were refused together do not come back together.
            wait = random.uniform(0.5, 1.5)
            raise Overloaded("The service is at its limit; try again.", retry_after=wait)
        self.active += 1

    def release(self, seconds: float | None = None) -> None:
        """An admitted call is over. seconds: how long it took, if that says something about the
        load; a call that failed early does not."""
        active = self.active
        self.active = active - 1
        if seconds is not None and self.gradient is not None:
            self.gradient.sample(seconds, active, self._clock())


class _Bucket:
    """Tokens that refill with time."""

    __slots__ = ("at", "tokens")

    def __init__(self, tokens: float, at: float) -> None:
        self.tokens = tokens
        self.at = at


class Rate:
    """At most `count` calls in any `seconds`, of all callers together or of each (token bucket)."""

    def __init__(
        self,
        count: int,
        seconds: float,
        *,
        per_caller: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """per_caller: the buckets of the callers longest away are dropped beyond `MAX_CALLERS`."""
        self._count = float(count)
        self._refill = count / seconds
        self._per_caller = per_caller
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def acquire(self, caller: str) -> None:
        """Admits a call of that caller. Raises RateLimited."""
        now = self._clock()
        bucket = self._bucket(caller if self._per_caller else "", now)
        tokens = min(self._count, bucket.tokens + (now - bucket.at) * self._refill)
        bucket.at = now
        if tokens < 1.0:
            bucket.tokens = tokens
            wait = (1.0 - tokens) / self._refill
            raise RateLimited("Too many calls; try again later.", retry_after=wait)
        bucket.tokens = tokens - 1.0

    def _bucket(self, caller: str, now: float) -> _Bucket:
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = _Bucket(self._count, now)
            if len(self._buckets) > MAX_CALLERS:
                self._buckets.popitem(last=False)
        elif self._per_caller:
            self._buckets.move_to_end(caller)
        return bucket
