"""Operations over gRPC: raw bytes in and out, so that parsing and every error are ours.

grpc's own deserialisers answer garbage with UNKNOWN and the text of the exception; here it is
INVALID_ARGUMENT with the fields that are wrong. The handlers work in any server with grpc.aio's
interface.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, NoReturn

import grpc
from google.protobuf.message import DecodeError

from . import status
from .call import Call
from .endpoint import Codec, Stages, bind_stream, bind_unary
from .errors import InvalidRequest, Overloaded, ServiceError, Violation
from .operation import Kind, Operation

Context = grpc.aio.ServicerContext[Any, Any]

_CODES: Final = {code.value[0]: code for code in grpc.StatusCode}
QUIET: Final = 1.0
"""Seconds without a call after which none is expected."""
_FOREVER: Final = 1e8
"""Seconds; grpc gives some calls without a deadline a remaining time of centuries."""


@dataclass(frozen=True, slots=True)
class Method:
    """An operation on gRPC.

    path: `package.Service/Method`. decode: from the bytes of one request message to the request;
    raises DecodeError, ValidationError, OverflowError or ValueError. encode: from the response to
    bytes.
    """

    operation: Operation
    path: str
    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]


class GrpcCall(Call):
    """A call that came as gRPC."""

    __slots__ = ("_sent", "context")

    transport = "grpc"

    def __init__(self, context: Context) -> None:
        """context: the server's."""
        super().__init__()
        self.context = context
        self._sent: Any = None

    def timeout(self) -> float | None:
        """The time the caller gives, in seconds."""
        left = self.context.time_remaining()
        return None if left is None or left > _FOREVER else left

    def header(self, name: str) -> str | None:
        """One value of the metadata; a repeated name counts once, by its first value."""
        for key, value in self._pairs():
            if key == name and isinstance(value, str):
                return value
        return None

    def _pairs(self) -> Iterable[tuple[str, str | bytes]]:
        # The server makes the tuple anew each time.
        if self._sent is None:
            self._sent = self.context.invocation_metadata() or ()
        pairs: Iterable[tuple[str, str | bytes]] = self._sent
        return pairs

    @property
    def peer(self) -> str:
        """The address of the other end of the connection, without grpc's scheme."""
        return self.context.peer().partition(":")[2]

    @property
    def peer_names(self) -> tuple[str, ...]:
        """The names in the caller's certificate, if it was asked for one."""
        found = self.context.auth_context()
        names = [*_PEER_NAMES]
        return tuple(v.decode("utf-8", "replace") for name in names for v in found.get(name, ()))


_PEER_NAMES: Final = ("peer_spiffe_id", "x509_subject_alternative_name", "x509_common_name")


def _encoder(method: Method) -> Callable[[Any, GrpcCall], bytes]:
    encode = method.encode

    def encoder(response: Any, call: GrpcCall) -> bytes:
        return encode(response)

    return encoder


def _decoder(method: Method) -> Callable[[bytes, GrpcCall], Any]:
    decode = method.decode

    def decoder(raw: bytes, call: GrpcCall) -> Any:
        try:
            return decode(raw)
        except (DecodeError, OverflowError, UnicodeDecodeError):
            detail = "The message cannot be read."
            raise InvalidRequest([Violation((), "message_invalid", detail)]) from None

    return decoder


