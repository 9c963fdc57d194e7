"""Path, query, headers and body become one JSON text that says what was sent, and nothing else."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime.errors import InvalidRequest
from runtime.parameters import Collector, Form, in_header, in_path, in_query, join, parse_query, wrap

texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
EVERY = Collector(
    [
        in_path("order_id"),
        in_query("text"),
        in_query("count", Form.INTEGER),
        in_query("ratio", Form.NUMBER),
        in_query("flag", Form.BOOLEAN),
        in_query("filter", Form.JSON),
        in_query("tags", many=True),
        in_query("numbers", Form.INTEGER, many=True),
        in_header("token", "X-Token"),
        in_header("sizes", "X-Sizes", Form.INTEGER, many=True),
    ],
    ("order_id",),
)


def collected(path="7", query=b"", headers=None):
    return json.loads("{" + EVERY.members((path,), query, headers or {}) + "}")


def test_what_looks_like_its_json_value_is_one_and_the_rest_is_text():
    query = b"count=5&ratio=-1.5e3&flag=true&filter=%7B%22a%22%3A%5B1%5D%7D&text=5"
    assert collected(query=query) == {
        "order_id": "7", "count": 5, "ratio": -1500.0, "flag": True, "filter": {"a": [1]}, "text": "5",
    }  # fmt: skip


@pytest.mark.parametrize("query", [b"", b"other=x"])
def test_a_needed_list_that_is_not_in_the_query_is_empty(query):
    collector = Collector([in_query("ids", many=True, needed=True), in_query("other"), in_query("tags", many=True)], ())
    assert json.loads("{" + collector.members((), query, {}) + "}")["ids"] == []
    assert "tags" not in collector.members((), query, {})


@pytest.mark.parametrize("value", ["5.0", "05", "+5", " 5", "1_000", "0x5", "", "five", "٥", "5\n", "true", "9" * 60])
def test_a_number_that_json_does_not_know_stays_text_for_validation_to_refuse(value):
    assert collected(query=urlencode({"count": value}).encode())["count"] == value


@pytest.mark.parametrize("value", ["True", "1", "yes", "on", "", "null"])
def test_only_true_and_false_are_booleans(value):
    assert collected(query=urlencode({"flag": value}).encode())["flag"] == value


@pytest.mark.parametrize("value", ["{", '{"a":1}x', '1,"order_id":"8"', '"', "[1]]", "nul"])
def test_json_that_is_none_cannot_add_members(value):
    assert collected(query=urlencode({"filter": value}).encode()) == {"order_id": "7", "filter": value}


@given(texts, texts, st.lists(texts, max_size=4))
def test_any_text_arrives_as_it_was_sent(path, text, tags):
    query = urlencode([("text", text), *[("tags", tag) for tag in tags]])
    found = collected(quote(path, safe="").replace("%2F", "%2f"), query.encode())
    assert found["order_id"] == path
    assert found["text"] == text
    assert found.get("tags", []) == tags


def test_lists_repeat_in_the_query_and_are_separated_by_commas_in_a_header():
    found = collected(query=b"tags=a&tags=b&numbers=1&numbers=2", headers={b"x-sizes": b"1, 2,3", b"x-token": b"a,b"})
    assert found == {"order_id": "7", "tags": ["a", "b"], "numbers": [1, 2], "token": "a,b", "sizes": [1, 2, 3]}


def test_a_parameter_that_nobody_knows_is_refused():
    with pytest.raises(InvalidRequest) as error:
        collected(query=b"count=5&kount=6")
    assert error.value.violations[0].path == ("query", "kount")


def test_a_parameter_given_twice_is_refused_unless_it_is_a_list():
    with pytest.raises(InvalidRequest):
        collected(query=b"count=5&count=5")


@pytest.mark.parametrize("query", [b"text=%ff", b"%ff=1", b"text=\xff", b"text=%C3%28", b"text=%ed%a0%80"])
def test_what_is_not_utf_8_is_refused(query):
    with pytest.raises(InvalidRequest):
        collected(query=query)
    with pytest.raises(InvalidRequest):
        collected(path="%ff")
    with pytest.raises(InvalidRequest):
        collected(headers={b"x-token": b"\xff"})


@given(st.binary(max_size=40))
def test_no_query_string_breaks_anything(query):
    try:
        found = parse_query(query)
    except InvalidRequest:
        return
    assert all(isinstance(value, str) for values in found.values() for value in values)


@given(st.dictionaries(texts, values, max_size=4), st.sampled_from(["", " ", "\n\t"]))
def test_an_object_keeps_its_members_behind_the_parameters(body, space):
    text = space + json.dumps(body) + space
    if "id" in body:
        with pytest.raises(InvalidRequest):
            join('"id":"7"', text.encode(), ("id",))
    else:
        assert json.loads(join('"id":"7"', text.encode(), ("id",))) == {"id": "7", **body}


@given(st.binary(max_size=30) | st.text('{}[]",:\\ai1 ', max_size=24).map(str.encode))
def test_joined_text_is_an_object_only_if_the_body_is_one(body):
    try:
        text = join('"id":"7"', body, ("id",))
    except InvalidRequest:
        return
    try:
        joined = json.loads(text)
    except ValueError:
        return
    whole = json.loads(body)
    assert joined == ({"id": "7", **whole} if isinstance(whole, dict) else whole)


@pytest.mark.parametrize("body", [b'{"id":"8"}', b'{"\\u0069d":"8"}', b'{"a":{"id":1},"id":2}', b' {"i\\u0064" : 1}'])
def test_a_body_cannot_say_what_the_path_says(body):
    with pytest.raises(InvalidRequest):
        join('"id":"7"', body, ("id",))


def test_the_name_may_stand_elsewhere_in_the_body():
    assert json.loads(join('"id":"7"', b'{"a":{"id":1},"b":"id"}', ("id",))) == {"id": "7", "a": {"id": 1}, "b": "id"}


@given(values)
def test_a_body_that_is_one_field_is_that_field(value):
    assert json.loads(wrap('"id":"7"', "patch", json.dumps(value).encode())) == {"id": "7", "patch": value}


@pytest.mark.parametrize("body", [b'1,"id":"8"', b'{},"id":"8"', b"", b"{", b"1 2"])
def test_a_field_cannot_become_more_than_one(body):
    with pytest.raises(InvalidRequest):
        wrap('"id":"7"', "patch", body)
