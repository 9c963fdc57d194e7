"""A number is an integer because it is whole, not because of how it is written."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from runtime.whole_numbers import taking_whole_numbers


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    count: int
    ratio: float = 0.0
    text: str = ""
    more: list[int] = []
    free: Any = None


read = taking_whole_numbers(partial(TypeAdapter(Thing).validator.validate_json, strict=True))


@pytest.mark.parametrize(("text", "count"), [("8", 8), ("8.0", 8), ("1e3", 1000), ("-0.0", 0), ("1.5e1", 15)])
def test_a_whole_number_is_an_integer_however_it_is_written(text, count):
    assert read(f'{{"count": {text}}}').count == count


@pytest.mark.parametrize("text", ["8.5", '"8"', "true", "null", "1e400", "NaN", "9007199254740994.0", "[8.0]"])
def test_anything_else_is_not(text):
    with pytest.raises(ValidationError):
        read(f'{{"count": {text}}}')


def test_everything_else_in_the_request_stays_as_it_was():
    text = '{"count": 8.0, "ratio": 0.1, "text": "1.0", "more": [1.0, 2], "free": {"a": [1.5, "\\u00e9", null]}}'
    thing = read(text)
    assert thing == Thing(count=8, ratio=0.1, text="1.0", more=[1, 2], free={"a": [1.5, "é", None]})


def test_other_faults_are_still_told():
    with pytest.raises(ValidationError) as caught:
        read('{"count": 8.0, "text": 1, "extra": 2.0}')
    assert {e["type"] for e in caught.value.errors()} == {"string_type", "extra_forbidden"}


def test_a_flood_of_faults_is_not_answered_with_more_work():
    text = json.dumps({"count": 1, "more": [0.5] * 2000 + [1.0]})
    with pytest.raises(ValidationError) as caught:
        read(text)
    assert caught.value.error_count() == 2001


def test_what_is_no_json_is_told_as_that():
    with pytest.raises(ValidationError, match="json_invalid"):
        read(b'{"count": 8.0')
