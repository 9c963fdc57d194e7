"""Where an operation is on REST, and a call that came as an HTTP request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from .call import Call
from .deadline import parse_timeout
from .operation import Operation
from .parameters import Parameter

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
RouteApp = Callable[[Scope, Receive, Send, tuple[str, ...]], Awaitable[None]]

PEER_NAMES: Final = "mscgen.peer_names"
"""Where the server puts the names of a verified client certificate, in the scope's state."""

JSON: Final = b"application/json"
MERGE_PATCH: Final = b"application/merge-patch+json"
EVENT_STREAM: Final = b"text/event-stream"


@dataclass(frozen=True, slots=True)
class Route:
    """Where an operation is on REST.

    method, path: the path's `{names}` are parameters. responses: success status → the type of its
    body, None for no body. parameters: the request fields outside the body. body: the JSON key of
    the field that is the whole body, `*` when the other fields are an object, "" for none.
    media_types: what a body may be. reply_headers: response JSON key → header. etag: the response's
    key whose value is its entity tag. cache: the value of Cache-Control.
    """

    operation: Operation
    method: str
    path: str
    responses: tuple[tuple[int, Any], ...]
    parameters: tuple[Parameter, ...] = ()
    body: str = ""
    media_types: tuple[bytes, ...] = (JSON,)
    reply_headers: tuple[tuple[str, str], ...] = ()
    etag: str = ""
    cache: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """What every route of a service shares. domain: the service's name in problems. max_body: in
    bytes."""

    domain: str
    max_body: int = 1 << 20
    heartbeat: float = 15.0


class RestCall(Call):
    """A call that came as an HTTP request."""

    __slots__ = ("headers", "receive", "scope", "values")

    transport = "rest"

    def __init__(self, scope: Scope, receive: Receive, values: tuple[str, ...]) -> None:
        """values: the parameters of the path, still encoded. A repeated header counts once, by its
        last value."""
        super().__init__()
        self.scope = scope
        self.receive = receive
        self.values = values
        self.headers: Mapping[bytes, bytes] = dict(scope["headers"])

    def timeout(self) -> float | None:
        """The time the caller gives, in seconds. Raises InvalidRequest."""
        value = self.headers.get(b"grpc-timeout")
        return None if value is None else parse_timeout(value.decode("latin-1"))

    def header(self, name: str) -> str | None:
        """One header."""
        value = self.headers.get(name.encode("latin-1"))
        return None if value is None else value.decode("latin-1")

    def _pairs(self) -> Iterable[tuple[str, str | bytes]]:
        return [(n.decode("latin-1"), v.decode("latin-1")) for n, v in self.scope["headers"]]

    async def gone(self) -> None:
        """Returns once the caller has disconnected."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    @property
    def peer(self) -> str:
        """The address of the other end of the connection."""
        client = self.scope.get("client")
        return f"{client[0]}:{client[1]}" if client else ""

    @property
    def peer_names(self) -> tuple[str, ...]:
        """The names in the caller's certificate, if it was asked for one."""
        names: tuple[str, ...] = self.scope.get("state", {}).get(PEER_NAMES, ())
        return names
