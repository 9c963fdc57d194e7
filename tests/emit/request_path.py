"""A contract that uses every part of the request path, and the files that the emitters of this path make of one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from mscgen.emit import app, context, convert, errors, grpc, models, operations, pb, rest, runtime, stubs, tests
from mscgen.emit.file import File
from mscgen.model.service import Service
from services import contract, service_of

EMITTERS = (operations, errors, context, rest, grpc, app, stubs, tests)
BESIDE = (models, convert, pb, runtime)
RULES = ["--select", "E,F,I,UP,B,SIM,PT", "--isolated", "--line-length", "100"]

EVERYTHING: dict[str, Any] = contract(
    auth={"api_key": {}},
    types={
        "OrderId": "string(1..32)",
        "Status": {"enum": ["open", "done"]},
        "Order": {
            "etag": "version",
            "fields": {
                "order_id": "OrderId",
                "class": "string?",
                "total": "decimal",
                "version": {"type": "string(1..20)", "read_only": True},
                "status": "Status = open",
                "made": {"type": "timestamp", "read_only": True},
            },
        },
        "Job": {"job": "uuid"},
    },
    errors={
        "OrderNotFound": "not_found",
        "SoldOut": {"code": "failed_precondition", "status": 409, "details": {"left": "int32"}, "doc": "None is left."},
        "Busy": {"code": "unavailable", "retryable": True},
    },
    operations={
        "CreateOrder": {
            "doc": "Takes an order.",
            "http": "POST /v1/orders",
            "request": {"total": "decimal", "note": "string(..5)?"},
            "response": "Order",
            "errors": ["SoldOut", "Busy"],
            "idempotency": {"mode": "keyed", "ttl": "1h", "fingerprint": ["total"]},
        },
        "GetOrder": {
            "http": {"method": "GET", "path": "/v1/orders/{order_id}", "headers": {"in": {"trace": "X-Trace"}, "out": {"total": "X-Total"}}},
            "request": {"order_id": "OrderId", "trace": "string?", "full": "bool?"},
            "response": "Order",
            "errors": ["OrderNotFound"],
            "cache": {"max_age": "5s", "stale_if_error": "1m"},
            "auth": "public",
        },
        "FindOrders": {
            "http": "GET /v1/orders",
            "request": {"statuses": "list<Status>(..3)?", "above": "decimal?", "sizes": "list<int32>(..3)?"},
            "response": "list<Order>",
            "rate_limit": {"rate": "100/s", "per": "caller"},
        },
        "ChangeOrder": {
            "http": "PATCH /v1/orders/{order_id}",
            "request": {"order_id": "OrderId", "order": "partial<Order>"},
            "response": "Order",
            "idempotency": "natural",
        },
        "CancelOrder": {
            "http": {"method": "POST", "path": "/v1/orders/{order_id}:cancel", "also": ["POST /v1/cancellations/{order_id}"]},
            "request": {"order_id": "OrderId", "why": "string?"},
            "idempotency": "natural",
            "deprecated": True,
        },
        "StartJob": {
            "http": {"method": "POST", "path": "/v1/jobs", "status": {200: "Order", 202: "Job"}},
            "request": {"order_id": "OrderId"},
            "idempotency": "none",
        },
        "WatchOrder": {
            "http": "GET /v1/orders/{order_id}/events",
            "request": {"order_id": "OrderId"},
            "response": "stream Order",
        },
        "Prices": {"request": {}, "response": "map<decimal>(..5)", "idempotency": "safe"},
        "Import": {"request": "stream Order", "response": {"count": "int32"}, "idempotency": "none"},
        "Chat": {"request": "stream Order", "response": "stream Order", "idempotency": "none"},
    },
)  # fmt: skip


def files(service: Service) -> dict[str, str]:
    """path → text of every file of the request path."""
    return {file.path: file.text for emitter in EMITTERS for file in emitter.emit(service)}


def texts(contract: Any) -> dict[str, str]:
    """The same by module name, for a contract whose service is order-service."""
    found = files(service_of(contract))
    return {
        path.rpartition("/")[2].removesuffix(".py"): text
        for path, text in found.items()
        if "/gen/" in path and path.startswith("src")
    }


def write(service: Service, folder: Path, *, whole: bool = False) -> Path:
    """The files below `folder`; with `whole` also those of the other emitters and a deps.py, so that it can run."""
    made: list[File] = [file for emitter in EMITTERS for file in emitter.emit(service)]
    made += [File(f"src/{service.package}/__init__.py", ""), File(f"src/{service.package}/py.typed", "")]
    if whole:
        made += [file for emitter in BESIDE for file in emitter.emit(service)]
        made += [File(f"src/{service.package}/deps.py", DEPS.format(package=service.package))]
        made += [File(f"src/{service.package}/gen/openapi.json", "{}\n")]
    for file in made:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    return folder


DEPS = '''"""What handlers find as `ctx.deps`."""

from {package}.gen.runtime.settings import Settings as BaseSettings


class Settings(BaseSettings):
    """The service's own settings."""


class Deps:
    """Nothing yet."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
'''


def run(*command: str, cwd: Path, **environment: str) -> str:
    """What a tool says; empty when it is content."""
    import os

    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def assert_clean(folder: Path) -> None:
    """What was written is what ruff would write, and ruff has nothing to say about it."""
    found = run("ruff", "format", "--diff", "--isolated", "--line-length", "100", ".", cwd=folder)
    # Not all that is imported has been written, so ruff is told what is the project's own.
    own = [path.name for path in (folder / "src").iterdir()]
    ours = ["--config", f"lint.isort.known-first-party={own}", "--exclude", "runtime,pb"]
    found += run("ruff", "check", *RULES, *ours, ".", cwd=folder)
    assert not found, found
