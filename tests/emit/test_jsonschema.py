"""Contract types as JSON Schema: the shape of each, and nothing a reader of the schema could trip over."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from contracts import contracts
from hypothesis import HealthCheck, assume, given, settings
from jsonschema import Draft202012Validator
from mscgen.emit.jsonschema import Lowering, definitions
from mscgen.emit.patterns import DATE, DURATION, TIMESTAMP, UUID
from services import contract, echo, load, service_of

TYPES: dict[str, Any] = {
    "Sku": "string(1..8)",
    "Status": {
        "enum": {"open": {"doc": "Not paid."}, "paid": {"wire": "PAID"}},
        "doc": "The state.",
        "deprecated": True,
    },
    "Card": {"last4": {"type": "string(4..4)", "sensitive": "pii"}},
    "Payment": {"union": {"card": "Card"}, "discriminator": "method"},
    "Order": {
        "fields": {
            "id": {"type": "uuid", "read_only": True, "doc": "Its id."},
            "sku": "Sku",
            "status": {"type": "Status", "default": "paid"},
            "rate": {"type": "decimal(0..2)", "default": "1.50"},
            "ratio": {"type": "double(0..1)", "default": 0.5, "example": 0.25},
            "note": {"type": "string(..5)?", "nullable": True, "deprecated": True, "example": "hi"},
            "payment": {"type": "Payment", "nullable": True},
            "by_key": {"type": "map<list<Sku>>(1..3)", "wire": "byKey"},
            "secret": {"type": "string?", "write_only": True, "sensitive": "secret"},
            "anything": {"type": "json", "nullable": True},
        },
        "doc": "An order.",
    },
}


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    update = {"http": "PATCH /v1/o", "request": {"order": "partial<Order>"}, "idempotency": "none"}
    text = echo(TYPES, "Order")
    text["operations"]["Update"] = update
    return definitions(service_of(text), "#/$defs/")


def test_a_record_is_a_closed_object(schemas: dict[str, Any]) -> None:
    order = schemas["Order"]
    assert (order["type"], order["description"], order["additionalProperties"]) == ("object", "An order.", False)
    assert order["required"] == ["id", "sku", "payment", "byKey", "anything"]
    assert list(order["properties"])[-3:] == ["byKey", "secret", "anything"]


def test_each_field_says_what_is_known_of_it(schemas: dict[str, Any]) -> None:
    p = schemas["Order"]["properties"]
    assert p["id"] == {
        "type": "string", "format": "uuid", "pattern": UUID, "description": "Its id.", "readOnly": True,
    }  # fmt: skip
    assert p["sku"] == {"$ref": "#/$defs/Sku"}
    assert p["status"] == {"$ref": "#/$defs/Status", "default": "PAID"}
    assert (p["rate"]["default"], p["rate"]["x-maximum"]) == ("1.50", "2")
    assert p["ratio"] == {
        "type": "number", "format": "double", "minimum": 0, "maximum": 1, "default": 0.5, "examples": [0.25],
    }  # fmt: skip
    assert p["note"] == {"type": ["string", "null"], "maxLength": 5, "deprecated": True, "examples": ["hi"]}
    assert p["payment"] == {"anyOf": [{"$ref": "#/$defs/Payment"}, {"type": "null"}]}
    assert p["byKey"] == {
        "type": "object", "minProperties": 1, "maxProperties": 3,
        "additionalProperties": {"type": "array", "items": {"$ref": "#/$defs/Sku"}},
    }  # fmt: skip
    assert p["secret"] == {"type": "string", "writeOnly": True, "x-sensitive": "secret"}
    assert p["anything"] == {}


def test_an_enum_lists_its_json_strings(schemas: dict[str, Any]) -> None:
    assert schemas["Status"] == {
        "type": "string", "enum": ["open", "PAID"], "description": "The state.", "deprecated": True,
        "x-enum-descriptions": ["Not paid.", ""],
    }  # fmt: skip


def test_a_union_is_one_of_its_arms_told_apart_by_the_discriminator(schemas: dict[str, Any]) -> None:
    assert schemas["Payment"] == {
        "oneOf": [{"$ref": "#/$defs/PaymentCard"}],
        "discriminator": {"propertyName": "method", "mapping": {"card": "#/$defs/PaymentCard"}},
    }
    arm = schemas["PaymentCard"]
    assert (arm["properties"]["method"], arm["required"]) == ({"const": "card"}, ["method", "last4"])


def test_a_patch_requires_nothing_and_leaves_out_what_is_read_only(schemas: dict[str, Any]) -> None:
    patch = schemas["OrderPatch"]
    assert ("required" in patch, "id" in patch["properties"]) == (False, False)
    assert "default" not in patch["properties"]["status"]
    assert patch["properties"]["secret"]["type"] == ["string", "null"]
    assert patch["properties"]["byKey"]["additionalProperties"]["type"] == ["array", "null"]


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        ("bool", {"type": "boolean"}),
        ("int32", {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1}),
        ("uint64(..10)", {"type": "integer", "format": "uint64", "minimum": 0, "maximum": 10}),
        ("int64(-1..)", {"type": "integer", "format": "int64", "minimum": -1, "maximum": 2**63 - 1}),
        ("double", {"type": "number", "format": "double"}),
        ("date", {"type": "string", "format": "date", "pattern": DATE}),
        ("timestamp", {"type": "string", "format": "date-time", "pattern": TIMESTAMP}),
        ("duration", {"type": "string", "pattern": DURATION, "examples": ["1.5s"]}),
        ("json", {}),
    ],
)
def test_each_scalar(type: str, expected: dict[str, Any]) -> None:
    service = service_of(echo({"R": {"a": type}}, "R"))
    record = service.types["R"]
    assert Lowering(service).record(record)["properties"]["a"] == expected  # type: ignore[arg-type]


def test_bytes_are_bounded_by_the_length_of_their_base64() -> None:
    service = service_of(echo({"R": {"a": "bytes(2..4000)"}}, "R"))
    schema = definitions(service)["R"]["properties"]["a"]
    assert (schema["contentEncoding"], schema["minLength"], schema["maxLength"]) == ("base64", 4, 5336)


@given(contracts())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_the_schemas_of_any_contract_are_valid_closed_and_json(text: str) -> None:
    service, _, _ = load(text)
    assume(service is not None)
    assert service is not None
    found = definitions(service, "#/$defs/")
    Draft202012Validator.check_schema({"$defs": found})
    json.dumps(found, allow_nan=False)
    for name in found:
        # Compiling follows every reference.
        jsonschema_rs.validator_for({"$ref": f"#/$defs/{name}", "$defs": found})


def test_the_records_of_errors_and_events_have_schemas_too() -> None:
    text = contract(
        operations={"Do": {"request": {}, "response": "string", "idempotency": "safe", "errors": ["Gone"]}},
        errors={"Gone": {"code": "not_found", "details": {"sku": "string"}}},
        publishes={"OrderPlaced": {"payload": {"id": "uuid"}, "key": "id"}},
    )
    properties = [set(s["properties"]) for s in definitions(service_of(text)).values()]
    assert {"sku"} in properties
    assert {"id"} in properties
