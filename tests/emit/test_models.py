"""gen/models.py: clean without a formatter, whatever the contract says; small diffs; the same text however grouped."""

from __future__ import annotations

import ast
import difflib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from contracts import contracts
from hypothesis import given, settings
from mscgen.diagnostics import has_errors
from mscgen.emit import models
from mscgen.read import read_text
from mscgen.resolve import resolve
from mscgen.resolve.lock import EMPTY
from services import contract, service_of

ROOT = Path(__file__).resolve().parents[2]

CONTRACT = """
mscgen: 1
service: order-service
version: 1.0.0
owner: team
auth: public
types:
  Sku: string(1..32)
  Status: {enum: [pending, paid, none, name]}
  Card: {last4: {type: string, pattern: "^[0-9]{4}$"}}
  Iban: {iban: string(15..34)}
  Payment: {union: {card: Card, iban: Iban}}
  Money: {amount: decimal(0..), currency: string(3..3)}
  Order:
    order_id: uuid
    sku: Sku
    skus: list<string(1..5)>(..10)
    labels: map<string(..10)>?
    status: Status = pending
    rate: decimal = 1.50
    note: {type: "string(..500)?", sensitive: pii}
    both: {type: "string?", nullable: true}
    at: timestamp
    date: date?
    list: list<string>?
    class: string?
    pay: Payment?
    again: Order?
    money: Money?
    wired: {type: "string?", wire: wiredName}
operations:
  UpdateOrder:
    http: PATCH /v1/orders/{order_id}
    request: {order_id: uuid, order: partial<Order>}
    response: Order
    idempotency: natural
"""


def service(text):
    node, found, _ = read_text(text, "contract.yaml")
    assert node is not None
    assert not has_errors(found), found
    result, found, _ = resolve(node, Path("."), EMPTY)
    assert result is not None, [(d.message, d.span.line) for d in found]
    return result


def package(folder: Path, text: str) -> Path:
    """A package `gen` with these models and the runtime beside them."""
    gen = folder / "gen"
    shutil.copytree(ROOT / "templates" / "runtime", gen / "runtime", ignore=shutil.ignore_patterns("__pycache__"))
    (gen / "__init__.py").write_text("")
    (gen / "models.py").write_text(text, encoding="utf-8")
    return gen / "models.py"


def assert_clean(path: Path) -> None:
    for command in (
        ["format", "--check", "--diff"],
        ["check", "--select", "E,F,I,UP,B,SIM,RUF", "--ignore", "E501,RUF001,RUF002,RUF003"],
    ):
        line = [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "100", str(path)]
        out = subprocess.run(line, capture_output=True, text=True)
        assert out.returncode == 0, out.stdout + out.stderr


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    path = package(folder, models.models_text(service(CONTRACT)))
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("gen.models", path)
        import gen.models as module

        assert spec is not None
        yield module
    finally:
        sys.path.remove(str(folder))
        for name in [n for n in sys.modules if n == "gen" or n.startswith("gen.")]:
            del sys.modules[name]


ORDER = {
    "order_id": "6b1e3c0a-3f1c-4f43-9a6a-000000000001",
    "sku": "tea",
    "skus": [],
    "at": "2026-01-01T00:00:00+02:00",
}


def read_json(module, **change):
    import json

    return module.Order.model_validate_json(json.dumps(ORDER | change), strict=True, by_name=False)


def test_defaults_and_wire_names_hold(loaded):
    order = read_json(loaded, wiredName="w")
    assert (order.status, str(order.rate), order.wired) == (loaded.Status.PENDING, "1.50", "w")
    assert b'"wiredName":"w"' in order.__pydantic_serializer__.to_json(order)


def test_absent_null_and_value_are_three_things(loaded):
    def to_json(order):
        return order.__pydantic_serializer__.to_json(order, warnings="error")

    assert b"both" not in to_json(read_json(loaded))
    assert b"note" not in to_json(read_json(loaded))
    assert b'"both":null' in to_json(read_json(loaded, both=None))
    assert b'"both":"x"' in to_json(read_json(loaded, both="x"))


@pytest.mark.parametrize(
    "change",
    [
        {"note": None},
        {"again": None},
        {"sku": 3},
        {"rate": 1.5},
        {"rate": "1e5"},
        {"rate": "NaN"},
        {"at": "2026-01-01T00:00:00"},
        {"at": 1767222000},
        {"date": "2026-02-30"},
        {"pay": {"kind": "cash"}},
        {"pay": {"last4": "1234"}},
        {"wired": "w"},
        {"list_": ["x"]},
        {"unknown": 1},
    ],
    ids=str,
)
def test_json_is_held_to_the_contract(loaded, change):
    from pydantic import ValidationError

    with pytest.raises(ValidationError):
        read_json(loaded, **change)