class Handlers:
    """The handlers of one service, for any server with grpc.aio's interface.

    active: how many calls are under way.
    """

    def __init__(self, domain: str) -> None:
        """domain: the service's name, as it stands in errors."""
        self._domain = domain
        self.active = 0
        self._draining = False
        self._idle = asyncio.Event()
        self._by_service: dict[str, dict[str, Any]] = {}
        self._last = -QUIET

    def add(self, method: Method, stages: Stages) -> None:
        """One operation."""
        service, _, name = method.path.partition("/")
        codec: Codec[bytes] = Codec(_decoder(method), _encoder(method))
        make = _MAKERS[method.operation.kind]
        self._by_service.setdefault(service, {})[name] = make(self, method.operation, stages, codec)

    def register(self, server: grpc.aio.Server, *, native: bool) -> None:
        """Puts the handlers into the server, which must not have been started.

        pygrpc-native serves natively only the methods that are registered one by one. grpc.aio
        waits for one call of each registered method, all anew after every call: with 30 methods
        that is a fifth of what a call costs, and it grows with them.
        """
        for service, handlers in self._by_service.items():
            generic = grpc.method_handlers_generic_handler(service, handlers)
            server.add_generic_rpc_handlers((generic,))
            if native:
                server.add_registered_method_handlers(service, handlers)

    def busy(self) -> bool:
        """Whether a call came in a moment ago, so that more are to be expected."""
        return monotonic() - self._last < QUIET

    @property
    def services(self) -> tuple[str, ...]:
        """The full names of the services."""
        return tuple(self._by_service)

    def _unary(self, endpoint: Any) -> Any:
        async def handler(raw: Any, context: Context) -> bytes:
            self._last = monotonic()
            call = GrpcCall(context)
            self.active += 1
            try:
                data: bytes = await self._admit(endpoint)(call, raw)
            except ServiceError as error:
                await self._abort(error, call)
            finally:
                self._ended()
            if call.replied is not None:
                context.set_trailing_metadata(tuple(call.replied.items()))
            return data

        return handler

    def _stream(self, endpoint: Any) -> Any:
        async def handler(raw: Any, context: Context) -> AsyncIterator[bytes]:
            self._last = monotonic()
            call = GrpcCall(context)
            messages = None
            self.active += 1
            try:
                messages = self._admit(endpoint)(call, raw)
                async for data in messages:
                    yield data
            except ServiceError as error:
                await self._abort(error, call)
            finally:
                if messages is not None:
                    await messages.aclose()
                self._ended()
            if call.replied is not None:
                context.set_trailing_metadata(tuple(call.replied.items()))

        return handler

    def _admit(self, endpoint: Any) -> Any:
        if self._draining:
            raise Overloaded("The service is shutting down.")
        return endpoint

    def _ended(self) -> None:
        self.active -= 1
        if self._draining and not self.active:
            self._idle.set()

    async def drain(self, grace: float) -> None:
        """Refuses new calls and waits up to `grace` seconds for those under way."""
        self._draining = True
        if not self.active:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._idle.wait()

    async def _abort(self, error: ServiceError, call: GrpcCall) -> NoReturn:
        trailers = [] if call.replied is None else list(call.replied.items())
        details = status.encode(error, self._domain, trace_id=call.trace_id)
        trailers.append((status.TRAILER, details))
        await call.context.abort(_CODES[error.code.grpc], status.message(error), tuple(trailers))
        raise AssertionError("abort() raises")

    def _unary_unary(self, operation: Operation, stages: Stages, codec: Codec[bytes]) -> Any:
        endpoint = bind_unary(operation, stages, codec)
        return grpc.unary_unary_rpc_method_handler(self._unary(endpoint))

    def _unary_stream(self, operation: Operation, stages: Stages, codec: Codec[bytes]) -> Any:
        endpoint = bind_stream(operation, stages, codec)
        return grpc.unary_stream_rpc_method_handler(self._stream(endpoint))

    def _stream_unary(self, operation: Operation, stages: Stages, codec: Codec[bytes]) -> Any:
        endpoint = bind_unary(operation, stages, codec, streamed_request=True)
        return grpc.stream_unary_rpc_method_handler(self._unary(endpoint))

    def _stream_stream(self, operation: Operation, stages: Stages, codec: Codec[bytes]) -> Any:
        endpoint = bind_stream(operation, stages, codec, streamed_request=True)
        return grpc.stream_stream_rpc_method_handler(self._stream(endpoint))


_MAKERS: Final = {
    Kind.UNARY: Handlers._unary_unary,
    Kind.SERVER_STREAM: Handlers._unary_stream,
    Kind.CLIENT_STREAM: Handlers._stream_unary,
    Kind.BIDI_STREAM: Handlers._stream_stream,
}
