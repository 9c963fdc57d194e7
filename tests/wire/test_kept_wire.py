"""A contract with `proto:` serves a proto that others wrote: their messages are read, and ours are theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conversions import Package, functions, load_package
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

THEIRS = """
syntax = "proto3";
package theirs;
enum Level { LOW = 0; HIGH = 5; None = 6; }
message Item { string sku = 3; }
message Card { string last4 = 1; }
message Payment { oneof kind { Card card = 2; Item from = 7; } }
message Order {
  string id = 2;
  int32 count = 4;
  Level level = 5;
  repeated Item items = 6;
  map<string, string> labels = 8;
  optional string note = 9;
  Item gift = 10;
  Payment payment = 11;
  string added_by_them_later = 99;
}
message Ask { string id = 1; int32 page_size = 2; repeated string only = 3; }
"""
CONTRACT: dict[str, Any] = {
    "mscgen": 1,
    "service": "kept",
    "version": "1.0.0",
    "owner": "team",
    "auth": "public",
    "proto": {"package": "kept", "service": "Kept"},
    "types": {
        "Level": {
            "enum": {
                "low": {"number": 0, "wire": "LOW"},
                "high": {"number": 5, "wire": "HIGH"},
                "none": {"number": 6, "wire": "None"},
            }
        },
        "Item": {"fields": {"sku": {"type": "string", "number": 3}}},
        "Card": {"fields": {"last4": {"type": "string", "number": 1}}},
        "Payment": {"union": {"card": {"type": "Card", "number": 2}, "from": {"type": "Item", "number": 7}}},
        "Order": {
            "fields": {
                "id": {"type": "string", "number": 2},
                "count": {"type": "int32", "number": 4},
                "level": {"type": "Level", "number": 5},
                "items": {"type": "list<Item>?", "number": 6},
                "labels": {"type": "map<string>", "number": 8},
                "note": {"type": "string?", "number": 9},
                "gift": {"type": "Item?", "number": 10},
                "payment": {"type": "Payment?", "number": 11},
            }
        },
        "Ask": {
            "fields": {
                "id": {"type": "string", "number": 1},
                "page_size": {"type": "int32", "number": 2, "default": 10},
                "only": {"type": "list<string>?", "number": 3},
            }
        },
    },
    "operations": {"GetOrder": {"request": "Ask", "response": "Order", "idempotency": "none"}},
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return load_package(CONTRACT, tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The messages of the foreign proto, in a pool of their own."""
    folder = tmp_path_factory.mktemp("theirs")
    (folder / "theirs.proto").write_text(THEIRS)
    assert protoc.main(["protoc", f"-I{folder}", f"--descriptor_set_out={folder / 'set'}", "theirs.proto"]) == 0
    files = descriptor_pb2.FileDescriptorSet.FromString((folder / "set").read_bytes())
    return message_factory.GetMessages(files.file, pool=descriptor_pool.DescriptorPool())


def test_their_request_is_read(package: Package, theirs: dict[str, Any]) -> None:
    decode = functions(package, "GetOrder")[0]
    found = decode(theirs["theirs.Ask"](id="x", only=["a"]).SerializeToString())
    assert (found.id, found.page_size, found.only) == ("x", 10, ["a"])
    assert decode(theirs["theirs.Ask"](id="x", page_size=3).SerializeToString()).page_size == 3


def test_an_empty_list_of_theirs_is_an_absent_one(package: Package, theirs: dict[str, Any]) -> None:
    assert functions(package, "GetOrder")[0](theirs["theirs.Ask"](id="x").SerializeToString()).only is None


def test_our_response_is_theirs(package: Package, theirs: dict[str, Any]) -> None:
    models = package.models
    order = models.Order(
        id="o",
        count=0,
        level=models.Level.HIGH,
        items=[models.Item(sku="a")],
        labels={"k": "v"},
        note="",
        payment=models.PaymentFrom(sku="s"),
    )
    seen = theirs["theirs.Order"].FromString(functions(package, "GetOrder")[1](order))
    assert (seen.id, seen.level, seen.items[0].sku, dict(seen.labels)) == ("o", 5, "a", {"k": "v"})
    assert seen.HasField("note")
    assert not seen.HasField("gift")
    assert getattr(seen.payment, "from").sku == "s"


def test_their_order_is_read_by_our_client_with_what_they_added(package: Package, theirs: dict[str, Any]) -> None:
    sent = theirs["theirs.Order"](id="o", level=6, added_by_them_later="new", gift={})
    found = functions(package, "GetOrder")[3](sent.SerializeToString())
    assert (found.level.value, found.count, found.items, found.gift.sku) == ("None", 0, None, "")


def test_a_zero_is_a_value_of_theirs(package: Package, theirs: dict[str, Any]) -> None:
    found = functions(package, "GetOrder")[3](theirs["theirs.Order"]().SerializeToString())
    assert found.level is package.models.Level.LOW


def test_the_numbers_are_those_of_the_contract(package: Package) -> None:
    numbers = {f.name: f.number for f in package.pb.Order.DESCRIPTOR.fields}
    assert numbers == {"id": 2, "count": 4, "level": 5, "items": 6, "labels": 8, "note": 9, "gift": 10, "payment": 11}


def test_the_package_is_written_where_the_proto_belongs(package: Package) -> None:
    assert Path(package.pb.__file__).is_relative_to(package.folder)
