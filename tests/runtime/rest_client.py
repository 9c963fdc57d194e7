"""Raw HTTP over a socket: for what no well-behaved client would send."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self):
        return json.loads(self.body)


def request(port: int, data: bytes, timeout: float = 10.0) -> Answer:
    """The answer to exactly these bytes."""
    with connected(port, timeout) as connection:
        connection.sendall(data)
        return read(connection)


@contextlib.contextmanager
def connected(port: int, timeout: float = 10.0) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        yield connection


def read(connection: socket.socket) -> Answer:
    """One answer with a content-length, or none."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError(f"closed after {data!r}")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        more = connection.recv(65536)
        if not more:
            break
        body += more
    return Answer(int(first.split()[1]), headers, body)


def post(path: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """A POST with a JSON body; `length` may lie."""
    lines = [
        f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}", *headers,
    ]  # fmt: skip
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def reset(connection: socket.socket) -> None:
    """Ends the connection as a crashed client does: no goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether the condition comes true in time."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.01)
    return True
