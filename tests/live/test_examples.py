"""The guides' services: they run, their own tests pass, and clients that never heard of mscgen are served."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PROJECTS = sorted(p.parent.name for p in EXAMPLES.glob("*/contract.yaml"))
ORIGINAL = ROOT / "tests" / "emit" / "protos" / "user_service.proto"

pytestmark = pytest.mark.live


def environment(project: Path, **more: str) -> dict[str, str]:
    quiet = {"PYTHONDONTWRITEBYTECODE": "1", "LOG_LEVEL": "warning", "PYTHONPATH": str(project / "src")}
    return {**os.environ, **quiet, **more}


@contextmanager
def running(name: str, folder: Path):
    """The example as its own process; yields its gRPC port."""
    from servers import free_port

    port = free_port()
    ports = {"GRPC_PORT": str(port), "HTTP_PORT": str(free_port()), "HOST": "127.0.0.1", "DATA_DIR": str(folder)}
    project = EXAMPLES / name
    command = [sys.executable, "-m", name.replace("-", "_")]
    process = subprocess.Popen(command, cwd=folder, env=environment(project, **ports))
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            grpc.channel_ready_future(channel).result(30)
        yield port
    finally:
        process.terminate()
        assert process.wait(30) == 0


def compiled(proto: Path, folder: Path):
    """The messages of a proto file, by protoc alone: what a client written by hand has."""
    from grpc_tools import protoc

    include = Path(protoc.__file__).parent / "_proto"
    arguments = [f"-I{proto.parent}", f"-I{include}", f"--python_out={folder}", str(proto)]
    assert protoc.main(["protoc", *arguments]) == 0
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(f"{proto.stem}_pb2")
    finally:
        sys.path.remove(str(folder))


class Client:
    """A gRPC client by hand: full method names and plain messages."""

    def __init__(self, channel, service, messages):
        self.channel, self.service, self.messages = channel, service, messages

    def call(self, method, request, answer, stream=False, **metadata):
        kind = self.channel.unary_stream if stream else self.channel.unary_unary
        rpc = kind(
            f"/{self.service}/{method}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=answer.FromString,
        )
        return rpc(request, timeout=10, metadata=[(k.replace("_", "-"), v) for k, v in metadata.items()])


@pytest.mark.parametrize("name", PROJECTS)
def test_the_projects_own_tests_pass(name, tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path}/t"]
    out = subprocess.run(command, cwd=EXAMPLES / name, env=environment(EXAMPLES / name), capture_output=True, text=True)
    assert out.returncode == 0, out.stdout + out.stderr
    assert " skipped" not in out.stdout


@pytest.mark.parametrize("name", PROJECTS)
def test_the_project_is_typed_and_clean(name, tmp_path):
    project, package = EXAMPLES / name, name.replace("-", "_")
    for command in (
        ["ruff", "check", "--no-cache", "."],
        ["ruff", "format", "--no-cache", "--check", "."],
        ["mypy", "--strict", "--cache-dir", str(tmp_path), "-p", package],
    ):
        run = [sys.executable, "-m", *command]
        env = environment(project, MYPYPATH=str(project / "src"))
        out = subprocess.run(run, cwd=project, env=env, capture_output=True, text=True)
        assert out.returncode == 0, out.stdout + out.stderr


def test_a_client_of_the_guides_user_proto_is_served(tmp_path):
    pb = compiled(ORIGINAL, tmp_path)
    with running("user-service", tmp_path) as port, grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        client = Client(channel, "user.UserService", pb)
        request = pb.CreateUserRequest(email="ada@example.org", name="Ada")
        made = client.call("CreateUser", request, pb.User, idempotency_key=str(uuid.uuid4()))
        assert (made.status, made.created_at > 0) == (pb.ACTIVE, True)
        assert client.call("GetUser", pb.GetUserRequest(id=made.id), pb.User) == made
        page = client.call("ListUsers", pb.ListUsersRequest(page_size=10), pb.ListUsersResponse)
        assert list(page.users) == [made]
        events = client.call("StreamUserEvents", pb.StreamUserEventsRequest(user_id=made.id), pb.UserEvent, stream=True)
        assert next(events).user_id == made.id
        events.cancel()
        with pytest.raises(grpc.RpcError) as failed:
            client.call("GetUser", pb.GetUserRequest(id="nobody"), pb.User)
        assert failed.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_client_of_the_emitted_order_proto_is_served(tmp_path):
    pb = compiled(next((EXAMPLES / "order-service/api/gen/proto").rglob("*.proto")), tmp_path)
    with running("order-service", tmp_path) as port, grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        client = Client(channel, "order_service.v1.OrderService", pb)
        request = pb.CreateOrderRequest(
            user_id="USR-42", items=[pb.Item(product_id="widget", qty=2, price="9.99")], total="19.98"
        )
        made = client.call("CreateOrder", request, pb.CreateOrderResponse, idempotency_key=str(uuid.uuid4()))
        assert made.status == pb.ORDER_STATUS_CREATED
        wanted = pb.StreamOrderUpdatesRequest(order_id=made.order_id)
        updates = client.call("StreamOrderUpdates", wanted, pb.StreamOrderUpdatesResponse, stream=True)
        assert next(updates).order_event.order_id == made.order_id
        updates.cancel()
