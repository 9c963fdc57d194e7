"""What goes into a message comes out of it, for every row of the wire mapping, in both directions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conversions import ECHOED, EVERYTHING, Package, Values, functions, load_package
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return load_package(EVERYTHING, tmp_path_factory.mktemp("everything"))


def same(left: Any, right: Any) -> None:
    """Equal, also in what was set, which JSON shows; a map has no order."""
    assert left == right
    assert json.loads(left.model_dump_json()) == json.loads(right.model_dump_json())


@pytest.mark.parametrize("name", ECHOED)
@settings(max_examples=25)
@given(data=st.data())
def test_a_record_survives_as_request_and_as_response(package: Package, name: str, data: st.DataObject) -> None:
    decode, encode, encode_request, decode_reply = functions(package, f"Echo{name}")
    value = data.draw(Values(package).record(name, package.service.types[name]))
    same(decode(encode_request(value)), value)
    same(decode_reply(encode(value)), value)


@pytest.mark.parametrize("name", ECHOED)
@settings(max_examples=25)
@given(data=st.data())
def test_a_message_survives_being_a_model(package: Package, name: str, data: st.DataObject) -> None:
    decode, _, encode_request, _ = functions(package, f"Echo{name}")
    message = getattr(package.pb, f"Echo{name}Request")
    sent = message.FromString(encode_request(data.draw(Values(package).record(name, package.service.types[name]))))
    assert message.FromString(encode_request(decode(sent.SerializeToString()))) == sent


@pytest.mark.parametrize("name", ECHOED)
@settings(max_examples=25)
@given(data=st.data())
def test_a_partial_update_survives_with_what_it_names(package: Package, name: str, data: st.DataObject) -> None:
    decode, _, encode_request, _ = functions(package, f"Patch{name}")
    request = getattr(package.models, f"Patch{name}Request")
    value = request(id=1, change=data.draw(Values(package).patch(name)))
    found = decode(encode_request(value))
    assert found == value
    assert_same_given(found.change, value.change)


def assert_same_given(left: Any, right: Any) -> None:
    """The same fields are given, at every level."""
    if hasattr(left, "changes"):
        assert left.model_fields_set == right.model_fields_set
        for name in left.model_fields_set:
            assert_same_given(getattr(left, name), getattr(right, name))


def test_a_default_of_null_needs_no_third_state(package: Package) -> None:
    decode, _, encode_request, _ = functions(package, "EchoNullDefault")
    make = package.models.NullDefault
    assert decode(encode_request(make())) == decode(encode_request(make(maybe=None))) == make()
    assert decode(encode_request(make(maybe=""))) == make(maybe="")


def test_two_packages_of_one_contract_are_one(tmp_path: Path, package: Package) -> None:
    again = load_package(EVERYTHING, tmp_path)
    assert again.convert is package.convert
