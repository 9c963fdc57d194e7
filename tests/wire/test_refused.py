"""What a caller may send over gRPC and the contract does not allow: an error with the place of the field, never a crash."""

from __future__ import annotations

from typing import Any

import pytest
from conversions import Package, Values, functions, load_package
from google.protobuf import text_format
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from services import contract

TYPES: dict[str, Any] = {
    "Status": {"enum": ["pending", "paid"]},
    "Money": {"amount": "decimal(0..100)", "at": "timestamp?"},
    "Card": {"last4": "string"},
    "Iban": {"iban": "string"},
    "Payment": {"union": {"card": "Card", "iban": "Iban"}},
    "Node": {"next": "Node?", "nodes": "list<Node>"},
    "Many": {
        "status": "Status",
        "perhaps": "Status?",
        "states": "list<Status>",
        "money": "Money",
        "monies": "map<Money>",
        "payment": "Payment?",
        "payments": "list<Payment>",
        "at": "timestamp?",
        "moments": "list<timestamp>",
        "wait": "duration?",
        "id": "uuid?",
        "day": "date?",
        "price": "decimal?",
        "count": "int32(1..10)?",
        "name": "string(2..3)?",
        "any": "json?",
        "ratio": "double?",
        "class": "uuid?",
        "wired": {"type": "uuid?", "wire": "Wired-Name"},
        "nullable": {"type": "Status", "nullable": True},
        "nullable_id": {"type": "uuid?", "nullable": True},
        "node": "Node?",
    },
}
GOOD = 'status: STATUS_PAID money { amount: "1" } '
DIGITS39 = "1" * 39
# message text behind what is right already → place of the error, its kind
REFUSED: list[tuple[str, tuple[Any, ...], str]] = [
    ("status: STATUS_UNSPECIFIED", ("status",), "enum"),
    ("status: 99", ("status",), "enum"),
    ("perhaps: 99", ("perhaps",), "enum"),
    ("perhaps: STATUS_UNSPECIFIED", ("perhaps",), "enum"),
    ("nullable: 99", ("nullable",), "enum"),
    ("states: STATUS_PAID states: 7", ("states", 1), "enum"),
    ('money { amount: "101" }', ("money", "amount"), "less_than_equal"),
    ('money { amount: "1e1" }', ("money", "amount"), "decimal_format"),
    ('money { amount: "NaN" }', ("money", "amount"), "decimal_format"),
    ('money { amount: "" }', ("money", "amount"), "decimal_format"),
    ('money { amount: "1\\n" }', ("money", "amount"), "decimal_format"),
    (f'price: "{DIGITS39}"', ("price",), "decimal_format"),
    ('monies { key: "a b" value { amount: "-1" } }', ("monies", "a b", "amount"), "greater_than_equal"),
    ("payment {}", ("payment",), "union_tag_not_found"),
    ("payments {}", ("payments", 0), "union_tag_not_found"),
    ("at { seconds: 253402300800 }", ("at",), "datetime_type"),
    ("at { seconds: -62135596801 }", ("at",), "datetime_type"),
    ("at { seconds: 9223372036854775807 }", ("at",), "datetime_type"),
    ("at { nanos: -1 }", ("at",), "datetime_type"),
    ("at { nanos: 1000000000 }", ("at",), "datetime_type"),
    ("moments {} moments { seconds: -9223372036854775808 }", ("moments", 1), "datetime_type"),
    ("wait { seconds: 100000000000 }", ("wait",), "time_delta_type"),
    ("wait { seconds: 1 nanos: -1 }", ("wait",), "time_delta_type"),
    ("wait { nanos: 2000000000 }", ("wait",), "time_delta_type"),
    ('id: ""', ("id",), "uuid_type"),
    ('id: "urn:uuid:00000000-0000-0000-0000-000000000001"', ("id",), "uuid_type"),
    ('id: "zzzzzzzz-0000-0000-0000-000000000001"', ("id",), "uuid_parsing"),
    ('day: "1700006400"', ("day",), "date_type"),
    ('day: "2026-02-30"', ("day",), "date_from_datetime_parsing"),
    ('day: "2026-11-24T00:00:00"', ("day",), "date_type"),
    ("count: 0", ("count",), "greater_than_equal"),
    ('name: "a"', ("name",), "string_too_short"),
    ("any {}", ("any",), "invalid-json-value"),
    ("any { number_value: nan }", ("any",), "invalid-json-value"),
    ("any { list_value { values { number_value: inf } } }", ("any", "list", 0), "invalid-json-value"),
    ("ratio: nan", ("ratio",), "finite_number"),
    ('class: "x"', ("class",), "uuid_type"),
    ('wired: "x"', ("wired",), "uuid_type"),
    ('nullable_id { value: "x" }', ("nullable_id",), "uuid_type"),
]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    operation = {"request": "Many", "response": "Many", "idempotency": "none"}
    return load_package(contract(types=TYPES, operations={"Do": operation}), tmp_path_factory.mktemp("refused"))


