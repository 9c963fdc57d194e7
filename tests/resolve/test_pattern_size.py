"""A pattern that is accepted fits into the regular expressions of the generated service."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mscgen.resolve.patterns import pattern_problem
from pydantic import Field, TypeAdapter

ATOMS = [
    "a",
    "é",
    ".",
    "\\d",
    "\\D",
    "\\s",
    "\\S",
    "\\w",
    "\\W",
    "[a-z]",
    "[^a]",
    "[\\w.-]",
    "[^\\d]",
    "(?:a|b)",
    "(ab)",
    "\\{",
]
REPEATS = ["", "*", "+", "?", "{3}", "{0,9}", "{64}", "{200}", "{1000}"]


@pytest.mark.parametrize("pattern", ["((a{1000}){1000}){1000}", "\\w{1000}", "(?:\\w{64}\\.){64}", "[\\w-]{500}"])
def test_a_pattern_that_grows_too_large_is_refused_with_a_way_out(pattern):
    problem = pattern_problem(pattern)
    assert problem is not None
    assert "too large" in problem[0]
    assert problem[1]


@pytest.mark.parametrize(
    "pattern", ["^[a-z0-9-]{1,63}$", "^\\w{1,64}$", "^(?:[a-z]{1,63}\\.){1,9}[a-z]+$", "^.{1000}$"]
)
def test_what_people_write_is_accepted(pattern):
    assert pattern_problem(pattern) is None


@given(
    st.lists(st.tuples(st.sampled_from(ATOMS), st.sampled_from(REPEATS)), min_size=1, max_size=4),
    st.sampled_from(REPEATS),
)
def test_what_is_accepted_compiles_in_the_service(parts, outer):
    pattern = "(?:" + "".join(atom + repeat for atom, repeat in parts) + ")" + outer
    if pattern_problem(pattern) is None:
        TypeAdapter(Annotated[str, Field(pattern=pattern)])
