"""What goes into a message comes out of it, for every row of the wire mapping, in both directions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conversions import ECHOED, EVERYTHING, Package, Values, functions, load_package
from hypothesis import given, settings
from hypothesis import strategies as st


def same(left: Any, right: Any) -> None:
    """Equal, also in what was set, which JSON shows; a map has no order."""
    assert left == right
    assert json.loads(left.model_dump_json()) == json.loads(right.model_dump_json())


@pytest.mark.parametrize("name", ECHOED)
@settings(max_examples=25)
@given(data=st.data())
def test_a_record_survives_as_request_and_as_response(everything: Package, name: str, data: st.DataObject) -> None:
    decode, encode, encode_request, decode_reply = functions(everything, f"Echo{name}")
    value = data.draw(Values(everything).record(name, everything.service.types[name]))
    same(decode(encode_request(value)), value)
    same(decode_reply(encode(value)), value)


@pytest.mark.parametrize("name", ECHOED)
@settings(max_examples=25)
@given(data=st.data())
def test_a_message_survives_being_a_model(everything: Package, name: str, data: st.DataObject) -> None:
    decode, _, encode_request, _ = functions(everything, f"Echo{name}")
    message = getattr(everything.pb, f"Echo{name}Request")
    sent = message.FromString(
        encode_request(data.draw(Values(everything).record(name, everything.service.types[name])))
    )
    assert message.FromString(encode_request(decode(sent.SerializeToString()))) == sent


@pytest.mark.parametrize("name", ECHOED)
@settings(max_examples=25)
@given(data=st.data())
def test_a_partial_update_survives_with_what_it_names(everything: Package, name: str, data: st.DataObject) -> None:
    decode, _, encode_request, _ = functions(everything, f"Patch{name}")
    request = getattr(everything.models, f"Patch{name}Request")
    value = request(id=1, change=data.draw(Values(everything).patch(name)))
    found = decode(encode_request(value))
    assert found == value
    assert_same_given(found.change, value.change)


def assert_same_given(left: Any, right: Any) -> None:
    """The same fields are given, at every level."""
    if hasattr(left, "changes"):
        assert left.model_fields_set == right.model_fields_set
        for name in left.model_fields_set:
            assert_same_given(getattr(left, name), getattr(right, name))


def test_a_default_of_null_needs_no_third_state(everything: Package) -> None:
    decode, _, encode_request, _ = functions(everything, "EchoNullDefault")
    make = everything.models.NullDefault
    assert decode(encode_request(make())) == decode(encode_request(make(maybe=None))) == make()
    assert decode(encode_request(make(maybe=""))) == make(maybe="")


def test_two_packages_of_one_contract_are_one(tmp_path: Path, everything: Package) -> None:
    again = load_package(EVERYTHING, tmp_path)
    assert again.convert is everything.convert
