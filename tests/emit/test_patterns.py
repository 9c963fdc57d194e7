"""The language of each pattern is exactly the set of texts whose value is in bounds."""

from __future__ import annotations

import base64
import re
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st
from mscgen.emit import patterns
from mscgen.model.types import Range

numbers = st.decimals(min_value=-2000, max_value=2000, places=3, allow_nan=False).map(Decimal.normalize)
plain = st.from_regex(r"\A-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?\Z")


def matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text) is not None


@given(st.none() | numbers, st.none() | numbers, plain | numbers.map(lambda d: format(d, "f")))
@example(Decimal("0.10"), Decimal("0.15"), "0.1")
@example(Decimal("99.5"), Decimal("100"), "100.00")
@example(Decimal(0), None, "-0.0")
def test_a_decimal_matches_exactly_when_its_value_is_in_bounds(
    low: Decimal | None, high: Decimal | None, text: str
) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    value = Decimal(text)
    inside = (low is None or value >= low) and (high is None or value <= high)
    zero_sign = text.startswith("-") and value == 0
    if zero_sign and low is not None and low > 0:
        inside = False
    assert matches(patterns.decimal(Range(low, high)), text) == inside


@given(numbers, numbers, st.integers(-3, 3))
def test_the_neighbours_of_a_bound_fall_on_the_right_side(low: Decimal, high: Decimal, step: int) -> None:
    low, high = min(low, high), max(low, high)
    pattern = patterns.decimal(Range(low, high))
    for edge in (low, high):
        value = edge + step * Decimal("0.0001")
        assert matches(pattern, format(value, "f")) == (low <= value <= high)


@given(st.text("0123456789.-+eE ", max_size=8))
def test_only_plain_notation_is_a_decimal(text: str) -> None:
    assert matches(patterns.decimal(), text) == bool(re.fullmatch(r"-?(0|[1-9]\d{0,37})(\.\d{1,38})?", text))


@given(st.binary(max_size=20), st.integers(0, 12), st.integers(0, 12))
def test_base64_matches_exactly_when_the_byte_count_is_in_bounds(data: bytes, a: int, b: int) -> None:
    low, high = min(a, b), max(a, b)
    text = base64.b64encode(data).decode()
    assert matches(patterns.base64(Range(Decimal(low), Decimal(high))), text) == (low <= len(data) <= high)
    assert matches(patterns.base64(Range(Decimal(low), None)), text) == (low <= len(data))
    assert matches(patterns.base64(), text)


@given(st.text("ABgw48+/=", max_size=8))
def test_only_canonical_base64_is_accepted(text: str) -> None:
    try:
        canonical = base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except ValueError:
        canonical = False
    assert matches(patterns.base64(), text) == canonical


def test_shorthand_classes_are_spelled_out_inside_and_outside_brackets() -> None:
    assert patterns.portable(r"^\d+[\w.-]\D\\d$") == r"^[0-9]+[0-9A-Za-z_.-][^0-9]\\d$"
