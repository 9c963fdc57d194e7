"""HTTP/1.1 with a bound on the head of a request, which uvicorn's httptools protocol lacks: a
header that never ends would fill the memory."""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD: Final = 64 * 1024
"""Bytes of a request line and its headers: what h11 and most servers allow."""

_ANSWER: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: application/problem+json\r\nconnection: close\r\ncontent-length: 79\r\n\r\n"
    b'{"type":"about:blank","title":"Request Header Fields Too Large","status":431}\r\n'
)


class HeadTooLarge(Exception):
    """Ends the parsing of a request whose head is over the bound."""


class LimitedProtocol(HttpToolsProtocol):
    """Answers 431 to a head that is too large, and closes the connection."""

    _open = False
    _before = 0
    _chunk = 0
    _refused = False

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._chunk = len(data)
        super().data_received(data)
        if self._open and not self._refused:
            self._before += len(data)
            if self._before > MAX_HEAD:
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """A request line begins."""
        self._open, self._before = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole; it is measured only where it can be too large."""
        self._open = False
        if self._before + self._chunk > MAX_HEAD:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > MAX_HEAD:
                self._open = True
                raise HeadTooLarge
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What is answered to bytes that are no request: 431 while its head is too large."""
        if self._refused:
            return
        if not self._open or self._before + self._chunk <= MAX_HEAD:
            super().send_400_response(msg)
            return
        self._refused = True
        self.transport.write(_ANSWER)
        self.transport.close()
