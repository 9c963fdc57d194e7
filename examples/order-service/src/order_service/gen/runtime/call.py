"""One call as its transport brought it: what every operation may ask about it, whatever carried
it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Final

_NAME: Final = re.compile(r"[a-z0-9_.-]+")
_TEXT: Final = re.compile(r"[\x20-\x7e]*")
_RESERVED: Final = frozenset(
    {"connection", "content-length", "content-type", "date", "te", "trailer", "transfer-encoding"}
)


class Metadata(Mapping[str, str]):
    """What the caller sent beside the message: HTTP headers or gRPC metadata; names are lower-case.

    A name that was sent several times has its values joined by ", ". Binary metadata (names in
    `-bin`) reads as base64 here and as bytes by `binary`.
    """

    __slots__ = ("_values",)

    def __init__(self, pairs: Iterable[tuple[str, str | bytes]] = ()) -> None:
        """The pairs in the order in which they were sent."""
        values: dict[str, str] = {}
        for name, value in pairs:
            text = value if isinstance(value, str) else _base64(value)
            values[name] = f"{values[name]}, {text}" if name in values else text
        self._values = values

    def __getitem__(self, name: str) -> str:
        """The value of that lower-case name. Raises KeyError."""
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._values)

    def __len__(self) -> int:
        """The number of names."""
        return len(self._values)

    def __repr__(self) -> str:
        """The names only: values may be credentials."""
        return f"Metadata({sorted(self._values)})"

    def binary(self, name: str) -> bytes | None:
        """The bytes of a `-bin` name; None when it is absent or not base64."""
        text = self._values.get(name)
        if text is None:
            return None
        try:
            return _bytes(text)
        except (binascii.Error, ValueError):
            return None


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii").rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


class ReplyMetadata(MutableMapping[str, str | bytes]):
    """What the handler adds to the answer: response headers on REST, trailing metadata on gRPC.

    Names are lower-case; a name in `-bin` takes bytes, every other printable ASCII text.
    """

    __slots__ = ("_values",)

    def __init__(self) -> None:
        """Empty."""
        self._values: dict[str, str | bytes] = {}

    def __setitem__(self, name: str, value: str | bytes) -> None:
        """Raises ValueError for what could not travel, or would break the message it travels
        with.
        """
        if not _NAME.fullmatch(name) or name in _RESERVED or name.startswith("grpc-"):
            raise ValueError(f"{name!r} cannot be used as reply metadata")
        if name.endswith("-bin") != isinstance(value, bytes):
            raise ValueError(f"{name!r}: names in -bin take bytes, all others text")
        if isinstance(value, str) and not _TEXT.fullmatch(value):
            raise ValueError(f"the value of {name!r} must be printable ASCII")
        self._values[name] = value

    def __getitem__(self, name: str) -> str | bytes:
        """The value of that name. Raises KeyError."""
        return self._values[name]

    def __delitem__(self, name: str) -> None:
        """Takes the name back. Raises KeyError."""
        del self._values[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._values)

    def __len__(self) -> int:
        """The number of names."""
        return len(self._values)

    def text(self) -> Iterator[tuple[str, str]]:
        """The pairs as HTTP carries them: binary values in base64."""
        for name, value in self._values.items():
            yield name, value if isinstance(value, str) else _base64(value)

    def put_text(self, name: str, text: str) -> None:
        """Takes back a pair of `text`. Raises ValueError."""
        self[name] = _bytes(text) if name.endswith("-bin") else text


class Call:
    """The transport's side of one call. A server adapter subclasses it and fills in what is cheap
    to know.

    transport: "rest" or "grpc". status: of a success, for metrics. trace_id: 32 hexadecimal digits.
    gone: returns once the caller has disconnected; None where the server itself cancels the work
    then.
    """

    __slots__ = ("_metadata", "_reply", "status", "trace_id")

    transport: str = ""
    gone: Callable[[], Coroutine[Any, Any, None]] | None = None

    def __init__(self) -> None:
        """A call without metadata; the adapters bring their own."""
        self.status: int | str = "OK"
        self.trace_id = ""
        self._metadata: Metadata | None = None
        self._reply: ReplyMetadata | None = None

    def timeout(self) -> float | None:
        """Seconds for which the caller will wait from now on; None when it does not say. Raises
        InvalidRequest."""
        return None

    def header(self, name: str) -> str | None:
        """One value of the metadata, by lower-case name, without reading the rest where that is
        cheaper."""
        return self.metadata.get(name)

    @property
    def metadata(self) -> Metadata:
        """Everything the caller sent beside the message."""
        if self._metadata is None:
            self._metadata = Metadata(self._pairs())
        return self._metadata

    def _pairs(self) -> Iterable[tuple[str, str | bytes]]:
        return ()

    @property
    def reply_metadata(self) -> ReplyMetadata:
        """What the answer carries beside the message."""
        if self._reply is None:
            self._reply = ReplyMetadata()
        return self._reply

    @property
    def replied(self) -> ReplyMetadata | None:
        """The reply metadata if anything asked for it."""
        return self._reply

    @property
    def peer(self) -> str:
        """The address of the caller as the server saw it, host and port; "" when unknown."""
        return ""

    @property
    def peer_names(self) -> tuple[str, ...]:
        """The names in the caller's verified certificate (mTLS): SPIFFE id and other SANs, then the
        common name."""
        return ()
