"""The wire mapping of the contract language, row by row: what stands in Python, in JSON and in the message."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from conversions import Package, functions, load_package
from google.protobuf import text_format
from mscgen.emit.proto import proto_text
from services import contract

TYPES: dict[str, Any] = {
    "Status": {"enum": ["pending", "paid"]},
    "Point": {"x": "int32"},
    "Card": {"last4": "string"},
    "Iban": {"iban": "string"},
    "Payment": {"union": {"card": "Card", "iban": "Iban"}},
}
FIELDS: dict[str, Any] = {
    "flag": "bool",
    "small": "int32",
    "big": "int64",
    "huge": "uint64",
    "ratio": "double",
    "single": "float",
    "price": "decimal",
    "name": "string",
    "blob": "bytes",
    "id": "uuid",
    "at": "timestamp",
    "day": "date",
    "wait": "duration",
    "any": "json",
    "note": "string?",
    "gone": {"type": "string", "nullable": True},
    "both": {"type": "string?", "nullable": True},
    "when": {"type": "timestamp?", "nullable": True},
    "status": "Status",
    "perhaps": "Status?",
    "point": "Point",
    "payment": "Payment",
    "tags": "list<string>",
    "ids": "list<uuid>?",
    "rows": "list<list<int64>>",
    "tables": "list<map<Point>>",
    "labels": "map<string>",
    "points": "map<Point>",
    "moments": "map<timestamp>",
    "class": "string?",
    "colour": {"type": "string?", "wire": "Colour-Name"},
    "count": "int32 = 7",
}
# field, value in Python, value in JSON (None: the key is absent), message text
ROWS: list[tuple[str, Any, Any, str]] = [
    ("flag", True, True, "flag: true"),
    ("flag", False, False, ""),
    ("small", -(2**31), -2147483648, "small: -2147483648"),
    ("small", 0, 0, ""),
    ("big", 2**63 - 1, 9223372036854775807, "big: 9223372036854775807"),
    ("huge", 2**64 - 1, 18446744073709551615, "huge: 18446744073709551615"),
    ("ratio", 0.1, 0.1, "ratio: 0.1"),
    ("single", 0.5, 0.5, "single: 0.5"),
    ("price", Decimal("12.50"), "12.50", 'price: "12.50"'),
    ("price", Decimal("1E+3"), "1000", 'price: "1000"'),
    ("price", Decimal("1E-7"), "0.0000001", 'price: "0.0000001"'),
    ("name", "", "", ""),
    ("name", "ä\U0001f600", "ä\U0001f600", 'name: "ä\U0001f600"'),
    ("blob", b"\x00\xff", "AP8=", r'blob: "\000\377"'),
    ("id", UUID(int=1), "00000000-0000-0000-0000-000000000001", 'id: "00000000-0000-0000-0000-000000000001"'),
    (
        "at",
        datetime(2026, 11, 24, 1, 2, 3, 4000, tzinfo=UTC),
        "2026-11-24T01:02:03.004000Z",
        "at { seconds: 1795482123 nanos: 4000000 }",
    ),
    ("at", datetime(1970, 1, 1, tzinfo=UTC), "1970-01-01T00:00:00Z", "at {}"),
    (
        "at",
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        "1969-12-31T23:59:59.999999Z",
        "at { seconds: -1 nanos: 999999000 }",
    ),
    ("day", date(1, 2, 3), "0001-02-03", 'day: "0001-02-03"'),
    ("wait", timedelta(seconds=90, milliseconds=500), "90.5s", "wait { seconds: 90 nanos: 500000000 }"),
    ("wait", timedelta(seconds=-1.5), "-1.5s", "wait { seconds: -1 nanos: -500000000 }"),
    ("wait", timedelta(), "0s", "wait {}"),
    ("any", None, ..., "any { null_value: NULL_VALUE }"),
    (
        "any",
        [1, 1.5, "a", True, {}],
        [1, 1.5, "a", True, {}],
        'any { list_value { values { number_value: 1 } values { number_value: 1.5 } values { string_value: "a" } values { bool_value: true } values { struct_value {} } } }',
    ),
    ("any", {"a": []}, {"a": []}, 'any { struct_value { fields { key: "a" value { list_value {} } } } }'),
    ("note", None, None, ""),
    ("note", "", "", 'note: ""'),
    ("gone", None, ..., ""),
    ("gone", "", "", 'gone: ""'),
    ("both", None, ..., "both {}"),
    ("both", "", "", 'both { value: "" }'),
    ("when", None, ..., "when {}"),
    ("when", datetime(1970, 1, 1, tzinfo=UTC), "1970-01-01T00:00:00Z", "when { value {} }"),
    ("status", "paid", "paid", "status: STATUS_PAID"),
    ("perhaps", "pending", "pending", "perhaps: STATUS_PENDING"),
    ("point", {"x": 0}, {"x": 0}, "point {}"),
    ("payment", {"kind": "card", "last4": ""}, {"kind": "card", "last4": ""}, "payment { card {} }"),
    ("payment", {"kind": "iban", "iban": "D"}, {"kind": "iban", "iban": "D"}, 'payment { iban { iban: "D" } }'),
    ("tags", ["a", ""], ["a", ""], 'tags: "a" tags: ""'),
    ("ids", [], [], "ids {}"),
    (
        "ids",
        [UUID(int=2)],
        ["00000000-0000-0000-0000-000000000002"],
        'ids { values: "00000000-0000-0000-0000-000000000002" }',
    ),
    ("rows", [[1, 2], []], [[1, 2], []], "rows { values: 1 values: 2 } rows {}"),
    ("tables", [{"a": {"x": 0}}, {}], [{"a": {"x": 0}}, {}], 'tables { values { key: "a" value {} } } tables {}'),
    ("labels", {"": ""}, {"": ""}, 'labels { key: "" value: "" }'),
    ("points", {"p": {"x": 0}}, {"p": {"x": 0}}, 'points { key: "p" value {} }'),
    (
        "moments",
        {"m": datetime(1970, 1, 1, tzinfo=UTC)},
        {"m": "1970-01-01T00:00:00Z"},
        'moments { key: "m" value {} }',
    ),
    ("class", "c", "c", 'class: "c"'),
    ("colour", "red", "red", 'colour: "red"'),
    ("count", 0, 0, "count: 0"),
]
IDS = [f"{field}-{i}" for i, (field, *_) in enumerate(ROWS)]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """One record and one operation for each field."""
    types = {**TYPES, **{f"Of{name.capitalize()}": {name: type} for name, type in FIELDS.items()}}
    operations = {
        f"Echo{name.capitalize()}": {
            "request": f"Of{name.capitalize()}",
            "response": f"Of{name.capitalize()}",
            "idempotency": "none",
        }
        for name in FIELDS
    }
    return load_package(contract(types=types, operations=operations), tmp_path_factory.mktemp("table"))


def record(package: Package, field: str, value: Any) -> Any:
    """The record of that field."""
    made = package.service.types[f"Of{field.capitalize()}"]
    return getattr(package.models, made.name)(**{made.fields[0].python: value})


@pytest.mark.parametrize(("field", "value", "in_json", "text"), ROWS, ids=IDS)
def test_a_value_is_written_as_the_table_says(
    package: Package, field: str, value: Any, in_json: Any, text: str
) -> None:
    _, _, encode_request, _ = functions(package, f"Echo{field.capitalize()}")
    message = getattr(package.pb, f"Echo{field.capitalize()}Request")
    made = record(package, field, value)
    assert message.FromString(encode_request(made)) == text_format.Parse(text, message())
    key = {"colour": "Colour-Name"}.get(field, field)
    expected = {} if in_json is None else {key: None if in_json is ... else in_json}
    assert json.loads(made.model_dump_json()) == expected


@pytest.mark.parametrize(("field", "value", "in_json", "text"), ROWS, ids=IDS)
def test_a_message_is_read_as_the_table_says(package: Package, field: str, value: Any, in_json: Any, text: str) -> None:
    decode, _, _, _ = functions(package, f"Echo{field.capitalize()}")
    message = getattr(package.pb, f"Echo{field.capitalize()}Request")
    found = decode(text_format.Parse(text, message()).SerializeToString())
    assert found == record(package, field, value)
    expected = record(package, field, value).model_dump_json()
    assert json.loads(found.model_dump_json()) == json.loads(expected)


def test_an_absent_field_that_may_be_null_or_absent_is_neither(package: Package) -> None:
    decode, encode, encode_request, decode_reply = functions(package, "EchoBoth")
    absent = package.models.OfBoth()
    assert encode_request(absent) == b""
    assert decode(b"").model_dump_json() == "{}"
    assert decode_reply(encode(absent)).model_fields_set == set()


def test_a_default_holds_where_nothing_was_sent(package: Package) -> None:
    decode, _, encode_request, _ = functions(package, "EchoCount")
    assert decode(b"").count == 7
    assert encode_request(package.models.OfCount()) != b"", "the other side may have another default"


def test_digits_beyond_microseconds_are_cut_towards_zero(package: Package) -> None:
    decode_at, decode_wait = functions(package, "EchoAt")[0], functions(package, "EchoWait")[0]
    at = package.pb.EchoAtRequest(at={"seconds": 1, "nanos": 999_999_999})
    wait = package.pb.EchoWaitRequest(wait={"seconds": -1, "nanos": -1_999})
    assert decode_at(at.SerializeToString()).at == datetime(1970, 1, 1, 0, 0, 1, 999999, tzinfo=UTC)
    assert decode_wait(wait.SerializeToString()).wait == timedelta(seconds=-1, microseconds=-1)


def test_the_proto_says_the_table(package: Package) -> None:
    text = proto_text(package.service)
    for line in (
        "google.protobuf.Timestamp at = 1;",
        "google.protobuf.Duration wait = 1;",
        "google.protobuf.Value any = 1;",
        "optional string note = 1;",
        "optional string gone = 1;",
        "NullableString both = 1;",
        "repeated Int64List rows = 1;",
        "StringList ids = 1;",
        "STATUS_UNSPECIFIED = 0;",
    ):
        assert line in text, line
