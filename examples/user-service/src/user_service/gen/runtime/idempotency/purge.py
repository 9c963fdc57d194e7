"""Removing keys that are over, in small batches, for as long as a store is open."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Final

import structlog

from ..errors import StoreUnavailable

if TYPE_CHECKING:
    from .machine import Store

EVERY_SECONDS: Final = 60.0
BATCH: Final = 500

_log = structlog.get_logger(__name__)


class Purge:
    """The task that purges one store."""

    def __init__(self, store: Store, every: float) -> None:
        """every: seconds from the end of one purge to the next, give or take half."""
        self._store = store
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins purging, after a first wait."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Stops between two batches or in one; a batch is a transaction."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _run(self) -> None:
        while True:
            # Spread, so that replicas that started together do not purge together.
            await asyncio.sleep(self._every * random.uniform(0.5, 1.5))
            try:
                while await self._store.purge(BATCH) == BATCH:
                    await asyncio.sleep(0)
            except StoreUnavailable as error:
                _log.warning("idempotency keys are not purged", cause=repr(error.__cause__))
