"""How a contract becomes messages: forms of requests and responses, presence, wrappers, and protos that are kept."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import contracts
from hypothesis import HealthCheck, assume, given, settings
from mscgen.model.wire import Message, Rpc, Wire
from services import contract, load, service_of

ORDER = {"id": "string", "count": "int32"}


def wire(operations: dict[str, Any], types: dict[str, Any] | None = None, **more: Any) -> Wire:
    return service_of(contract(types=types or {"Order": ORDER}, operations=operations, **more)).wire


def one(response: Any, types: dict[str, Any] | None = None, request: Any = None, **more: Any) -> tuple[Rpc, Wire]:
    operation = {"request": request or {"id": "string"}, "idempotency": "safe"}
    if response is not None:
        operation["response"] = response
    made = wire({"GetIt": operation}, types, **more)
    return made.rpcs[0], made


def shape(message: Message) -> list[str]:
    """`["optional string note = 1", …]`."""
    return [
        f"{'repeated ' if f.repeated else 'optional ' if f.optional else ''}{f.type} {f.name} = {f.number}"
        + (f" in {f.oneof}" if f.oneof else "")
        for f in message.fields
    ]


@pytest.mark.parametrize(
    ("response", "form", "field", "fields"),
    [
        (None, "empty", None, []),
        ({"id": "string"}, "inline", None, ["string id = 1"]),
        ("Order", "field", "order", ["Order order = 1"]),
        ("GetItResponse", "inline", None, ["string id = 1", "int32 count = 2"]),
        ("list<Order>", "field", "value", ["repeated Order value = 1"]),
        ("map<int64>", "field", "value", ["map<string, int64> value = 1"]),
        ("int64", "field", "value", ["optional int64 value = 1"]),
        ("Status", "field", "status", ["Status status = 1"]),
        ("timestamp", "field", "value", ["google.protobuf.Timestamp value = 1"]),
        ("stream Order", "field", "order", ["Order order = 1"]),
    ],
)
def test_each_form_of_a_response(response: Any, form: str, field: str | None, fields: list[str]) -> None:
    types = {"Order": ORDER, "Status": {"enum": ["open"]}}
    if response == "GetItResponse":
        types[response] = ORDER
    rpc, made = one(response, types)
    assert (rpc.response, rpc.response_form, rpc.response_field) == ("GetItResponse", form, field)
    assert shape(made.message("GetItResponse")) == fields
    assert rpc.response_stream == str(response).startswith("stream")


def test_several_success_types_are_a_oneof() -> None:
    statuses = {200: "Order", 202: "list<Order>", 203: "int64", 204: None}
    http = {"method": "PUT", "path": "/v1/it", "status": statuses}
    made = wire({"PutIt": {"http": http, "request": {"id": "string"}}})
    assert made.rpcs[0].response_form == "oneof"
    assert shape(made.message("PutItResponse")) == [
        "Order order = 1 in result",
        "OrderList order_list_value = 2 in result",
        "int64 int64_value = 3 in result",
    ]


def test_a_request_carries_the_fields_of_its_record_under_numbers_of_its_own() -> None:
    operation = {"request": "Order", "response": "Order", "idempotency": "none"}
    made = wire({"MakeOrder": operation, "TakeOrder": operation})
    names = [m.name for m in made.messages]
    assert names == ["MakeOrderRequest", "MakeOrderResponse", "Order", "TakeOrderRequest", "TakeOrderResponse"]
    assert shape(made.message("MakeOrderRequest")) == shape(made.message("Order"))
    assert made.message("MakeOrderRequest").record == "Order"


FIELDS = {
    "plain": ("int32", "int32 {}"),
    "optional": ("int32?", "optional int32 {}"),
    "nullable": ({"type": "int32", "nullable": True}, "optional int32 {}"),
    "both": ({"type": "int32?", "nullable": True}, "NullableInt32 {}"),
    "with_default": ("int32 = 5", "optional int32 {}"),
    "null_or_default": ({"type": "int32", "nullable": True, "default": 5}, "NullableInt32 {}"),
    "null_by_default": ({"type": "int32", "nullable": True, "default": None}, "optional int32 {}"),
    "state": ("Status?", "optional Status {}"),
    "record": ("Leaf?", "Leaf {}"),
    "record_or_null": ({"type": "Leaf?", "nullable": True}, "NullableLeaf {}"),
    "items": ("list<string>", "repeated string {}"),
    "items_or_none": ("list<string>?", "StringList {}"),
    "items_by_default": ({"type": "list<string>", "default": []}, "repeated string {}"),
    "items_or_null": ({"type": "list<string>?", "nullable": True}, "NullableStringList {}"),
    "grid": ("list<list<uuid>>", "repeated StringList {}"),
    "rows": ("list<map<bytes>>", "repeated BytesMap {}"),
    "table": ("map<list<Leaf>>", "map<string, LeafList> {}"),
    "deep": ("map<map<list<bool>>>", "map<string, BoolListMap> {}"),
    "moments": ("list<timestamp>?", "TimestampList {}"),
    "anything": ("json?", "google.protobuf.Value {}"),
    "anything_or_null": ({"type": "json?", "nullable": True}, "google.protobuf.Value {}"),
    "name": ("Name?", "optional string {}"),
}


def test_presence_is_said_in_proto3_or_by_a_wrapper() -> None:
    types = {
        "Leaf": {"a": "string"},
        "Status": {"enum": ["open"]},
        "Name": "string(..9)",
        "All": {name: written for name, (written, _) in FIELDS.items()},
    }
    _, made = one("All", types)
    expected = [f"{form.format(name)} = {n}" for n, (name, (_, form)) in enumerate(FIELDS.items(), 1)]
    assert shape(made.message("All")) == expected
    assert shape(made.message("NullableInt32")) == ["optional int32 value = 1"]
    assert shape(made.message("NullableLeaf")) == ["Leaf value = 1"]
    assert shape(made.message("NullableStringList")) == ["StringList value = 1"]
    assert shape(made.message("StringList")) == ["repeated string values = 1"]
    assert shape(made.message("BoolListMap")) == ["map<string, BoolList> values = 1"]
    assert {m.kind for m in made.messages} == {"record", "response", "list", "map", "nullable"}
    assert made.imports == ("google/protobuf/struct.proto", "google/protobuf/timestamp.proto")


def test_a_proto_that_is_kept_gets_no_message_that_it_did_not_have() -> None:
    types = {
        "All": {
            "both": {"type": "int32?", "nullable": True, "number": 4},
            "items": {"type": "list<string>?", "number": 2},
            "by_name": {"type": "map<string>?", "number": 3},
        },
        "Ask": {"id": "string"},
    }
    kept = {"package": "acme.v3", "service": "Kept"}
    rpc, made = one("All", types, "Ask", proto=kept)
    assert (made.package, made.service, made.path) == ("acme.v3", "Kept", "acme/v3/order_service.proto")
    assert (rpc.request, rpc.response, rpc.response_form, rpc.idempotency_level) == ("Ask", "All", "inline", None)
    assert [m.name for m in made.messages] == ["All", "Ask"]
    assert shape(made.message("All")) == [
        "repeated string items = 2",
        "map<string, string> by_name = 3",
        "optional int32 both = 4",
    ]


def test_enums_of_a_kept_proto_have_its_names_and_a_zero() -> None:
    pinned = {"enum": {"off": {"number": 0}, "on_fire": {"number": 7, "wire": "ON-FIRE"}}}
    free = {"enum": ["up", "down"]}
    types = {"All": {"a": "Pinned", "b": "Free"}, "Pinned": pinned, "Free": free}
    _, made = one("All", types, proto={"package": "acme.v3", "service": "Kept"})
    values = {e.name: [(v.name, v.number, v.value) for v in e.values] for e in made.enums}
    assert values == {
        "Free": [("FREE_UNSPECIFIED", 0, None), ("UP", 1, "up"), ("DOWN", 2, "down")],
        "Pinned": [("OFF", 0, "off"), ("ON_FIRE", 7, "on_fire")],
    }


def test_zero_stands_for_an_unknown_value_unless_the_proto_is_kept() -> None:
    text = contract(
        types={"Order": {"s": "Status"}, "Status": {"enum": {"open": {"number": 0}}}},
        operations={"GetIt": {"request": {}, "response": "Order", "idempotency": "safe"}},
    )
    service, _, found = load(text)
    assert service is None
    assert ["0 means that a value is not known" in d.message for d in found] == [True]


def test_a_foreign_rpc_name_names_its_messages() -> None:
    operation = {"grpc": {"name": "Fetch"}, "request": {"id": "string"}, "response": "Order", "idempotency": "safe"}
    made = wire({"GetIt": operation})
    assert (made.rpcs[0].name, made.rpcs[0].operation) == ("Fetch", "GetIt")
    assert [m.name for m in made.messages] == ["FetchRequest", "FetchResponse", "Order"]


def test_a_type_that_no_rpc_reaches_is_not_in_the_proto() -> None:
    types = {"Order": ORDER, "Lonely": {"a": "string"}, "Event": {"enum": ["x"]}}
    rest = {"http": "GET /v1/lonely", "request": {}, "response": "Lonely", "grpc": False}
    made = wire({"GetIt": {"request": {}, "response": "Order", "idempotency": "safe"}, "GetLonely": rest}, types)
    assert [m.name for m in made.messages] == ["GetItRequest", "GetItResponse", "Order"]
    assert made.enums == ()


def test_a_union_is_a_message_with_one_oneof() -> None:
    types = {"Card": {"n": "string"}, "Order": {"pay": "Pay"}, "Pay": {"union": {"card": "Card", "kind": "Card"}}}
    _, made = one("Order", types)
    assert shape(made.message("Pay")) == ["Card card = 1 in kind_of", "Card kind = 2 in kind_of"]


@given(contracts())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_no_number_and_no_name_is_given_twice_in_any_contract(text: str) -> None:
    service, lock, _ = load(text)
    assume(service is not None)
    assert service is not None
    for message in service.wire.messages:
        assert len({f.number for f in message.fields}) == len({f.name for f in message.fields}) == len(message.fields)
        assert all(f.number > 0 for f in message.fields)
    again, lock_again, _ = load(text, lock)
    assert again is not None
    assert (again.wire, lock_again) == (service.wire, lock)