def errors(package: Package, text: str) -> list[Any]:
    """The errors of a message in text format."""
    message = text_format.Parse(text, package.pb.DoRequest(), allow_unknown_field=False)
    with pytest.raises(ValidationError) as caught:
        functions(package, "Do")[0](message.SerializeToString())
    return caught.value.errors(include_url=False)


@pytest.mark.parametrize(("text", "place", "kind"), REFUSED, ids=[text for text, *_ in REFUSED])
def test_the_error_says_where_and_what(package: Package, text: str, place: tuple[Any, ...], kind: str) -> None:
    field = text.split(" ")[0].split(":")[0]
    rest = {"status": 'money { amount: "1" } ', "money": "status: STATUS_PAID "}.get(field, GOOD)
    (found,) = errors(package, rest + text)
    assert (found["loc"], found["type"]) == (place, kind)


def test_what_is_good_is_taken(package: Package) -> None:
    message = text_format.Parse(GOOD, package.pb.DoRequest())
    assert functions(package, "Do")[0](message.SerializeToString()).nullable is None


def test_a_missing_message_is_required_and_its_fields_are_not_listed(package: Package) -> None:
    (found,) = errors(package, "status: STATUS_PAID")
    assert (found["loc"], found["type"]) == (("money",), "missing")


def test_nothing_at_all_is_all_errors_at_once(package: Package) -> None:
    assert [e["loc"] for e in errors(package, "")] == [("status",), ("money",)]


def test_a_message_nested_too_deeply_is_no_message(package: Package) -> None:
    def nested(levels: int) -> bytes:
        message = package.pb.Node()
        for _ in range(levels):
            message = package.pb.Node(next=message)
        good = text_format.Parse(GOOD, package.pb.DoRequest())
        raw = message.SerializePartialToString()
        return good.SerializeToString() + field_of(package.pb.DoRequest, "node", raw)

    decode = functions(package, "Do")[0]
    assert decode(nested(20)).node is not None
    raw = b""
    number = package.pb.Node.DESCRIPTOR.fields_by_name["next"].number
    for _ in range(5000):
        raw = _length_delimited(number, raw)
    with pytest.raises(DecodeError):
        decode(field_of(package.pb.DoRequest, "node", raw))


def field_of(message: Any, name: str, raw: bytes) -> bytes:
    return _length_delimited(message.DESCRIPTOR.fields_by_name[name].number, raw)


def _length_delimited(number: int, raw: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(raw)) + raw


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


@settings(max_examples=200)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_a_request_or_one_of_two_errors(package: Package, raw: bytes) -> None:
    try:
        functions(package, "Do")[0](raw)
    except (DecodeError, ValidationError):
        pass


@settings(max_examples=100)
@given(data=st.data())
def test_a_damaged_request_is_a_request_or_one_of_two_errors(package: Package, data: st.DataObject) -> None:
    decode, _, encode_request, _ = functions(package, "Do")
    raw = bytearray(encode_request(data.draw(Values(package).record("Many", package.service.types["Many"]))))
    for _ in range(data.draw(st.integers(1, 4))):
        if raw:
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(raw))
    except (DecodeError, ValidationError):
        pass


def test_text_that_is_no_utf8_is_no_message(package: Package) -> None:
    with pytest.raises(DecodeError):
        functions(package, "Do")[0](field_of(package.pb.DoRequest, "name", b"\xff\xfe"))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": "\ud800a"}, UnicodeEncodeError),
        ({"any": "\ud800"}, UnicodeEncodeError),
        ({"any": 2**60 + 1}, ValueError),
        ({"any": float("inf")}, ValueError),
        ({"count": 2**40}, ValueError),
    ],
)
def test_what_protobuf_cannot_carry_is_a_value_error(
    package: Package, change: dict[str, Any], error: type[Exception]
) -> None:
    models = package.models
    value = models.Many(
        status="paid", money=models.Money(amount="1"), states=[], monies={}, payments=[], moments=[], nullable=None
    )
    with pytest.raises(error) as caught:
        functions(package, "Do")[1](value.model_copy(update=change))
    assert isinstance(caught.value, ValueError)


def test_json_has_a_limit_of_depth_in_both_directions(package: Package) -> None:
    models, decode = package.models, functions(package, "Do")[0]
    encode = functions(package, "Do")[2]
    empty: dict[str, Any] = {"states": [], "monies": {}, "payments": [], "moments": []}
    good = {"status": "paid", "money": models.Money(amount="1"), "nullable": None, **empty}

    def nested(depth: int, wrap: Any) -> Any:
        value: Any = 1
        for _ in range(depth):
            value = wrap(value)
        return value

    for wrap in (lambda inner: {"a": inner}, lambda inner: [inner]):
        fits = models.Many(**good, any=nested(30, wrap))
        assert decode(encode(fits)) == fits
        with pytest.raises(ValueError, match="30 deep"):
            encode(models.Many(**good, any=nested(31, wrap)))


def test_a_reply_without_a_result_is_an_error_for_the_client(package: Package) -> None:
    with pytest.raises(ValidationError):
        functions(package, "Do")[3](b"")
