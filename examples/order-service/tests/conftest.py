"""The running service, and a client for each of its transports."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import httpx2
import pytest
from google.protobuf.message_factory import GetMessageClass

from order_service.main import create


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The real service on two free ports, in a thread of its own."""
    data = tmp_path_factory.mktemp("data")
    started = create(host="127.0.0.1", http_port=0, grpc_port=0, data_dir=data, log_level="warning")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(started.start(), loop).result(30)
    yield started
    asyncio.run_coroutine_threadsafe(started.stop(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def rest(service: Any) -> Iterator[httpx2.Client]:
    """An HTTP client of the running service."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{service.http_port}", timeout=10) as client:
        yield client


@pytest.fixture
def channel(service: Any) -> Iterator[grpc.Channel]:
    """A gRPC channel to the running service."""
    with grpc.insecure_channel(f"127.0.0.1:{service.grpc_port}") as open_channel:
        yield open_channel


@pytest.fixture
def call(channel: grpc.Channel) -> Callable[..., Any]:
    """`call("GetThing", request, idempotency_key="…")`: one gRPC call with that metadata.

    A streamed request is a list of messages; a streamed response comes back as an iterator.
    """

    def rpc(method: str, request: Any, **metadata: str) -> Any:
        streamed = isinstance(request, list)
        message = request[0] if streamed else request
        services = message.DESCRIPTOR.file.services_by_name.values()
        service = next(s for s in services if method in s.methods_by_name)
        found = service.methods_by_name[method]
        kind = ("stream" if streamed else "unary", "stream" if found.server_streaming else "unary")
        send = getattr(channel, "_".join(kind))(
            f"/{service.full_name}/{method}",
            request_serializer=type(message).SerializeToString,
            response_deserializer=GetMessageClass(found.output_type).FromString,
        )
        pairs = [(name.replace("_", "-"), value) for name, value in metadata.items()]
        return send(iter(request) if streamed else request, timeout=10, metadata=pairs)

    return rpc
