"""The real service in a test: on free ports, called by real clients over real sockets.

    with serving(create) as service:
        answer = service.http.get("/v1/orders/7")
        data = service.rpc("GetOrder", message.SerializeToString())

`serving` runs the service on a thread of its own, so that tests are plain functions; `running` is
the same inside a running loop.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from . import status
from .errors import InvalidRequest, ServiceError, Unauthenticated
from .grpc_handlers import Method
from .listen import new_loop
from .operation import Kind
from .problem import from_problem
from .registry import Registry, UnknownError
from .server import Service

if TYPE_CHECKING:
    import grpc
    import httpx2

T = TypeVar("T")
Create = Callable[..., Service]
Sent = Sequence[tuple[str, str | bytes]]

START_SECONDS: Final = 30.0
CALL_SECONDS: Final = 10.0
PROBE: Final = "mscgen-probe"
NO_MESSAGE: Final = b"\xff\xff\xff"

# Nobody outside the test can reach the service; `.env` is not read.
_LOCAL: Final[dict[str, Any]] = {
    "host": "127.0.0.1",
    "http_port": 0,
    "grpc_port": 0,
    "log_requests": False,
    "drain_seconds": 2.0,
    "_env_file": None,
}


@asynccontextmanager
async def running(create: Create, **settings: Any) -> AsyncIterator[Service]:
    """The started service, on free ports and with a data folder of its own; stopped at the end.

    create: makes the service from settings given by name. settings: win over those for a test.
    """
    with tempfile.TemporaryDirectory(prefix="service-") as folder:
        service = create(**{**_LOCAL, "data_dir": folder, **settings})
        await service.start()
        try:
            yield service
        finally:
            await service.stop()


class Running:
    """A service that runs on another thread, and clients for it.

    http: an httpx2.Client whose base URL is the service. channel: a grpc.Channel, None without
    gRPC.
    """

    def __init__(
        self,
        service: Service,
        http: httpx2.Client,
        channel: grpc.Channel | None,
        thread: LoopThread,
    ) -> None:
        """Made by `serving`."""
        self.service = service
        self.http = http
        self.channel = channel
        self._thread = thread
        self._registry = Registry(service.definition.name, service.definition.errors)
        self._paths = {m.operation.name: m.path for m in service.definition.methods}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine run on the service's loop, to arrange or look at
        `service.deps`."""
        return self._thread.run(work)

    def rpc(
        self,
        operation: str,
        message: bytes,
        *,
        metadata: Sent = (),
        timeout: float = CALL_SECONDS,
    ) -> bytes:
        """The answer to one message of a unary operation. Raises the ServiceError that the service
        answered with."""
        call: Any = self._channel().unary_unary("/" + self._paths[operation])
        with self._typed_errors():
            data: bytes = call(message, timeout=timeout, metadata=tuple(metadata))
        return data

    def rpc_stream(
        self,
        operation: str,
        message: bytes,
        *,
        metadata: Sent = (),
        timeout: float = CALL_SECONDS,
    ) -> Iterator[bytes]:
        """The answers to one message of a server-streaming operation. Raises as `rpc`."""
        call: Any = self._channel().unary_stream("/" + self._paths[operation])
        with self._typed_errors():
            yield from call(message, timeout=timeout, metadata=tuple(metadata))

    def unreachable_by_rest(self) -> list[str]:
        """The routes on which something else than their operation answers.

        Each is asked with a parameter that no operation has, so no handler runs.
        """
        return [
            f"{route.method} {route.path}"
            for route in self.service.definition.routes
            if not self._answers(route.method, re.sub(r"\{[^}]*\}", "0", route.path))
        ]

    def _answers(self, method: str, path: str) -> bool:
        headers = {"idempotency-key": PROBE, "content-type": "application/json"}
        answer = self.http.request(method, path, params={PROBE: "1"}, headers=headers)
        error = from_problem(answer.status_code, answer.content, self._registry)
        if isinstance(error, InvalidRequest):
            return ("query", PROBE) in [violation.path for violation in error.violations]
        return isinstance(error, Unauthenticated)

    def unreachable_by_grpc(self) -> list[str]:
        """The methods on which something else than their operation answers, or bytes that are no
        message are taken.
        """
        return [m.path for m in self.service.definition.methods if not self._refuses(m)]

    def _refuses(self, method: Method) -> bool:
        streamed = method.operation.kind in (Kind.CLIENT_STREAM, Kind.BIDI_STREAM)
        answers = method.operation.kind in (Kind.SERVER_STREAM, Kind.BIDI_STREAM)
        kind = f"{'stream' if streamed else 'unary'}_{'stream' if answers else 'unary'}"
        call: Any = getattr(self._channel(), kind)("/" + method.path)
        message: Any = iter([NO_MESSAGE]) if streamed else NO_MESSAGE
        try:
            with self._typed_errors():
                got = call(message, timeout=CALL_SECONDS, metadata=(("idempotency-key", PROBE),))
                list(got) if answers else got
        except UnknownError:
            return False
        except ServiceError:
            return True
        # A handler that reads no message of its stream has not seen this one either.
        return streamed

    def _channel(self) -> grpc.Channel:
        if self.channel is None:
            raise LookupError("the service has no operation on gRPC")
        return self.channel

    @contextmanager
    def _typed_errors(self) -> Iterator[None]:
        import grpc

        try:
            yield
        except grpc.RpcError as error:
            raise self._typed(error) from None

    def _typed(self, error: Any) -> ServiceError:
        details = dict(error.trailing_metadata() or ()).get(status.TRAILER)
        if details is not None:
            return status.from_status(details, self._registry)
        return status.from_code(error.code().value[0], error.details() or "", self._registry)


class LoopThread:
    """An event loop on a thread of its own."""

    def __init__(self) -> None:
        """Starts it."""
        self._loop = new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="service", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], timeout: float = START_SECONDS) -> T:
        """The result of a coroutine run on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def stop(self) -> None:
        """Ends what still runs, then the loop, and waits for the thread."""
        self.run(_finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _finish() -> None:
    """As asyncio.run does at its end."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()


@contextmanager
def serving(create: Create, **settings: Any) -> Iterator[Running]:
    """The service running on a thread; otherwise as `running`."""
    import grpc
    import httpx2

    thread = LoopThread()
    try:
        context = running(create, **settings)
        service = thread.run(context.__aenter__())
        channel = None
        if service.grpc_port is not None:
            channel = grpc.insecure_channel(f"127.0.0.1:{service.grpc_port}")
        base = f"http://127.0.0.1:{service.http_port}"
        try:
            with httpx2.Client(base_url=base, timeout=CALL_SECONDS) as http:
                yield Running(service, http, channel, thread)
        finally:
            if channel is not None:
                channel.close()
            thread.run(context.__aexit__(None, None, None))
    finally:
        thread.stop()
