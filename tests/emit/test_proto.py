"""The proto file, judged by buf: nothing to lint, nothing to format, and kept protos wire-identical."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from contracts import HOSTILE, contracts
from hypothesis import HealthCheck, assume, given, settings
from mscgen.emit.proto import emit
from services import contract, load, service_of

ROOT = Path(__file__).resolve().parents[2]
BUF = Path(sys.executable).with_name("buf")
PROTOS = Path(__file__).with_name("protos")


def buf(*args: str, cwd: Path) -> str:
    """What buf has to say; empty when it is content."""
    program = str(BUF) if BUF.exists() else shutil.which("buf")
    assert program is not None, "buf is part of the test requirements (buf-bin)"
    done = subprocess.run([program, *args], cwd=cwd, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr if done.returncode else ""


def write(text: str | dict[str, Any], folder: Path) -> Path:
    """The proto files of a contract below a folder; the folder that holds buf.yaml."""
    service, _, found = load(text)
    assert service is not None, found
    for file in emit(service):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    return folder / "api" / "gen"


@given(contracts())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_buf_finds_nothing_in_the_proto_of_any_contract(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    service, _, _ = load(text)
    assume(service is not None and service.wire.rpcs)
    folder = write(text, tmp_path_factory.mktemp("proto"))
    assert buf("lint", cwd=folder) == ""
    assert buf("format", "-d", "--exit-code", cwd=folder) == ""


EVERYTHING = contract(
    types={
        "Sku": "string(1..32)",
        "Status": {"enum": {"open": {"doc": "Still open."}, "closed": {"deprecated": True}}, "doc": "The state."},
        "Card": {"last4": "string(4..4)"},
        "Iban": {"iban": "string"},
        "Payment": {"union": {"card": "Card", "iban": "Iban"}, "doc": "How it was paid."},
        "Order": {
            "fields": {
                "id": "uuid",
                "status": {"type": "Status", "default": "open"},
                "note": {"type": "string?", "nullable": True, "sensitive": "pii", "deprecated": True, "doc": "A note."},
                "at": {"type": "timestamp?", "nullable": True},
                "tags": "list<Sku>?",
                "grid": "list<list<int32>>",
                "table": "map<list<Payment>>",
                "rows": "list<map<decimal>>",
                "extra": "json?",
                "payment": "Payment?",
                "took": "duration",
                "parent": "Order?",
                "labels": {"type": "map<string>", "default": {}},
            },
            "deprecated": True,
            "doc": "Takes */ two\nlines // of text.",
        },
    },
    operations={
        "GetOrder": {"http": "GET /v1/orders/{id}", "request": {"id": "uuid"}, "response": "Order", "deprecated": True},
        "ListOrders": {
            "http": "GET /v1/orders",
            "request": {},
            "response": {"orders": "list<Order>"},
            "paginate": "orders",
        },
        "PatchOrder": {
            "http": "PATCH /v1/orders/{id}",
            "request": {"id": "uuid", "order": "partial<Order>"},
            "response": "Order",
            "idempotency": "none",
        },
        "PutOrder": {
            "http": {"method": "PUT", "path": "/v1/orders/{id}", "status": {200: "Order", 202: "Status"}},
            "request": {"id": "uuid"},
        },
        "DeleteOrder": {"http": "DELETE /v1/orders/{id}", "request": {"id": "uuid"}},
        "CountOrders": {"http": "GET /v1/count", "response": "int64"},
        "AllOrders": {"http": "GET /v1/all", "response": "list<Order>"},
        "Chat": {"request": "stream Order", "response": "stream Payment"},
    },
)


def test_every_construct_reads_as_expected(tmp_path: Path) -> None:
    folder = write(EVERYTHING, tmp_path)
    assert buf("lint", cwd=folder) == ""
    assert buf("format", "-d", "--exit-code", cwd=folder) == ""
    path = folder / "proto/order_service/v1/order_service.proto"
    expected = PROTOS / "everything.proto"
    assert path.read_text(encoding="utf-8") == expected.read_text(encoding="utf-8")


def test_hostile_text_stays_in_its_comment(tmp_path: Path) -> None:
    docs = [doc.replace("\x7f", "") for doc in HOSTILE]
    text = contract(
        doc=docs[0],
        types={"Order": {"fields": {f"f{i}": {"type": "string", "doc": doc} for i, doc in enumerate(docs)}}},
        operations={"Get": {"http": "GET /v1/x", "request": {}, "response": "Order", "doc": "\n".join(docs)}},
    )
    folder = write(text, tmp_path)
    assert buf("build", cwd=folder) == ""
    assert buf("lint", cwd=folder) == ""


def against(original: str, path: str, folder: Path, tmp_path: Path) -> str:
    """What buf calls breaking between a published proto and the one that its contract gives."""
    before = tmp_path / "before"
    (before / path).parent.mkdir(parents=True)
    (before / path).write_text((PROTOS / original).read_text(encoding="utf-8"), encoding="utf-8")
    (before / "buf.yaml").write_text("version: v2\n", encoding="utf-8")
    found = buf("breaking", "--against", str(before), cwd=folder)
    return found + buf(
        "breaking",
        "--against",
        str(folder),
        "--config",
        '{"version":"v2","breaking":{"use":["WIRE_JSON"]}}',
        cwd=before,
    )


def test_the_guides_user_service_is_kept_wire_identical(tmp_path: Path) -> None:
    text = (ROOT / "examples/user-service/contract.yaml").read_text(encoding="utf-8")
    folder = write(text, tmp_path / "after")
    assert against("user_service.proto", "proto/user/user_service.proto", folder, tmp_path) == ""
    assert buf("lint", cwd=folder) == ""
    assert buf("format", "-d", "--exit-code", cwd=folder) == ""


def test_health_v1_is_kept_wire_identical(tmp_path: Path) -> None:
    text = contract(
        proto={"package": "grpc.health.v1", "service": "Health"},
        types={
            "HealthCheckRequest": {"fields": {"service": {"type": "string", "number": 1}}},
            "HealthCheckResponse": {"fields": {"status": {"type": "ServingStatus", "number": 1}}},
            "ServingStatus": {
                "enum": {
                    "unknown": {"number": 0},
                    "serving": {"number": 1},
                    "not_serving": {"number": 2},
                    "service_unknown": {"number": 3},
                }
            },
        },
        operations={
            "Check": {"request": "HealthCheckRequest", "response": "HealthCheckResponse", "idempotency": "safe"},
            "Watch": {"request": "HealthCheckRequest", "response": "stream HealthCheckResponse"},
        },
    )
    folder = write(text, tmp_path / "after")
    assert against("health.proto", "proto/grpc/health/v1/health.proto", folder, tmp_path) == ""


def test_a_service_without_grpc_has_no_proto() -> None:
    operation = {"http": "GET /v1/x", "request": {}, "response": "string", "grpc": False}
    assert list(emit(service_of(contract(operations={"Get": operation})))) == []


@pytest.mark.parametrize(
    ("types", "message"),
    [
        ({"Order": {"line_1": "string", "line1": "string"}}, "in proto JSON"),
        ({"Order": {"s": "Status"}, "Status": {"enum": ["a_b", "ab"]}}, "differ only in underscores"),
        ({"Order": {"s": "list<list<string>>", "t": "StringList"}, "StringList": {"a": "string"}}, "wrapper message"),
        ({"Order": {"s": "OrderService?"}, "OrderService": {"a": "string"}}, "another proto symbol"),
        (
            {"Order": {"a": "Pay", "b": "PayKind"}, "Pay": {"enum": ["kind_x"]}, "PayKind": {"enum": ["x"]}},
            "PAY_KIND_X",
        ),
        (
            {
                "Order": {"p": "Pay", "c": "PayCard"},
                "Pay": {"union": {"card": "Card"}},
                "Card": {"n": "string"},
                "PayCard": {"n": "string"},
            },
            "generated class `PayCard`",
        ),
    ],
)
def test_names_that_protoc_would_refuse_are_found_before(types: dict[str, Any], message: str) -> None:
    operation = {"http": "GET /v1/x", "request": {}, "response": "Order"}
    service, _, found = load(contract(types=types, operations={"Get": operation}))
    assert service is None
    assert any(message in d.message for d in found), json.dumps([d.message for d in found], indent=1)
    assert all(d.help for d in found)


def test_an_rpc_with_the_name_of_a_message_and_a_package_that_hides_google_compile(tmp_path: Path) -> None:
    operation = {"request": "Order", "response": "User", "idempotency": "safe"}
    text = contract(
        proto={"package": "acme.google.v1", "service": "Shop"},
        types={"User": {"since": "timestamp", "more": "map<json>"}, "Order": {"id": "string"}},
        operations={"User": operation, "Order": operation},
    )
    folder = write(text, tmp_path)
    assert buf("build", cwd=folder) == ""
    assert buf("format", "-d", "--exit-code", cwd=folder) == ""


def test_names_that_are_words_of_the_proto_language_are_names(tmp_path: Path) -> None:
    words = [
        "syntax",
        "import",
        "package",
        "option",
        "message",
        "enum",
        "service",
        "rpc",
        "returns",
        "stream",
        "repeated",
        "required",
        "oneof",
        "map",
    ]
    words += [
        "reserved",
        "extensions",
        "extend",
        "group",
        "to",
        "max",
        "inf",
        "nan",
        "public",
        "weak",
        "string",
        "bytes",
        "bool",
        "int32",
        "edition",
        "export",
    ]
    text = contract(
        types={"Odd": {"fields": dict.fromkeys(words, "string?")}, "Word": {"enum": words}},
        operations={"Get": {"http": "GET /v1/x", "request": {}, "response": {"odd": "Odd", "word": "Word"}}},
    )
    folder = write(text, tmp_path)
    assert buf("lint", cwd=folder) == ""
    assert buf("format", "-d", "--exit-code", cwd=folder) == ""
