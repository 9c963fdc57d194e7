"""The type-string parser: what it accepts it can write back, and what it refuses it can point at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mscgen.model.types import Scalar
from mscgen.resolve.type_text import FOREIGN_NAMES, SCALARS, TypeProblem, parse_type
from portrait import type_text

_LEAVES = st.sampled_from(
    [s.value for s in Scalar]
    + [
        "Order",
        "stock.Item",
        "string(1..32)",
        "bytes(..9)",
        "int32(-5..5)",
        "uint64(1..)",
        "decimal(0.5..)",
        "double(..-1)",
    ]
)


def _inside(inner):
    ranges = st.sampled_from(["", "(1..)", "(..9)", "(0..100)"])
    return st.builds(
        lambda kind, item, range: f"{kind}<{item}>{range}", st.sampled_from(["list", "map"]), inner, ranges
    )


TYPES = st.recursive(_LEAVES, _inside, max_leaves=4)


@given(TYPES, st.booleans())
def test_a_type_is_read_as_it_is_written(text, optional):
    parsed = parse_type(text + "?" * optional)
    assert type_text(parsed.type) == text
    assert parsed.optional is optional


@given(TYPES, st.text("ab \"'=?{}<>.\u202e", min_size=1).filter(lambda t: t.strip()))
def test_a_default_is_all_the_text_after_the_equals_sign(text, default):
    parsed = parse_type(f"{text} = {default}")
    assert parsed.default == default.strip()
    assert f"{text} = {default}"[parsed.default_at :].startswith(parsed.default)


@given(st.text("list<map>partial?=()..,[]|0123456789-. stringAbOrder\u00e9", max_size=40))
def test_any_text_is_a_type_or_a_problem_with_a_place_inside_it(text):
    parsed = outcome(text)
    if isinstance(parsed, TypeProblem):
        assert 0 <= parsed.start < parsed.end <= max(len(text), 1) + 1
        assert parsed.help
        assert parsed.message
    else:
        for mention in parsed.mentions:
            assert mention.name in text[mention.start : mention.end]


def outcome(text):
    try:
        return parse_type(text)
    except TypeProblem as problem:
        return problem


@pytest.mark.parametrize("name", sorted(FOREIGN_NAMES))
def test_what_other_languages_call_a_type_is_not_a_type_here(name):
    assert name not in SCALARS


@pytest.mark.parametrize("text", ["a" * 3000, "list<" * 500, "list<" * 500 + "a" + ">" * 500])
def test_size_is_bounded(text):
    with pytest.raises(TypeProblem):
        parse_type(text)


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("strng(1..5)", "did you mean `string`?"),
        ("str(1..5)", "write `string`"),
        ("int(1..)", "write `int32` or `int64`"),
    ],
)
def test_a_misspelt_scalar_is_named_also_in_front_of_a_range(text, help):
    with pytest.raises(TypeProblem) as caught:
        parse_type(text)
    problem = caught.value
    assert (problem.rule, problem.help, text[problem.start : problem.end]) == ("unknown-type", help, text.split("(")[0])
