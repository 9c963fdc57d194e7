"""What a caller is told of a bad request: where, what is expected, and never what was sent."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from runtime.errors import MAX_VIOLATIONS
from runtime.violations import field, invalid_request, path_of_field, path_of_pointer, pointer

SECRET = "hunter2-SECRET"


class Colour(StrEnum):
    RED = "red"


class Card(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["card"]
    number: Annotated[str, Field(pattern="^[0-9]+$")]


class Iban(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["iban"]
    iban: str


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")
    payment: Annotated[Card | Iban, Field(discriminator="kind")] | None = None
    payments: list[Annotated[Card | Iban, Field(discriminator="kind")]] = []
    id: UUID | None = None
    price: Annotated[Decimal, Field(ge=0, max_digits=6, decimal_places=2)] | None = None
    at: AwareDatetime | None = None
    naive: datetime | None = None
    day: date | None = None
    wait: timedelta | None = None
    colour: Colour | None = None
    counts: dict[str, Annotated[int, Field(ge=3, lt=10)]] = {}
    names: Annotated[list[Annotated[str, Field(min_length=2, max_length=5)]], Field(max_length=3)] = []
    flag: bool | None = None
    ratio: Annotated[float, Field(gt=0, le=1, multiple_of=0.5, allow_inf_nan=False)] | None = None
    data: bytes | None = None
    needed: int = 0


def violations(document: object, model: type[BaseModel] = Request, strict: bool = True):
    with pytest.raises(ValidationError) as raised:
        model.model_validate_json(json.dumps(document), strict=strict)
    return invalid_request(raised.value, document).violations


BAD = {
    "id": SECRET,
    "price": SECRET,
    "at": SECRET,
    "naive": SECRET,
    "day": SECRET,
    "wait": SECRET,
    "colour": SECRET,
    "counts": {"a": SECRET, "b": 1, "c": 11},
    "names": [SECRET, "x", 5],
    "flag": SECRET,
    "ratio": SECRET,
    "data": 5,
    "needed": SECRET,
    "payment": {"kind": SECRET},
    "payments": [{"kind": "card", "number": SECRET}, SECRET],
}


@pytest.mark.parametrize("strict", [True, False])
def test_what_was_sent_is_never_repeated(strict):
    for document in (BAD, {"payments": SECRET, "counts": SECRET, "names": {"a": SECRET}}, [SECRET], SECRET):
        found = violations(document, strict=strict)
        assert found
        assert SECRET not in repr(found)
        assert "hunter" not in repr(found)


def test_pydantic_itself_would_have_repeated_it():
    with pytest.raises(ValidationError) as raised:
        Request.model_validate_json(json.dumps(BAD))
    assert SECRET in str(raised.value)


def test_every_fault_is_told_with_its_place_and_what_is_expected():
    found = {v.path: (v.code, v.detail) for v in violations(BAD)}
    assert found[("id",)] == ("uuid_parsing", "Must be a UUID.")
    assert found[("counts", "b")] == ("greater_than_equal", "Must be at least 3.")
    assert found[("counts", "c")] == ("less_than", "Must be less than 10.")
    assert found[("names", 1)] == ("string_too_short", "Must have at least 2 characters.")
    assert found[("names", 2)] == ("string_type", "Must be a string.")
    assert found[("colour",)] == ("enum", "Must be 'red'.")
    assert found[("payment",)] == ("union_tag_invalid", "'kind' must be one of 'card', 'iban'.")


def test_the_tag_of_a_union_is_not_part_of_the_path():
    (one,) = violations({"payment": {"kind": "card", "number": "x"}})
    assert one.path == ("payment", "number")
    assert one.detail == "Must match the pattern ^[0-9]+$"
    (missing,) = violations({"payments": [{"kind": "iban"}]})
    assert missing.path == ("payments", 0, "iban")
    assert missing.detail == "The field is required."


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"id": NaN}x', b'{"a":1', b"[1,]"])
def test_what_is_not_json_is_one_fault_of_the_whole(body):
    with pytest.raises(ValidationError) as raised:
        Request.model_validate_json(body)
    (one,) = invalid_request(raised.value).violations
    assert (one.path, one.code, one.detail) == ((), "json_invalid", "The body is not valid JSON.")


def test_a_code_without_a_phrase_says_nothing_specific():
    class Odd(BaseModel):
        n: Annotated[complex, Field()]

    (one,) = violations({"n": SECRET}, Odd)
    assert one.detail == "The value is not valid."


def test_an_unknown_key_is_named_because_its_sender_must_find_it():
    (one,) = violations({"neded": 1})
    assert (one.path, one.code) == (("neded",), "extra_forbidden")


def test_only_the_first_faults_are_listed():
    found = violations({"counts": {str(n): "x" for n in range(500)}})
    assert len(found) == MAX_VIOLATIONS


def test_a_flood_of_faults_is_counted_and_not_listed():
    (one,) = violations({"counts": {str(n): "x" for n in range(50_000)}})
    assert (one.path, one.code, one.detail) == ((), "too_many_faults", "There are 50000 faults.")


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
paths = st.lists(names | st.integers(0, 99_999), max_size=5).map(tuple)


@given(paths)
def test_a_field_path_reads_back_as_it_was(path):
    assert path_of_field(field(path)) == path


@given(st.lists(names.filter(lambda n: not n.isdigit()) | st.integers(0, 99_999), max_size=5).map(tuple))
def test_a_pointer_reads_back_as_it_was_and_is_a_uri_fragment(path):
    text = pointer(path)
    assert path_of_pointer(text) == path
    assert text.isascii()
    assert not set(text) & set(' "<>\\^`{|}')


@given(st.text(max_size=60))
def test_any_text_is_read_as_some_path(text):
    path_of_field(text)
    path_of_pointer(text)


def test_a_very_long_name_is_cut():
    assert len(pointer(("x" * 10_000,))) < 200
    assert len(field(('"' * 10_000,))) < 300
    assert len(field(("x" * 10_000,))) < 300
