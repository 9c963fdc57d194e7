"""Keeps REST from starving gRPC when both share one event loop.

grpc.aio's server has one outstanding accept per method and re-arms it a few loop iterations later.
A busy REST side makes every iteration long, so that only some dozens of calls a second get in.
Letting few requests begin per iteration keeps iterations short. That costs each request some ten
microseconds of waiting its turn, so it is done only while there are gRPC calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from .route import AsgiApp, Receive, Scope, Send

WIDTH: Final = 2


class Turnstile:
    """ASGI middleware: at most `width` requests begin in one iteration of the loop, the others wait
    in order."""

    __slots__ = ("_app", "_begun", "_busy", "_width")

    def __init__(
        self, app: AsgiApp, width: int = WIDTH, *, busy: Callable[[], bool] = lambda: True
    ) -> None:
        """app: what the requests go to. busy: whether there is anything to make room for."""
        self._app = app
        self._busy = busy
        self._width = width
        self._begun = 0

    def _reset(self) -> None:
        self._begun = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if self._busy():
            while self._begun >= self._width:
                await asyncio.sleep(0)
            if not self._begun:
                asyncio.get_running_loop().call_soon(self._reset)
            self._begun += 1
        await self._app(scope, receive, send)
