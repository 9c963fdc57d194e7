"""Whether the process is alive and whether the service is ready: for `/livez`, `/readyz`, gRPC
health.

Alive means that the event loop turns; nothing outside the process is asked, or an outage elsewhere
would restart every healthy process. Ready means started, not draining, and every check passes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from pydantic_core import to_json

Check = Callable[[], Awaitable[object]]

# Probes come from several sides; what they ask for is asked of a dependency once in this time.
FRESH_SECONDS: Final = 1.0
MONITOR_SECONDS: Final = 5.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """An answer to a probe: `ok`, and the state of each check. Reasons are in the log only."""

    ok: bool
    state: str
    checks: dict[str, bool] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return 200 if self.ok else 503

    def encode(self) -> bytes:
        """The JSON body."""
        checks = {name: "ok" if passed else "failing" for name, passed in self.checks.items()}
        return to_json({"status": self.state, "checks": checks})


class Health:
    """The state of one service, kept by its server and asked by its probes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Starting: alive and not ready."""
        self._clock = clock
        self._checks: dict[str, tuple[Check, float]] = {}
        self._state = "starting"
        self._passed: dict[str, bool] = {}
        self._asked = -FRESH_SECONDS
        self._asking: asyncio.Future[dict[str, bool]] | None = None
        self._watchers: list[Callable[[bool], Awaitable[object]]] = []
        self._told: bool | None = None

    def add_check(self, name: str, check: Check, timeout: float = 1.0) -> None:
        """check: raises when the service cannot work. timeout: seconds after which it has
        failed."""
        self._checks[name] = (check, timeout)

    def watch(self, watcher: Callable[[bool], Awaitable[object]]) -> None:
        """watcher: called with the readiness whenever it has changed."""
        self._watchers.append(watcher)

    async def started(self) -> None:
        """The servers accept calls."""
        self._state = "serving"
        await self._tell((await self.ready()).ok)

    async def draining(self) -> None:
        """No new calls are wanted: not ready any more, whatever the checks say."""
        self._state = "draining"
        await self._tell(False)

    def live(self) -> Report:
        """Always ok: that it answers is the answer."""
        return Report(True, "alive")

    async def ready(self) -> Report:
        """Whether calls are welcome now."""
        if self._state != "serving":
            return Report(False, self._state)
        passed = await self._ask()
        ok = all(passed.values())
        return Report(ok, "serving" if ok else "failing", passed)

    async def monitor(self, every: float = MONITOR_SECONDS) -> None:
        """Runs for ever: keeps the watchers informed when nobody probes."""
        while True:
            await asyncio.sleep(every)
            await self._tell((await self.ready()).ok)

    async def _ask(self) -> dict[str, bool]:
        """The results of all checks; those who ask at the same time share one round of them."""
        if not self._checks or self._clock() - self._asked < FRESH_SECONDS:
            return self._passed
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._run_checks())
        return await asyncio.shield(self._asking)

    async def _run_checks(self) -> dict[str, bool]:
        try:
            names = list(self._checks)
            results = await asyncio.gather(*(self._run_check(name) for name in names))
            self._passed = dict(zip(names, results, strict=True))
            self._asked = self._clock()
            return self._passed
        finally:
            self._asking = None

    async def _run_check(self, name: str) -> bool:
        check, timeout = self._checks[name]
        failure: Exception | None = None
        try:
            async with asyncio.timeout(timeout):
                await check()
        except Exception as error:
            failure = error
        passed = failure is None
        if passed is not self._passed.get(name, True):
            if passed:
                _log.info("check passes again", check=name)
            else:
                _log.warning("check fails", check=name, exc_info=failure)
        return passed

    async def _tell(self, ready: bool) -> None:
        if ready is self._told:
            return
        self._told = ready
        await asyncio.gather(*(watcher(ready) for watcher in self._watchers))


def response(report: Report) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of a probe's HTTP answer."""
    body = report.encode()
    headers: list[tuple[bytes, Any]] = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"content-length", str(len(body)).encode()),
    ]
    return report.status, headers, body
