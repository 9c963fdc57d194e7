"""From a contract to a process that answers: generated, started, called over sockets, and treated badly."""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import httpx2
import pytest
from google.rpc import error_details_pb2, status_pb2
from servers import free_port

pytestmark = pytest.mark.live

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "tests" / "golden" / "hello" / "contract.yaml"
RPC = "/hello_service.v1.HelloService"

HANDLERS = {
    "say_hello": """
import asyncio
from datetime import UTC, datetime

from hello_service.gen import operations
from hello_service.gen.context import Context
from hello_service.gen.errors import TooShy
from hello_service.gen.models import Greeting, SayHelloRequest, TooShyDetails
from datetime import timedelta

CALLS = 0


@operations.say_hello
async def say_hello(request: SayHelloRequest, ctx: Context) -> Greeting:
    global CALLS
    CALLS += 1
    if request.name == "shy":
        raise TooShy("not now", details=TooShyDetails(wait=timedelta(seconds=1.5)))
    if request.name == "slow":
        await asyncio.sleep(0.8)
    if request.name == "boom":
        raise RuntimeError("secret: 4711")
    return Greeting(text=f"hello {request.name}", count=CALLS, at=datetime.now(UTC))
""",
    "watch_greetings": """
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from hello_service.gen import operations
from hello_service.gen.context import Context
from hello_service.gen.models import Greeting, WatchGreetingsRequest


@operations.watch_greetings
async def watch_greetings(request: WatchGreetingsRequest, ctx: Context) -> AsyncIterator[Greeting]:
    for number in range(request.count or 1):
        yield Greeting(text=request.name, count=number, at=datetime.now(UTC))
""",
    "chat": """
from collections.abc import AsyncIterator

from hello_service.gen import operations
from hello_service.gen.context import Context
from hello_service.gen.models import Greeting


@operations.chat
async def chat(requests: AsyncIterator[Greeting], ctx: Context) -> AsyncIterator[Greeting]:
    async for request in requests:
        yield request.model_copy(update={"text": request.text.upper()})
""",
}


class Running:
    """The service as its own process, with clients that know only its proto and its paths."""

    def __init__(self, project: Path, folder: Path, grpc_server: str) -> None:
        self.http_port, grpc_port = free_port(), free_port()
        settings = {
            "HTTP_PORT": str(self.http_port), "GRPC_PORT": str(grpc_port), "HOST": "127.0.0.1", "GRPC_SERVER": grpc_server,
            "DATA_DIR": str(folder), "LOG_LEVEL": "error", "PYTHONPATH": str(project / "src"),
        }  # fmt: skip
        self.log = folder / "stderr.txt"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hello_service"],
            cwd=folder,
            env={**os.environ, **settings},
            stderr=self.log.open("wb"),
        )
        self.channel = grpc.insecure_channel(f"127.0.0.1:{grpc_port}")
        grpc.channel_ready_future(self.channel).result(30)
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{self.http_port}", timeout=20)
        sys.path.insert(0, str(project / "src"))
        try:
            self.pb = importlib.import_module("hello_service.gen.pb.hello_service.v1.hello_service_pb2")
        finally:
            sys.path.remove(str(project / "src"))

    def say(self, key, **fields):
        call = self.channel.unary_unary(f"{RPC}/SayHello", response_deserializer=self.pb.SayHelloResponse.FromString)
        message = self.pb.SayHelloRequest(**fields).SerializeToString()
        return call(message, timeout=20, metadata=(("idempotency-key", key),)).greeting

    def stop(self) -> None:
        """One signal: a second one would cut off what the first one waits for."""
        self.process.send_signal(signal.SIGTERM)

    def close(self) -> None:
        self.http.close()
        self.channel.close()
        assert self.process.wait(30) == 0


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    home = {**os.environ, "HOME": str(folder), "MSCGEN_CACHE_DIR": str(folder / "cache")}
    command = ["mscgen", "new", "hello-service", "--contract", str(CONTRACT), "--defaults", "--no-git"]
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, env=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for name, text in HANDLERS.items():
        (folder / f"hello-service/src/hello_service/handlers/{name}.py").write_text(text)
    return folder / "hello-service"


