"""The generated service beside what people write by hand: CPU of the server process per answered request.

POST of an order with three lines, validated, answered as a record. The generated side has its whole chain switched
on: deadline, concurrency limit, validation, error mapping, metrics, the log line. All servers run the whole time and
are loaded in turn with wrk (REST) and h2load (gRPC); requests that were not answered well stop the script.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import specs
from measure import Report, arguments, cpu_of, mscgen, rss_of

HERE = Path(__file__).resolve().parent
PACKAGE = "orders30_service"
RPC = "orders30_service.v1.Orders30Service/CreateOrder"
ORDER = {
    "account_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "lines": [
        {"sku": "A-1", "quantity": 2, "price": "12.50", "title": "Blue mug"},
        {"sku": "B-2", "quantity": 1, "price": "7.00", "title": "Tea towel"},
        {"sku": "C-3", "quantity": 5, "price": "1.20", "title": "Spoon"},
    ],
    "ship_to": {"street": "High Street 1", "city": "Graz", "postcode": "8010", "country": "AT"},
    "currency": "EUR",
    "priority": 3,
    "total": "38.00",
    "reference": "R-1001",
    "channel": "web",
    "tags": ["gift", "fast"],
    "note": "leave at the door",
}
HANDLER = '''from datetime import UTC, datetime
from uuid import uuid4

from orders30_service.gen import operations
from orders30_service.gen.context import Context
from orders30_service.gen.models import NewOrder, Order, OrderStatus


@operations.create_order
async def create_order(request: NewOrder, ctx: Context) -> Order:
    """The same work as on the other side."""
    return Order.model_construct(
        order_id=uuid4(), status=OrderStatus.PENDING, created_at=datetime.now(UTC), **request.__dict__
    )
'''


@dataclass(frozen=True)
class Server:
    """A running server and how it is loaded: `rest` or `grpc`, on a port."""

    name: str
    kind: str
    pid: int
    port: int


def main() -> None:
    options = arguments(__doc__ or "")
    for command in ("wrk", "h2load"):
        if shutil.which(command) is None:
            raise SystemExit(f"{command} is not installed: apt-get install wrk nghttp2-client")
    rounds, seconds = (3, 1) if options.quick else (15, 1)
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as running:
        folder = Path(temporary)
        project = generate(folder)
        servers = [running.enter_context(start) for start in starts(project, folder)]
        body, frame = folder / "body.lua", folder / "frame.bin"
        body.write_text(
            f"wrk.method='POST'; wrk.headers['Content-Type']='application/json'\nwrk.body=[[{json.dumps(ORDER)}]]\n"
        )
        frame.write_bytes(grpc_frame(project))
        report_costs(costs(servers, body, frame, rounds, seconds), servers)


def generate(folder: Path) -> Path:
    """A new project from the contract, with one handler written."""
    contract = specs.contract(specs.spec(30)).replace("idempotency: keyed", "idempotency: none", 1)
    (folder / "contract.yaml").write_text(contract)
    subprocess.run(
        [*mscgen(), "new", "orders30-service", "--contract", folder / "contract.yaml", "--defaults"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    project = folder / "orders30-service"
    (project / "src" / PACKAGE / "handlers/create_order.py").write_text(HANDLER)
    return project


def starts(project: Path, folder: Path) -> list:
    """What starts each server."""
    source = {"PYTHONPATH": f"{project / 'src'}{os.pathsep}{HERE / 'baselines'}"}
    uvicorn = [sys.executable, "-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    uvicorn += ["--log-level", "warning", "--host", "127.0.0.1"]
    return [
        started("bare ASGI", "rest", [*uvicorn, "bare_asgi:app"], {**source, "MODELS": f"{PACKAGE}.gen.models"}),
        started("bare ASGI, models by hand", "rest", [*uvicorn, "bare_asgi:app"], {**source, "MODELS": "models"}),
        started("FastAPI by hand", "rest", [*uvicorn, "fastapi_hand:app"], source),
        started("grpc.aio by hand", "grpc", [sys.executable, HERE / "baselines/grpc_hand.py"], source),
        generated("generated", "rest", project, folder, {}),
        generated("generated, no log line", "rest", project, folder, {"LOG_REQUESTS": "false"}),
        generated("generated gRPC", "grpc", project, folder, {}),
        generated("generated gRPC, no log line", "grpc", project, folder, {"LOG_REQUESTS": "false"}),
        generated("generated gRPC, native", "grpc", project, folder, {"GRPC_SERVER": "native"}),
    ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(name: str, kind: str, command: Sequence[str | Path], environment: dict[str, str]) -> Iterator[Server]:
    """A server by hand; its port is added to the command."""
    port = free_port()
    flag = ["--port", str(port)] if kind == "rest" else [str(port)]
    with process(name, [*command, *flag], environment, port) as pid:
        yield Server(name, kind, pid, port)


@contextmanager
def generated(name: str, kind: str, project: Path, folder: Path, settings: dict[str, str]) -> Iterator[Server]:
    """The generated service, as `make run` starts it."""
    rest, grpc = free_port(), free_port()
    environment = {
        "PYTHONPATH": str(project / "src"),
        "HOST": "127.0.0.1",
        "HTTP_PORT": str(rest),
        "GRPC_PORT": str(grpc),
        "DATA_DIR": str(folder / f"data-{rest}"),
        **settings,
    }
    port = rest if kind == "rest" else grpc
    with process(name, [sys.executable, "-m", PACKAGE], environment, port) as pid:
        yield Server(name, kind, pid, port)


@contextmanager
def process(name: str, command: Sequence[str | Path], environment: dict[str, str], port: int) -> Iterator[int]:
    """Starts a server and waits until it listens; ends it afterwards."""
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen([str(c) for c in command], env={**os.environ, **environment}, stdout=log, stderr=log)
        try:
            while not listening(port):
                if server.poll() is not None:
                    log.seek(0)
                    raise SystemExit(f"{name} did not start:\n{log.read().decode(errors='replace')[-3000:]}")
                time.sleep(0.05)
            yield server.pid
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def grpc_frame(project: Path) -> bytes:
    """The order as one gRPC message with its five-byte prefix."""
    code = (
        "import sys, json; from google.protobuf import json_format as j; "
        f"from {PACKAGE}.gen.pb.{PACKAGE}.v1 import {PACKAGE}_pb2 as pb; "
        "sys.stdout.buffer.write(j.Parse(sys.stdin.read(), pb.CreateOrderRequest()).SerializeToString())"
    )
    environment = {**os.environ, "PYTHONPATH": str(project / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(ORDER).encode(), env=environment, capture_output=True, check=True
    )
    return b"\0" + len(done.stdout).to_bytes(4, "big") + done.stdout


def load(server: Server, body: Path, frame: Path, seconds: int) -> int:
    """Requests answered well in so many seconds, 16 at a time."""
    if server.kind == "rest":
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", body, f"http://127.0.0.1:{server.port}/v1/orders"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in out or "Socket errors" in out:
            raise SystemExit(f"{server.name} answered badly:\n{out}")
        return int(re.search(r"(\d+) requests in", out)[1])  # type: ignore[index]
    command = ["h2load", "-t1", "-c4", "-m4", "-D", str(seconds), "-d", frame, "-H", "content-type: application/grpc"]
    command += ["-H", "te: trailers", f"http://127.0.0.1:{server.port}/{RPC}"]
    out = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True).stdout
    done, bad = (int(n) for n in re.search(r"(\d+) succeeded, (\d+) failed", out).groups())  # type: ignore[union-attr]
    size = int(re.search(r"\((\d+)\) data", out)[1])  # type: ignore[index]
    # A call that failed has no message, so its answer is far smaller than an order.
    if bad or size < done * 200:
        raise SystemExit(f"{server.name} answered badly:\n{out}")
    return done


def costs(servers: list[Server], body: Path, frame: Path, rounds: int, seconds: int) -> dict[str, list[float]]:
    """CPU microseconds per request of each server in each round; a first round only warms."""
    found: dict[str, list[float]] = {s.name: [] for s in servers}
    for number in range(rounds + 1):
        for server in servers:
            before = cpu_of(server.pid)
            count = load(server, body, frame, seconds)
            if number:
                found[server.name].append((cpu_of(server.pid) - before) / count * 1e6)
    return found


def report_costs(found: dict[str, list[float]], servers: list[Server]) -> None:
    """The ratios that the README quotes, and where they come from.

    A ratio is the median of the rounds' ratios: what else happens on the machine hits both sides of a round alike.
    """
    report = Report()
    for server in servers:
        report.value(
            f"{server.name}, CPU", statistics.median(found[server.name]), "µs", f"{rss_of(server.pid):.0f} MiB resident"
        )
    for ours, theirs in (
        ("generated", "bare ASGI"),
        ("generated, no log line", "bare ASGI"),
        ("generated", "bare ASGI, models by hand"),
        ("generated", "FastAPI by hand"),
        ("generated gRPC", "grpc.aio by hand"),
        ("generated gRPC, no log line", "grpc.aio by hand"),
        ("generated gRPC, native", "grpc.aio by hand"),
    ):
        pairs = zip(found[ours], found[theirs], strict=True)
        report.ratio(f"{ours} / {theirs}", statistics.median(a / b for a, b in pairs), 1.0, theirs)
    report.close()


if __name__ == "__main__":
    main()
