"""gen/convert.py: clean without a formatter for any contract, typed, stable, whatever the names."""

from __future__ import annotations

import ast
import difflib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from contract_space import conversions
from contracts import contracts
from conversions import EVERYTHING, functions, load_package, write_package
from hypothesis import HealthCheck, Phase, given, settings
from mscgen.emit.convert import convert_text
from mscgen.emit.convert import emit as emit_convert
from mscgen.emit.convert.module import codecs
from services import contract, load, service_of

RULES = ["--select", "E,F,I,UP,B,SIM,RUF", "--ignore", "E501"]
RESPONSES = [
    *["bool", "int64", "double", "decimal", "string", "bytes", "uuid", "timestamp", "date", "duration", "json"],
    *["Point", "Colour", "Shape", "Solo", "list<Point>", "list<Shape>", "list<decimal>", "map<timestamp>"],
    *["map<map<date>>", "list<list<json>>", "list<Solo>"],
]


def run(*args: str, cwd: Path) -> str:
    """What a tool says; empty when it is content."""
    done = subprocess.run([sys.executable, "-m", *args], cwd=cwd, capture_output=True, text=True, timeout=300)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def assert_clean(path: Path) -> None:
    """Whether ruff has nothing to change in a file, or in any file of a folder."""
    common = ["--isolated", "--line-length", "100", str(path)]
    assert not run("ruff", "format", "--diff", *common, cwd=path.parent)
    assert not run("ruff", "check", *RULES, *common, cwd=path.parent)


