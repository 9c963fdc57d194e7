"""What is a value on one transport is the same value on the other, and what is none is none on both."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from conversions import ECHOED, Package, Values, functions, load_package
from google.protobuf.message import DecodeError
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mscgen.emit import patterns
from pydantic import ValidationError
from services import contract

SCALARS = {"decimal": patterns.decimal(), "uuid": patterns.UUID, "date": patterns.DATE}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    types = {name.capitalize() + "Box": {"it": name} for name in [*SCALARS, "string", "json", "timestamp", "duration"]}
    operations = {f"Echo{name}": {"request": name, "response": name, "idempotency": "none"} for name in types}
    return load_package(contract(types=types, operations=operations), tmp_path_factory.mktemp("agree"))


def over_rest(package: Package, name: str, value: Any) -> Any:
    """The value in JSON, read as REST reads it; None when it is refused."""
    model = getattr(package.models, f"{name.capitalize()}Box")
    try:
        return model.model_validate_json(json.dumps({"it": value}), strict=True, by_name=False)
    except ValidationError:
        return None


def over_grpc(package: Package, name: str, fill: Callable[[Any], None]) -> Any:
    """The value in a message, read as gRPC reads it; None when it is refused."""
    box = f"{name.capitalize()}Box"
    message = getattr(package.pb, f"Echo{box}Request")()
    fill(message)
    try:
        return functions(package, f"Echo{box}")[0](message.SerializeToString())
    except (ValidationError, DecodeError):
        return None


def near(pattern: str) -> st.SearchStrategy[str]:
    """Texts that match, texts that nearly do, and any others."""
    good = st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii"))
    broken = st.tuples(good, st.integers(0, 40), st.text(max_size=2)).map(
        lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :]
    )
    return good | broken | good.map(lambda t: t + "\n") | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize("name", SCALARS)
@settings(max_examples=150)
@given(data=st.data())
def test_text_is_a_value_on_both_transports_or_on_none(package: Package, name: str, data: st.DataObject) -> None:
    text = data.draw(near(SCALARS[name]))
    rest = over_rest(package, name, text)
    grpc = over_grpc(package, name, lambda message: setattr(message, "it", text))
    assert rest == grpc
    if name != "date":
        # The calendar is no regular language: the pattern lets 30 February through, the validator does not.
        assert (rest is not None) == bool(re.fullmatch(SCALARS[name].removeprefix("^").removesuffix("$"), text))


@pytest.mark.parametrize(
    "text", ["1_0", "１", "+1", ".5", "5.", "01", "-0", "1e2", "Infinity", "sNaN", " 1", "1\n", "0x1", ""]
)
def test_a_decimal_has_one_spelling(package: Package, text: str) -> None:
    rest, grpc = over_rest(package, "decimal", text), over_grpc(package, "decimal", lambda m: setattr(m, "it", text))
    assert rest == grpc
    assert (grpc is not None) == (text == "-0")


@settings(max_examples=100)
@given(
    seconds=st.integers(-(2**63), 2**63 - 1) | st.integers(-62135596810, 253402300810),
    nanos=st.integers(-(2**31), 2**31 - 1) | st.integers(-2, 10**9),
)
@example(seconds=-62135596800, nanos=0)
@example(seconds=253402300799, nanos=999999999)
@example(seconds=253402300800, nanos=0)
def test_a_timestamp_is_one_of_the_years_1_to_9999_or_refused(package: Package, seconds: int, nanos: int) -> None:
    def fill(message: Any) -> None:
        message.it.seconds, message.it.nanos = seconds, nanos

    found = over_grpc(package, "timestamp", fill)
    valid = -62135596800 <= seconds <= 253402300799 and 0 <= nanos < 10**9
    assert (found is not None) == valid
    if found is not None:
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        assert (found.it - epoch) // timedelta(microseconds=1) == seconds * 10**6 + nanos // 1000


@settings(max_examples=100)
@given(
    seconds=st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3),
    nanos=st.integers(-(2**31), 2**31 - 1) | st.integers(-2000, 2000),
)
@example(seconds=99_999_999_999, nanos=999_999_999)
@example(seconds=-100_000_000_000, nanos=0)
def test_a_duration_has_one_sign_and_at_most_eleven_digits(package: Package, seconds: int, nanos: int) -> None:
    def fill(message: Any) -> None:
        message.it.seconds, message.it.nanos = seconds, nanos

    found = over_grpc(package, "duration", fill)
    valid = abs(seconds) < 10**11 and abs(nanos) < 10**9 and seconds * nanos >= 0
    assert (found is not None) == valid
    if found is not None:
        total = abs(seconds) * 10**6 + abs(nanos) // 1000
        assert abs(found.it) // timedelta(microseconds=1) == total


@pytest.mark.parametrize("name", ECHOED)
@settings(max_examples=15)
@given(data=st.data())
def test_json_and_protobuf_carry_the_same_record(everything: Package, name: str, data: st.DataObject) -> None:
    value = data.draw(Values(everything).record(name, everything.service.types[name]))
    decode, _, encode_request, _ = functions(everything, f"Echo{name}")
    rest = type(value).model_validate_json(value.model_dump_json(), strict=True, by_name=False)
    assert rest == decode(encode_request(value))
