"""runtime/wire.py by itself: JSON values, masks, times, and the limits of each."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from conversions import Package
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Value
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)


@pytest.fixture(scope="module")
def wire(everything: Package) -> Any:
    return everything.convert.wire


@given(value=JSON)
def test_json_survives_and_is_what_protobuf_itself_calls_json(wire: Any, value: Any) -> None:
    message = Value()
    wire.fill_json(value, message)
    assert wire.read_json(message) == value
    assert json.loads(MessageToJson(message)) == value


def test_whole_numbers_are_whole_up_to_where_doubles_are_exact(wire: Any) -> None:
    found = [wire.read_json(Value(number_value=n)) for n in (1.0, -0.0, 2.0**53, 2.0**54, 1e300, 1.5)]
    assert [type(n) for n in found] == [int, int, int, float, float, float]


@pytest.mark.parametrize(
    "number", [2**53 + 1, 10**400, float("nan"), float("inf"), float("-inf")], ids=["odd", "huge", "nan", "inf", "-inf"]
)
def test_a_number_that_no_double_holds_is_refused(wire: Any, number: float) -> None:
    with pytest.raises(ValueError, match="double"):
        wire.fill_json(number, Value())


@given(value=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
def test_a_timestamp_is_what_protobuf_itself_makes(wire: Any, value: datetime) -> None:
    ours, theirs = Timestamp(), Timestamp()
    try:
        theirs.FromDatetime(value)
    except (ValueError, OverflowError):
        return
    wire.fill_timestamp(value, ours)
    assert ours == theirs
    assert wire.read_timestamp(ours) == theirs.ToDatetime(UTC) == value


@given(value=st.timedeltas(timedelta(seconds=-99_999_999_999), timedelta(seconds=99_999_999_999)))
def test_a_duration_is_what_protobuf_itself_makes(wire: Any, value: timedelta) -> None:
    ours, theirs = Duration(), Duration()
    wire.fill_duration(value, ours)
    theirs.FromTimedelta(value)
    assert ours == theirs
    assert wire.read_duration(ours) == value


def test_a_duration_too_long_is_refused(wire: Any) -> None:
    with pytest.raises(ValueError, match="99999999999"):
        wire.fill_duration(timedelta(seconds=10**11), Duration())


@pytest.mark.parametrize("value", [timedelta(), timedelta(0)])
def test_an_empty_message_is_there_all_the_same(wire: Any, everything: Package, value: timedelta) -> None:
    for make, name in ((wire.fill_duration, "duration_plain"), (wire.fill_timestamp, "timestamp_plain")):
        message: Message = getattr(everything.pb, f"Of{name.split('_')[0].capitalize()}")()
        make(value if "duration" in name else datetime(1970, 1, 1, tzinfo=UTC), getattr(message, name))
        assert message.HasField(name)


@given(
    keys=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=5, unique=True)
)
def test_any_key_of_a_map_can_be_named_in_a_mask(wire: Any, keys: list[str]) -> None:
    mask = FieldMask()
    wire.name_entries(keys, mask.paths, "labels")
    assert wire.read_mask(mask, Value()) == {"labels": dict.fromkeys(keys)}


@given(paths=st.lists(st.text("ab.`*", max_size=8), min_size=1, max_size=6))
def test_any_mask_is_read(wire: Any, paths: list[str]) -> None:
    tree = wire.read_mask(FieldMask(paths=paths), Value())
    assert tree is None if "*" in paths else tree
    for path in (tree or {}).items():
        assert wire.unknown_path(path).startswith("update_mask.")


def test_a_field_named_whole_holds_what_is_named_inside(wire: Any) -> None:
    for paths in (["a", "a.b"], ["a.b", "a"], ["a.b.c", "a", "a.d"]):
        assert wire.read_mask(FieldMask(paths=paths), Value()) == {"a": None}
