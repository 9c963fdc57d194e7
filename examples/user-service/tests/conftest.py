"""The running service, and a client for each of its transports."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import httpx2
import pytest
from google.protobuf.message_factory import GetMessageClass

from user_service.gen.runtime.testing import Running, serving
from user_service.main import create


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """The real service on two free ports, in a thread of its own, with a data folder of its own."""
    with serving(create, log_level="warning") as service:
        yield service


@pytest.fixture
def rest(running: Running) -> httpx2.Client:
    """An HTTP client of the running service."""
    return running.http


@pytest.fixture
def channel(running: Running) -> grpc.Channel:
    """A gRPC channel to the running service."""
    assert running.channel is not None, "no operation of the contract is on gRPC"
    return running.channel


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
