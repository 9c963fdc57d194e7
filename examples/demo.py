"""The main job, start to finish: a new service, generated, started, and called over REST and gRPC.

Everything happens in a temporary folder and on free ports; nothing is left behind.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path


def say(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def run(*command: str, cwd: Path) -> None:
    print("$", " ".join(command), flush=True)
    subprocess.run([sys.executable, "-m", *command], cwd=cwd, check=True)


def http(method: str, url: str, body: object = None, **headers: str) -> bytes:
    data = None if body is None else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, {"content-type": "application/json", **names}, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text: bytes = answer.read()
        print(f"{method} {url.split('/', 3)[3]} -> {answer.status} {text[:120].decode()}", flush=True)
        return text


def wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise SystemExit(f"the service stopped with exit code {server.returncode}")
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SystemExit("the service did not become ready in 10 s")


def call_over_grpc(port: int, project: Path, order_id: str) -> None:
    """A plain grpc client and the generated messages; any language's client does the same from api/gen/proto."""
    import grpc

    sys.path.insert(0, str(project / "src"))
    from order_service.gen.pb.order_service.v1 import order_service_pb2 as pb

    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        get = channel.unary_unary(
            "/order_service.v1.OrderService/GetOrder",
            request_serializer=pb.GetOrderRequest.SerializeToString,
            response_deserializer=pb.GetOrderResponse.FromString,
        )
        answer = get(pb.GetOrderRequest(order_id=order_id), timeout=5)
        print(f"grpc GetOrder -> {answer.order.order_id} {answer.order.status}", flush=True)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="mscgen-demo-"))
    os.environ.setdefault("HOME", str(folder))
    server = None
    try:
        say("1. A new service from its default contract")
        run("mscgen", "new", "order-service", "--defaults", "--no-git", cwd=folder)
        project = folder / "order-service"

        say("2. Started: no broker, no database, no cluster")
        ports = {"HTTP_PORT": str(free_port()), "GRPC_PORT": str(free_port())}
        environment = os.environ | ports | {"PYTHONPATH": str(project / "src"), "LOG_LEVEL": "warning"}
        server = subprocess.Popen([sys.executable, "-m", "order_service"], cwd=project, env=environment)
        base = f"http://127.0.0.1:{ports['HTTP_PORT']}"
        wait_until_ready(f"{base}/readyz", server)

        say("3. Called over REST, twice with one idempotency key: one order")
        key = str(uuid.uuid4())
        order = {"title": "two pounds of tea", "amount": "3.50"}
        first = json.loads(http("POST", f"{base}/v1/orders", order, idempotency_key=key))
        again = json.loads(http("POST", f"{base}/v1/orders", order, idempotency_key=key))
        assert first == again, "a repeated key must give the first answer"

        say("4. The same handler over gRPC")
        call_over_grpc(int(ports["GRPC_PORT"]), project, first["order_id"])

        say("It works. Next: mscgen new <your-service>, then edit contract.yaml and run mscgen generate.")
    finally:
        if server is not None:
            server.terminate()
            server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