@pytest.fixture(scope="module", params=["aio", "native"])
def service(project, request, tmp_path_factory):
    if request.param == "native":
        pytest.importorskip("pygrpc_native", reason="pygrpc-native has no wheel for this platform")
    running = Running(project, tmp_path_factory.mktemp("run"), request.param)
    yield running
    running.stop()
    running.close()


def refused(call, code):
    with pytest.raises(grpc.RpcError) as caught:
        call()
    assert caught.value.code() is code, caught.value
    details = status_pb2.Status.FromString(dict(caught.value.trailing_metadata())["grpc-status-details-bin"])
    found = {}
    for packed in details.details:
        detail = getattr(error_details_pb2, packed.TypeName().rpartition(".")[2])()
        packed.Unpack(detail)
        found[type(detail).__name__] = detail
    return caught.value, found


def key():
    return f"{random.getrandbits(64):x}"


def test_one_handler_answers_both_transports(service):
    by_grpc = service.say(key(), name="ada")
    by_rest = service.http.post("/v1/greetings", json={"name": "ada"}, headers={"idempotency-key": key()}).json()
    assert by_grpc.text == by_rest["text"] == "hello ada"
    assert service.pb.Mood.Name(by_grpc.mood) == "MOOD_HAPPY"
    assert by_rest["mood"] == "happy"


def test_one_key_is_one_effect_whichever_transport_repeats_it(service):
    same = key()
    first = service.say(same, name="ada", times=2)
    again = service.http.post("/v1/greetings", json={"times": 2, "name": "ada"}, headers={"idempotency-key": same})
    assert (again.json()["count"], again.headers["idempotency-replayed"]) == (first.count, "true")


def test_a_default_is_the_same_as_saying_it(service):
    same = key()
    first = service.say(same, name="ada")
    assert service.say(same, name="ada", times=1).count == first.count


def test_typed_details_travel_on_both(service):
    _, details = refused(lambda: service.say(key(), name="shy"), grpc.StatusCode.FAILED_PRECONDITION)
    assert dict(details["ErrorInfo"].metadata) == {"wait": '"1.5s"'}
    answer = service.http.post("/v1/greetings", json={"name": "shy"}, headers={"idempotency-key": key()})
    assert (answer.status_code, answer.json()["details"]) == (409, {"wait": "1.5s"})


def test_a_fault_shows_nothing_and_stands_in_the_log(service):
    error, _ = refused(lambda: service.say(key(), name="boom"), grpc.StatusCode.INTERNAL)
    answer = service.http.post("/v1/greetings", json={"name": "boom"}, headers={"idempotency-key": key()})
    assert "4711" not in str(error) + answer.text
    assert service.log.read_text().count("secret: 4711") >= 2


def test_streams_and_conversations(service):
    watch = service.channel.unary_stream(
        f"{RPC}/WatchGreetings", response_deserializer=service.pb.WatchGreetingsResponse.FromString
    )
    asked = service.pb.WatchGreetingsRequest(name="ada", count=3).SerializeToString()
    assert [m.greeting.count for m in watch(asked, timeout=20)] == [0, 1, 2]
    with service.http.stream("GET", "/v1/greetings/ada/watch?count=3") as events:
        data = [json.loads(line[6:]) for line in events.iter_lines() if line.startswith("data: ")]
    assert [d["count"] for d in data] == [0, 1, 2]
    chat = service.channel.stream_stream(f"{RPC}/Chat", response_deserializer=service.pb.ChatResponse.FromString)
    said = (service.pb.ChatRequest(text=t, count=1, at={"seconds": 1}).SerializeToString() for t in ("a", "b"))
    assert [m.greeting.text for m in chat(said, timeout=20)] == ["A", "B"]


