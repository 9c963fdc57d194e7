"""Ports and event loops: what can go wrong before anything is served, said in one line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable
from typing import Any


class CannotStart(Exception):
    """The service cannot start; the text is one line for whoever started it."""


def bind(host: str, port: int, setting: str) -> socket.socket:
    """A listening socket; port 0 takes a free one. setting: the variable that sets the port.

    Raises CannotStart.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise CannotStart(f"cannot listen on {host}:{port} ({setting}): {reason}") from error


def probe(host: str, port: int, setting: str) -> None:
    """Raises CannotStart when the port cannot be had, for a server that binds by itself."""
    if port:
        bind(host, port, setting).close()


def address(host: str, port: int) -> str:
    """host:port, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def new_loop() -> asyncio.AbstractEventLoop:
    """A uvloop, or asyncio's own loop where there is none."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def on_signals(action: Callable[[], Any]) -> None:
    """Calls `action` in the running loop at every SIGTERM and SIGINT, from the main thread only."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, action)
        except NotImplementedError:
            with contextlib.suppress(ValueError):
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(action))
