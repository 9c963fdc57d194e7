"""Paths: the most literal template wins, whatever the order of declaration."""

from __future__ import annotations

import itertools
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime.routing import Table, path_names

TEMPLATES = ["/u/me", "/u/{id}", "/u/{id}/x", "/u/me/y", "/u/{id}:cancel", "/u/{a}-{b}", "/", "/u/{id}/{other}"]


def table(templates):
    made = Table()
    for template in templates:
        made.add("GET", template, template)
    return made


@pytest.mark.parametrize(
    ("path", "template", "values"),
    [
        ("/u/me", "/u/me", ()),
        ("/u/7", "/u/{id}", ("7",)),
        ("/u/me/x", "/u/{id}/x", ("me",)),
        ("/u/me/y", "/u/me/y", ()),
        ("/u/me/z", "/u/{id}/{other}", ("me", "z")),
        ("/u/7:cancel", "/u/{id}:cancel", ("7",)),
        ("/u/a-b", "/u/{a}-{b}", ("a", "b")),
        ("/", "/", ()),
        ("/u/a%2Fb", "/u/{id}", ("a%2Fb",)),
        ("/u/%6De", "/u/me", ()),
    ],
)
def test_the_most_literal_template_wins_in_any_order_of_declaration(path, template, values):
    for templates in itertools.islice(itertools.permutations(TEMPLATES), 0, 40_000, 997):
        match = table(templates).find(path)
        assert (match.methods["GET"], match.values) == (template, values)


@pytest.mark.parametrize("path", ["/u", "/u/", "/u//x", "/nope", "", "u/me", "//", "/u/me/y/z", "/u/me/"])
def test_what_no_template_fits_is_not_found(path):
    assert table(TEMPLATES).find(path) is None


def test_a_path_keeps_its_methods_apart():
    made = Table()
    made.add("GET", "/a/{id}", "get")
    made.add("PUT", "/a/{other}", "put")
    assert made.find("/a/1").methods == {"GET": "get", "PUT": "put"}


def test_two_operations_cannot_answer_the_same():
    made = table(["/a/{id}"])
    with pytest.raises(ValueError, match="two operations answer"):
        made.add("GET", "/a/{name}", "x")


segments = st.sampled_from(["a", "b", "{x}", "{y}", "a{x}", "{x}b"])


@given(
    st.lists(st.lists(segments, min_size=1, max_size=3), min_size=1, max_size=6),
    st.lists(st.sampled_from(["a", "b", "ab", "c", "é"]), min_size=1, max_size=3),
)
def test_a_path_is_found_exactly_when_some_template_fits_it(templates, path):
    made = Table()
    for number, parts in enumerate(templates):
        named = [re.sub(r"\{\w\}", f"{{p{i}}}", part) for i, part in enumerate(parts)]
        try:
            made.add("GET", "/" + "/".join(named), number)
        except ValueError:
            continue
    sent = "/" + "/".join(quote(part) for part in path)
    patterns = ["/".join(re.sub(r"\\\{\w\\\}", ".+?", re.escape(part)) for part in parts) for parts in templates]
    fits = [re.fullmatch(p, "/".join(path)) is not None and p.count("/") == len(path) - 1 for p in patterns]
    assert (made.find(sent) is not None) == any(fits)


def test_the_names_of_a_template_stand_in_order():
    assert path_names("/v1/{a}/x/{b_c}:cancel") == ("a", "b_c")
