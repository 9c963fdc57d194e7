"""A service as a process: how it starts, what it says when it cannot, and how it stops."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import grpc
import httpx2
import pytest
from rest_client import connected, eventually, post, read
from runtime.auth import Principal
from runtime.listen import CannotStart
from runtime.server import Service
from runtime.settings import Settings
from runtime.testing import LoopThread, running, serving
from sample_service import SERVICE, Deps, definition, make

PROGRAM = Path(__file__).with_name("sample_service.py")


class Process:
    """The sample service in a process of its own."""

    def __init__(self, folder, **environment):
        self.http_port, self.grpc_port = free_port(), free_port()
        settings = {
            "HOST": "127.0.0.1", "HTTP_PORT": self.http_port, "GRPC_PORT": self.grpc_port, "DATA_DIR": folder,
            "LOG_FORMAT": "json", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        self.errors = Path(folder, "stderr.txt")
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            env={**os.environ, **{k: str(v) for k, v in (settings | environment).items()}},
            stderr=self.errors.open("wb"),
            cwd=folder,
        )

    @property
    def url(self):
        return f"http://127.0.0.1:{self.http_port}"

    def ready(self):
        def answers():
            assert self.process.poll() is None, self.errors.read_text()
            try:
                return urllib.request.urlopen(f"{self.url}/readyz", timeout=1).status == 200
            except OSError:
                return False

        assert eventually(answers, 30)
        return self

    def lines(self):
        return [json.loads(line) for line in self.errors.read_text().splitlines()]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def start(tmp_path):
    started = []

    def one(**environment):
        process = Process(tmp_path, **environment)
        started.append(process)
        return process

    yield one
    for process in started:
        if process.process.poll() is None:
            process.process.kill()
        process.process.wait(10)


@pytest.fixture(params=["aio", "native"])
def grpc_server(request):
    if request.param == "native":
        pytest.importorskip("pygrpc_native", reason="pygrpc-native has no wheel for this platform")
    return request.param


def test_it_serves_and_ends_with_zero(start):
    process = start().ready()
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(20) == 0
    lines = process.lines()
    assert {"service started", "service stops"} <= {line["event"] for line in lines}
    assert all(line["service"] == "sample-service" for line in lines)


def test_a_call_under_way_at_sigterm_is_answered_and_the_next_one_refused(start, grpc_server):
    process = start(GRPC_SERVER=grpc_server).ready()
    outcome = {}

    def rest():
        outcome["rest"] = httpx2.post(
            f"{process.url}/v1/do", json={"mode": "sleep", "wait": 0.8}, timeout=20
        ).status_code

    def rpc():
        with grpc.insecure_channel(f"127.0.0.1:{process.grpc_port}") as channel:
            call = channel.unary_unary(f"/{SERVICE}/Do")
            outcome["grpc"] = json.loads(call(b'{"mode":"sleep","wait":0.8,"count":3}', timeout=20))["number"]

    threads = [threading.Thread(target=run) for run in (rest, rpc)]
    for thread in threads:
        thread.start()
    metric = 'msc_active_calls{operation="Do",transport="%s"} 1.0'
    text = lambda: urllib.request.urlopen(f"{process.url}/metrics").read().decode()  # noqa: E731
    assert eventually(lambda: metric % "rest" in (now := text()) and metric % "grpc" in now)
    process.process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join(20)
    assert outcome == {"rest": 200, "grpc": 3}
    assert process.process.wait(20) == 0
    with pytest.raises(OSError):
        urllib.request.urlopen(f"{process.url}/livez", timeout=1)


def test_during_the_drain_delay_it_is_not_ready_and_still_answers(start):
    process = start(DRAIN_DELAY_SECONDS="1.5").ready()
    process.process.send_signal(signal.SIGTERM)

    def unready():
        try:
            return urllib.request.urlopen(f"{process.url}/readyz", timeout=1).status != 200
        except urllib.error.HTTPError as error:
            return error.code == 503

    assert eventually(unready)
    assert httpx2.get(f"{process.url}/v1/notes/me").status_code == 200
    assert process.process.wait(20) == 0


def test_a_call_that_does_not_end_is_cut_off_after_the_drain_time(start, grpc_server):
    process = start(DRAIN_SECONDS="0.5", GRPC_SERVER=grpc_server).ready()
    with (
        httpx2.stream("GET", f"{process.url}/v1/watch?count=1000000&wait=0.05", timeout=20) as stream,
        grpc.insecure_channel(f"127.0.0.1:{process.grpc_port}") as channel,
    ):
        lines = stream.iter_lines()
        next(lines)
        call = channel.unary_stream(f"/{SERVICE}/Watch")(b'{"count":1000000,"wait":0.05}', timeout=20)
        next(call)
        process.process.send_signal(signal.SIGTERM)
        rest = [line for line in lines if line]
        assert rest[-2] == "event: error"
        assert json.loads(rest[-1].removeprefix("data: "))["status"] == 503
        with pytest.raises(grpc.RpcError) as error:
            list(call)
        assert error.value.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
    assert process.process.wait(20) == 0


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_the_waiting(start, second):
    process = start(DRAIN_SECONDS="60").ready()
    with httpx2.stream("GET", f"{process.url}/v1/watch?count=1000000&wait=0.05", timeout=20) as stream:
        next(stream.iter_lines())
        process.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: "service stops" in process.errors.read_text())
        began = time.monotonic()
        process.process.send_signal(second)
        assert process.process.wait(20) == 1
        assert time.monotonic() - began < 15


@pytest.mark.parametrize("variable", ["HTTP_PORT", "GRPC_PORT"])
def test_a_port_in_use_is_one_clear_line(start, variable):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start(**{variable: taken.getsockname()[1], "LOG_LEVEL": "error"})
        assert process.process.wait(30) == 2
    port = taken
    text = process.errors.read_text()
    assert text.count("\n") == 1, text
    assert text.startswith("sample-service: cannot listen on 127.0.0.1:"), text
    assert f"({variable}): Address already in use" in text
    assert port


def test_settings_that_make_no_sense_are_one_line_each(start):
    process = start(HTTP_PORT="80000", LOG_LEVEL="loud")
    assert process.process.wait(30) != 0


def test_deps_are_opened_before_and_closed_after_and_a_start_that_fails_leaves_nothing(tmp_path):
    class Failing(Deps):
        async def start(self):
            await super().start()
            raise RuntimeError("no database")

    async def scenario():
        async with running(make) as service:
            deps = service.deps
            assert (deps.opened, deps.closed) == (1, 0)
        assert (deps.opened, deps.closed) == (1, 1)
        settings = Settings(_env_file=None, host="127.0.0.1", http_port=0, grpc_port=0, data_dir=tmp_path)
        failing = Service(definition(), settings, Failing())
        with pytest.raises(RuntimeError, match="no database"):
            await failing.start()
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", failing.http_port), 1)

    thread = LoopThread()
    try:
        thread.run(scenario())
    finally:
        thread.stop()


def test_parts_are_closed_in_reverse_and_one_that_cannot_be_closed_does_not_keep_the_others():
    steps = []

    class Part:
        def __init__(self, name, fails=False):
            self.name, self.fails = name, fails

        async def open(self):
            steps.append(f"open {self.name}")

        async def close(self):
            steps.append(f"close {self.name}")
            if self.fails:
                raise OSError("already gone")

    def create(**settings):
        service = make(**settings)
        service.parts += [Part("a"), Part("b", fails=True), Part("c")]
        return service

    with serving(create):
        assert steps == ["open a", "open b", "open c"]
    assert steps[3:] == ["close c", "close b", "close a"]


def test_a_service_without_grpc_operations_listens_on_one_port():
    with serving(lambda **given: Service(definition(methods=()), Settings(**given), Deps())) as service:
        assert service.service.grpc_port is None
        assert service.http.get("/v1/notes/me").status_code == 200


def test_a_service_without_operations_starts():
    from runtime.context import Context
    from runtime.server import Definition

    empty = Definition("empty-service", "0.1.0", Context)
    with serving(lambda **given: Service(empty, Settings(**given), object())) as service:
        assert service.http.get("/readyz").json() == {"status": "serving", "checks": {}}
        assert service.http.get("/docs").status_code == 404


def test_an_address_of_ip_version_6_works():
    if not socket.has_ipv6 or not _has_ipv6_loopback():
        pytest.skip("this machine has no IPv6 loopback")
    with serving(make, host="::1") as service:
        assert httpx2.get(f"http://[::1]:{service.service.http_port}/livez").status_code == 200
        with grpc.insecure_channel(f"[::1]:{service.service.grpc_port}") as channel:
            assert channel.unary_unary(f"/{SERVICE}/Do")(b"{}", timeout=5)


def _has_ipv6_loopback():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


# ------------------------------------------------------------------ TLS


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority, and certificates of it for a server and a client."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=authority")
    for name in ("server", "client"):
        names = "subjectAltName=DNS:localhost,IP:127.0.0.1,URI:spiffe://acme/orders"
        (folder / f"{name}.ext").write_text(names)
        openssl("req", *new_key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext"]
        openssl("x509", "-req", "-in", f"{name}.csr", *signed, "-out", f"{name}.crt")
    return folder


def tls(folder, **more):
    return {"tls_cert_file": folder / "server.crt", "tls_key_file": folder / "server.key", **more}


def credentials(folder, client=True):
    read_file = lambda name: (folder / name).read_bytes()  # noqa: E731
    pair = (read_file("client.key"), read_file("client.crt")) if client else (None, None)
    return grpc.ssl_channel_credentials(read_file("ca.crt"), *pair)


@pytest.mark.parametrize("server", ["aio", "native"])
def test_both_servers_speak_tls_and_the_native_one_steps_back(certificates, server):
    with serving(make, grpc_server=server, **tls(certificates)) as service:
        assert not service.service._grpc.native
        url = f"https://localhost:{service.service.http_port}/livez"
        trusted = ssl.create_default_context(cafile=certificates / "ca.crt")
        assert httpx2.get(url, verify=trusted).status_code == 200
        target = f"localhost:{service.service.grpc_port}"
        with grpc.secure_channel(target, credentials(certificates, client=False)) as channel:
            assert channel.unary_unary(f"/{SERVICE}/Do")(b"{}", timeout=10)


def test_with_an_authority_only_callers_with_a_certificate_get_in_and_have_names(certificates):
    """Both transports give the same names, so one rule says who may call."""
    names = []

    class Watching:
        scheme = "api_key"
        challenge = ""

        async def authenticate(self, call):
            names.append(call.peer_names)
            return Principal(call.peer_names[0], frozenset({"read"}))

    def create(**given):
        deps = Deps()
        deps.authenticators = [Watching()]
        return Service(definition(), Settings(**given), deps)

    with serving(create, **tls(certificates, tls_client_ca_file=certificates / "ca.crt")) as service:
        trusted = ssl.create_default_context(cafile=certificates / "ca.crt")
        url = f"https://localhost:{service.service.http_port}"
        with pytest.raises((httpx2.TransportError, ssl.SSLError)):
            httpx2.get(f"{url}/livez", verify=trusted)
        trusted.load_cert_chain(certificates / "client.crt", certificates / "client.key")
        assert httpx2.get(f"{url}/v1/secret", verify=trusted).json()["text"] == "spiffe://acme/orders"
        target = f"localhost:{service.service.grpc_port}"
        with grpc.secure_channel(target, credentials(certificates)) as channel:
            answer = channel.unary_unary(f"/{SERVICE}/Secret")(b"{}", timeout=10)
            assert json.loads(answer)["text"] == "spiffe://acme/orders"
        with grpc.secure_channel(target, credentials(certificates, client=False)) as channel:
            with pytest.raises(grpc.RpcError) as error:
                channel.unary_unary(f"/{SERVICE}/Do")(b"{}", timeout=10)
            assert error.value.code() is grpc.StatusCode.UNAVAILABLE
    assert {"spiffe://acme/orders", "localhost", "client"} <= set(names[0]) & set(names[1])


def cannot_start(**settings):
    """The line that is said when the service does not start."""

    async def scenario():
        async with running(make, **settings):
            raise AssertionError("started")

    thread = LoopThread()
    try:
        with pytest.raises(CannotStart) as error:
            thread.run(scenario())
    finally:
        thread.stop()
    return str(error.value)


def test_a_certificate_that_cannot_be_used_is_named_by_its_setting(tmp_path):
    for name in ("server.crt", "server.key"):
        (tmp_path / name).write_text("no certificate")
    assert cannot_start(**tls(tmp_path)).startswith("TLS_CERT_FILE and TLS_KEY_FILE are not a PEM certificate")


def test_a_key_of_another_certificate_is_said(certificates):
    other = {"tls_cert_file": certificates / "server.crt", "tls_key_file": certificates / "client.key"}
    assert cannot_start(**other).endswith("key values mismatch")


def test_an_authority_that_is_none_is_named_by_its_setting(certificates, tmp_path):
    (tmp_path / "ca.crt").write_text("no certificate")
    said = cannot_start(**tls(certificates, tls_client_ca_file=tmp_path / "ca.crt"))
    assert said.startswith("TLS_CLIENT_CA_FILE is not a PEM certificate")


def test_a_connection_that_says_nothing_does_not_hold_the_stop(start):
    process = start().ready()
    with connected(process.http_port) as idle, connected(process.http_port) as kept:
        kept.sendall(post("/v1/do", b"{}"))
        assert read(kept).status == 200
        process.process.send_signal(signal.SIGTERM)
        assert process.process.wait(20) == 0
        assert idle.recv(10) == b""


def test_a_second_signal_ends_the_drain_delay_too(start):
    process = start(DRAIN_DELAY_SECONDS="60").ready()
    process.process.send_signal(signal.SIGTERM)
    assert eventually(lambda: "service stops" in process.errors.read_text())
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(20) == 1


def test_a_store_that_does_not_answer_is_one_clear_line(start):
    pytest.importorskip("redis", reason="the redis client is not installed")
    process = start(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0", LOG_LEVEL="error")
    assert process.process.wait(60) == 2
    text = process.errors.read_text()
    assert text.startswith("sample-service: a store does not answer"), text
    assert text.count("\n") == 1


def test_a_data_folder_that_cannot_be_made_is_named(start, tmp_path):
    (tmp_path / "file").touch()
    process = start(DATA_DIR=str(tmp_path / "file"), LOG_LEVEL="error")
    assert process.process.wait(60) == 2
    text = process.errors.read_text()
    assert str(tmp_path / "file") in text
    assert text.count("\n") == 1


def test_a_lifespan_that_fails_is_one_clear_line():
    def create(**given):
        service = make(**given)

        class Lifespan:
            def __init__(self, app):
                pass

            async def __aenter__(self):
                raise RuntimeError("no")

            async def __aexit__(self, *error):
                pass

        service.app.router.lifespan_context = Lifespan
        return service

    with pytest.raises(CannotStart, match="lifespan"), serving(create):
        raise AssertionError("started")