def test_none_in_python_means_absent(loaded):
    from datetime import UTC, datetime
    from uuid import uuid4

    order = loaded.Order(order_id=uuid4(), sku="tea", skus=[], at=datetime.now(UTC), note=None)
    assert b"note" not in order.__pydantic_serializer__.to_json(order)


def test_sensitive_fields_are_known_to_the_class_and_its_patch(loaded):
    assert loaded.Order.__sensitive__ == loaded.OrderPatch.__sensitive__ == ("note",)


def test_a_patch_changes_what_it_names_and_removes_what_it_nulls(loaded):
    order = read_json(loaded, note="n", labels={"a": "1", "b": "2"}, money={"amount": "1", "currency": "EUR"})
    text = '{"note": null, "labels": {"a": null, "c": "3"}, "money": {"amount": "2"}, "sku": "coffee"}'
    after = loaded.OrderPatch.model_validate_json(text, strict=True).apply(order)
    assert (after.note, after.labels, after.sku) == (None, {"b": "2", "c": "3"}, "coffee")
    assert (str(after.money.amount), after.money.currency) == ("2", "EUR")
    assert after.order_id == order.order_id


def test_a_patch_refuses_null_for_what_must_have_a_value(loaded):
    from pydantic import ValidationError

    with pytest.raises(ValidationError):
        loaded.OrderPatch.model_validate_json('{"sku": null}', strict=True)


def test_the_module_is_typed_and_clean(tmp_path):
    path = package(tmp_path, models.models_text(service(CONTRACT)))
    assert_clean(path)
    line = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "-m", "gen.models"]
    out = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True)
    assert out.returncode == 0, out.stdout


@settings(max_examples=15)
@given(contracts())
def test_any_valid_contract_gives_clean_importable_models(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("any")
    path = package(folder, models.models_text(service(text)))
    assert_clean(path)
    code = "import warnings; warnings.simplefilter('error'); import gen.models"
    out = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert out.returncode == 0, out.stderr + path.read_text()


def test_one_added_field_is_one_hunk():
    before = models.models_text(service(CONTRACT)).splitlines()
    after = models.models_text(
        service(CONTRACT.replace("    at: timestamp", "    at: timestamp\n    gift: bool"))
    ).splitlines()
    hunks = [line for line in difflib.unified_diff(before, after, n=0) if line.startswith("@@")]
    assert len(hunks) == 2  # the record and its patch


def test_groups_join_to_the_same_text(monkeypatch):
    whole = models.models_text(service(CONTRACT))
    monkeypatch.setattr(models, "GROUP_SIZE", 1)
    parts = models.models_text(service(CONTRACT))
    assert sorted(whole.splitlines()) == sorted(parts.splitlines())


def test_quotes_in_enum_values_are_laid_out_as_ruff_does(tmp_path):
    wires = ["'''", 'a"b', "\\n", "it's", "\"'"]
    values = {f"value_{i}": {"wire": wire} for i, wire in enumerate(wires)}
    text = models.models_text(service_of(contract(types={"Odd": {"enum": values}})))
    path = tmp_path / "models.py"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "format", "--no-cache", "--isolated", "--line-length=100", "--diff", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    found = ast.parse(text)
    members = [n for c in found.body if isinstance(c, ast.ClassDef) for n in c.body if isinstance(n, ast.Assign)]
    assert [ast.literal_eval(member.value) for member in members] == wires


@pytest.mark.parametrize("length", [20, 30, 40, 60, 90])
@pytest.mark.parametrize("text", ["plain and rather long words", "escaped \u202e and \u2066 and \u200b text"])
def test_long_defaults_are_laid_out_as_ruff_does(length, text, tmp_path):
    name = ("a_long_name_" * 10)[:length].rstrip("_")
    fields = {
        name: {"type": "string(..200)", "default": text, "wire": "a/b"},
        "short": {"type": "string", "default": text},
    }
    path = tmp_path / "models.py"
    path.write_text(models.models_text(service_of(contract(types={"Odd": {"fields": fields}}))), encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "format", "--no-cache", "--isolated", "--line-length=100", "--diff", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