def test_what_is_not_written_says_so(service):
    assert service.http.get("/v1/greetings/ada").status_code == 501
    message = service.pb.GetGreetingRequest(name="ada").SerializeToString()
    refused(
        lambda: service.channel.unary_unary(f"{RPC}/GetGreeting")(message, timeout=20), grpc.StatusCode.UNIMPLEMENTED
    )


BROKEN = {
    "garbage": b"\xff\xff\xff\xff",
    "cut off": b"\x0a\x05ad",
    "a string that is no UTF-8": b"\x0a\x02\xff\xfe",
    "another wire type": b"\x08\x05\x08",
    "nothing required": b"",
    "too long": b"\x0a\x41" + b"x" * 65,
    "out of bounds": b"\x0a\x01a\x10\x63",
    "a group that never ends": b"\x0b" * 1000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_bytes_that_are_no_request_are_named_and_harmless(service, name):
    def call():
        return service.channel.unary_unary(f"{RPC}/SayHello")(
            BROKEN[name], timeout=20, metadata=(("idempotency-key", key()),)
        )

    error, details = refused(call, grpc.StatusCode.INVALID_ARGUMENT)
    assert details["BadRequest"].field_violations
    assert "Exception" not in str(error.details())


def test_a_field_of_a_newer_client_is_ignored(service):
    message = service.pb.SayHelloRequest(name="ada").SerializeToString() + b"\xfa\x3f\x03new"
    call = service.channel.unary_unary(f"{RPC}/SayHello")
    assert call(message, timeout=20, metadata=(("idempotency-key", key()),))


def _misbehave(port: int, seed: int) -> None:
    """A client that hangs up, lies about lengths, sends rubbish or nothing."""
    chance = random.Random(seed)
    head = b"POST /v1/greetings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\n"
    choices = [
        head + b"Content-Length: 100\r\n\r\n{",
        head + b"Content-Length: 3\r\n\r\n{}}",
        head + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        head + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"na\r\n0\r\n\r\n',
        b"GET /v1/greetings/ada/watch?count=1000 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n" * 5,
        bytes(chance.randrange(256) for _ in range(200)),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"",
    ]
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.settimeout(0.2)
        connection.sendall(chance.choice(choices))
        try:
            connection.recv(chance.choice([1, 1000]))
        except (TimeoutError, ConnectionError):
            pass


def test_clients_that_misbehave_do_not_disturb_those_that_do_not(service):
    with ThreadPoolExecutor(16) as pool:
        bad = [pool.submit(_misbehave, service.http_port, seed) for seed in range(120)]
        good = [pool.submit(service.say, key(), name="ada") for _ in range(60)]
        good += [pool.submit(service.http.get, "/livez") for _ in range(60)]
        for future in [*bad, *good]:
            future.result(60)
    assert service.say(key(), name="ada").text == "hello ada"
    assert service.process.poll() is None


def test_calls_under_way_at_sigterm_are_answered(project, tmp_path):
    running = Running(project, tmp_path, "aio")
    outcome = {}
    started = threading.Barrier(3)

    def rest():
        started.wait(10)
        outcome["rest"] = running.http.post(
            "/v1/greetings", json={"name": "slow"}, headers={"idempotency-key": key()}
        ).status_code

    def rpc():
        started.wait(10)
        outcome["grpc"] = running.say(key(), name="slow").text

    threads = [threading.Thread(target=run) for run in (rest, rpc)]
    for thread in threads:
        thread.start()
    started.wait(10)
    metrics = f"http://127.0.0.1:{running.http_port}/metrics"
    wanted = [f'msc_active_calls{{operation="SayHello",transport="{t}"}} 1.0' for t in ("rest", "grpc")]
    while not all(line in httpx2.get(metrics).text for line in wanted):
        assert all(thread.is_alive() for thread in threads)
    running.stop()
    for thread in threads:
        thread.join(20)
    assert outcome == {"rest": 200, "grpc": "hello slow"}
    running.close()