def test_it_is_clean_however_long_the_names(tmp_path: Path) -> None:
    count = 0

    # All texts in one folder: ruff starts once. Not shrunk, since nothing fails in here.
    @settings(max_examples=60, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(text=conversions() | conversions(longest=7))
    def write(text: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        (tmp_path / f"convert_{count}.py").write_text(convert_text(service_of(text)), encoding="utf-8")

    write()
    assert_clean(tmp_path)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(text=contracts())
def test_it_is_python_for_any_contract(text: str) -> None:
    service, _, _ = load(text)
    assert service is not None
    for file in emit_convert(service):
        ast.parse(file.text)


def everything_and_every_response() -> dict[str, Any]:
    """The big contract, with an operation for each kind of response, and one with all of them."""
    types = {**EVERYTHING["types"], "Solo": {"union": {"point": "Point"}}}
    operations = dict(EVERYTHING["operations"])
    for i, response in enumerate(RESPONSES):
        operations[f"Answer{i}"] = {"response": response, "idempotency": "none"}
        operations[f"Stream{i}"] = {"request": "stream Point", "response": f"stream {response}", "idempotency": "none"}
    statuses = dict(
        zip(range(200, 299), ["list<Point>", "Shape", "Colour", "bool", "map<uuid>", "timestamp"], strict=False)
    )
    operations["AnswerAny"] = {"http": {"method": "POST", "path": "/v1/any", "status": statuses}, "idempotency": "none"}
    maybe = {200: "Point", 202: "Tree", 204: None}
    operations["AnswerMaybe"] = {
        "http": {"method": "POST", "path": "/v1/maybe", "status": maybe},
        "idempotency": "none",
    }
    operations["AnswerNothing"] = {"idempotency": "none"}
    return {**EVERYTHING, "types": types, "operations": operations}


@pytest.mark.slow
def test_it_is_typed_strictly_with_every_kind_of_field_and_response(tmp_path: Path) -> None:
    package = write_package(service_of(everything_and_every_response()), tmp_path)
    modules = [str(package / "gen" / name) for name in ("convert.py", "runtime/wire.py")]
    assert not run(
        "mypy",
        "--strict",
        "--python-version",
        "3.11",
        "--cache-dir",
        str(tmp_path / "cache"),
        *modules,
        cwd=tmp_path / "src",
    )
    assert_clean(package / "gen" / "convert.py")


def test_any_of_several_responses_comes_back_as_itself(tmp_path: Path) -> None:
    package = load_package(everything_and_every_response(), tmp_path)
    models = package.models
    _, encode, _, decode_reply = functions(package, "AnswerAny")
    shape = models.ShapePoint(x=1)
    for value in ([models.Point(x=1)], [], shape, models.Colour.NONE_, True, False, {}):
        found = decode_reply(encode(value))
        assert (type(found), found) == (type(value), value)
    _, encode, _, decode_reply = functions(package, "AnswerMaybe")
    for value in (models.Point(x=0), models.Tree(value="0", more=[]), None):
        assert decode_reply(encode(value)) == value
    assert functions(package, "AnswerNothing")[1](None) == b""
    assert functions(package, "AnswerNothing")[3](b"") is None


def test_the_order_of_the_contract_is_no_part_of_it() -> None:
    first = service_of(EVERYTHING)
    _, lock, _ = load(EVERYTHING)
    mixed = {**EVERYTHING, "types": {}, "operations": dict(reversed(EVERYTHING["operations"].items()))}
    for name, declared in reversed(EVERYTHING["types"].items()):
        turned = dict(reversed(declared.items())) if isinstance(declared, dict) and "enum" not in declared else declared
        if isinstance(turned, dict) and "union" in turned:
            turned = {"union": dict(reversed(turned["union"].items()))}
        mixed["types"][name] = turned
    assert convert_text(service_of(mixed, lock)) == convert_text(first)


def test_the_text_depends_on_nothing_but_the_contract(tmp_path: Path) -> None:
    (tmp_path / "contract.json").write_text(json.dumps(EVERYTHING))
    program = (
        "import json, sys; from services import service_of; from mscgen.emit.convert import convert_text;"
        f"sys.stdout.write(convert_text(service_of(json.load(open({str(tmp_path / 'contract.json')!r})))))"
    )
    tests = str(Path(__file__).resolve().parents[1])
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": tests, "PATH": "", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert found == {convert_text(service_of(EVERYTHING))}


@pytest.mark.parametrize(
    "field",
    [
        "string",
        "string?",
        "decimal",
        "timestamp",
        "Point?",
        "list<Point>",
        "map<uuid>",
        {"type": "string?", "nullable": True},
    ],
    ids=str,
)
def test_a_new_field_is_one_change_in_each_function(field: Any) -> None:
    types: dict[str, Any] = {
        "Point": {"x": "int32"},
        "Order": {f"field_{i}": ["string", "date?"][i % 2] for i in range(12)},
    }
    operations = {"Do": {"request": {"order": "Order"}, "response": "Order", "idempotency": "none"}}
    old, lock, _ = load(contract(types=types, operations=operations))
    assert old is not None
    grown = {**types, "Order": {"added": field, **types["Order"]}}
    new = service_of(contract(types=grown, operations=operations), lock)
    before, after = convert_text(old).splitlines(), convert_text(new).splitlines()
    changed = [line for line in difflib.unified_diff(before, after, lineterm="", n=0) if line.startswith("@@")]
    removed = [line for line in difflib.ndiff(before, after) if line.startswith("- ")]
    # One place where the message is written, one where it is read; nothing else moves. A point is new to the proto.
    points = 2 if "Point" in str(field) else 0
    imports = 1 if field == "map<uuid>" else 0
    assert len(changed) <= 2 + points + imports
    assert len(removed) <= imports


NAMES: dict[str, Any] = {
    "types": {
        "Date": {"a": "int32"},
        "UuidList": {"a": "int32"},
        "String": {"a": "string"},
        "Json": {"a": "json?"},
        "Wire": {"a": "int32"},
        "Pb": {"a": "int32"},
        "DecodeEcho": {"a": "int32"},
        "Holder": {
            "m": "list<list<Date>>",
            "pb": "list<list<date>>",
            "wire": "map<map<UuidList>>",
            "d": "map<map<list<uuid>>>",
            "v": "list<list<String>>",
            "t": "list<list<string>>",
            "k": "list<Json>?",
            "x": "list<json>?",
            "path": "int32?",
            "mask": "int32?",
            "inner": "Pb?",
            "paths": "int32?",
            "prefix": "int32?",
            "arm": "Wire?",
            "data": "int32?",
            "values": "list<int32>?",
            "value": "int32?",
            "items": "map<int32>?",
            "keys": "DecodeEcho?",
        },
    },
    "operations": {
        "Create": {"request": "Holder", "response": "list<Date>", "idempotency": "none"},
        "CreateRequest": {"request": "Date", "response": "list<date>", "idempotency": "none"},
        "CreateReply": {"request": "Date", "response": "map<UuidList>", "idempotency": "none"},
        "CreateRequestReply": {"request": "Date", "response": "map<list<uuid>>", "idempotency": "none"},
        "EchoDict": {"request": "DecodeEcho", "response": "Holder", "idempotency": "none"},
        "Import": {"request": {"change": "partial<Holder>"}, "response": "String", "idempotency": "none"},
        "Class": {"request": "Wire", "response": "Json", "idempotency": "none"},
    },
}


def test_names_that_the_module_uses_itself_are_only_names(tmp_path: Path) -> None:
    service, _, found = load(contract(**NAMES))
    assert service is not None, [d.message for d in found]
    text = convert_text(service)
    defined = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert len(defined) == len(set(defined))
    package = load_package(contract(**NAMES), tmp_path)
    assert_clean(Path(package.convert.__file__))
    models = package.models
    holder = models.Holder(
        m=[[models.Date(a=1)]],
        pb=[["2026-01-01"]],
        wire={"a": {"b": models.UuidList(a=2)}},
        d={},
        v=[],
        t=[["x"]],
        inner=models.Pb(a=1),
    )
    decode, _, encode_request, _ = functions(package, "Create")
    assert decode(encode_request(holder)) == holder
    _, encode, _, decode_reply = functions(package, "CreateRequest")
    assert decode_reply(encode([holder.pb[0][0]])) == [holder.pb[0][0]]
    patch = models.ImportRequest(change=models.HolderPatch(inner=models.PbPatch(a=3), mask=4, paths=None))
    decode, _, encode_request, _ = functions(package, "Import")
    assert decode(encode_request(patch)) == patch


def test_the_functions_of_a_server_have_the_names_that_gen_grpc_uses() -> None:
    found = codecs(service_of(contract(**NAMES)))
    assert (found["Import"].decode, found["Import"].encode) == ("decode_import_", "encode_import_")
    names = [
        name
        for codec in found.values()
        for name in (codec.decode, codec.encode, codec.encode_request, codec.decode_reply)
    ]
    assert len(names) == len(set(names))


def test_a_service_without_grpc_has_no_conversions() -> None:
    operations = {"Get": {"http": "GET /v1/x", "grpc": False, "response": "string"}}
    assert list(emit_convert(service_of(contract(operations=operations)))) == []


def test_hostile_text_of_a_contract_is_not_in_it() -> None:
    doc = 'x"""\nimport os\n"""\\'
    types = {"Order": {"fields": {"a": {"type": "string", "doc": doc}}, "doc": doc}}
    operations = {"Do": {"doc": doc, "request": "Order", "response": "Order", "idempotency": "none"}}
    assert "import os" not in convert_text(service_of(contract(types=types, operations=operations)))
