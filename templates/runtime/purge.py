"""Deletes idempotency keys that are over, a few at a time, while the service runs."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import structlog

from .errors import StoreUnavailable
from .idempotency import Store

_log = structlog.get_logger(__name__)

EVERY_SECONDS: Final = 60.0
AT_ONCE: Final = 1000


class Purge:
    """A part of the service beside its store of keys."""

    def __init__(self, store: Store, every: float = EVERY_SECONDS) -> None:
        """every: seconds between two rounds."""
        self._store = store
        self._every = every
        self._running: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begins; the first round is after the first wait."""
        self._running = asyncio.ensure_future(self._run())

    async def close(self) -> None:
        """Ends it, between two deletions."""
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                # A full round means that there are more; the loop in between belongs to calls.
                while await self._store.purge(AT_ONCE) == AT_ONCE:
                    await asyncio.sleep(0)
            except StoreUnavailable:
                _log.warning("keys that are over are kept: their store does not answer")
