"""Patterns: the part that Rust, RE2, ECMA-262 and Python share."""

from __future__ import annotations

import re
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mscgen.resolve.patterns import pattern_problem
from pydantic import TypeAdapter
from pydantic.types import StringConstraints

GOOD = [
    "^[A-Z]{2}$",
    r"^\d{3}-\d+$",
    "a|b",
    "(?:x+y)*",
    r"\.",
    "[^@]+@[^@]+",
    r"[\w-]{1,63}",
    r"\\1",
    r"[(?=]",
    "é+",
    "^$",
    "a{2,}",
    r"[\]\\1]",
]
BAD = [
    "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", r"(a)\1", "(?P<n>a)(?P=n)", "(?P<n>a)", "(?i)a", "(?i:a)", "a++", "a*+", "(?>a)", "(?(1)a|b)",
    r"\Aa\Z", "[a-", "(", "*", "a{3000}", "a{1,5000}", "x" * 1001, r"\p{L}", "(?#c)a", "[[:alpha:]",
]  # fmt: skip


@pytest.mark.parametrize("pattern", GOOD)
def test_a_portable_pattern_is_accepted_and_compiles_in_rust(pattern):
    assert pattern_problem(pattern) is None
    TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])


@pytest.mark.parametrize("pattern", BAD)
def test_a_pattern_that_means_different_things_is_refused_with_help(pattern):
    problem = pattern_problem(pattern)
    assert problem is not None
    assert all(problem)


@given(st.text("ab(|)[]{}^$.*+?\\d1-,:=<!P", max_size=14))
def test_what_is_accepted_compiles_in_python_and_in_rust(pattern):
    if pattern_problem(pattern) is None:
        re.compile(pattern)
        TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])
