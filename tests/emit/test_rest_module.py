"""gen/rest.py: where each operation is, and where each of its fields travels."""

from __future__ import annotations

import pytest
from request_path import EVERYTHING, texts
from services import contract


def route(text, operation):
    """The lines of an operation's routes."""
    found = [part for part in text.split("    Route(\n")[1:] if f"operations.{operation},\n" in part]
    return "".join(found)


def test_a_record_in_the_body_and_a_created_one_back():
    assert (
        route(texts(EVERYTHING)["rest"], "create_order")
        == """        operations.create_order,
        "POST",
        "/v1/orders",
        responses=((201, Order),),
        body="*",
        etag="version",
    ),
"""
    )


def test_fields_in_path_query_and_headers_and_headers_out():
    text = route(texts(EVERYTHING)["rest"], "get_order")
    assert (
        """        parameters=(
            in_path("order_id"),
            in_query("full", Form.BOOLEAN),
            in_header("trace", "X-Trace"),
        ),
        reply_headers=(("total", "X-Total"),),
        etag="version",
        cache="public, max-age=5, stale-if-error=60",
"""
        in text
    )


def test_lists_of_enums_and_numbers_in_the_query():
    text = route(texts(EVERYTHING)["rest"], "find_orders")
    assert "responses=((200, list[Order]),)," in text
    assert 'in_query("statuses", many=True),' in text
    assert 'in_query("above"),' in text
    assert 'in_query("sizes", Form.INTEGER, many=True),' in text


def test_a_partial_update_is_the_body_in_both_media_types():
    text = route(texts(EVERYTHING)["rest"], "change_order")
    assert 'body="order",' in text
    assert "media_types=(MERGE_PATCH, JSON)," in text


def test_every_further_path_is_a_route():
    text = route(texts(EVERYTHING)["rest"], "cancel_order")
    assert text.count("responses=((204, None),),") == 2
    assert '"/v1/orders/{order_id}:cancel"' in text
    assert '"/v1/cancellations/{order_id}"' in text


def test_several_statuses_have_their_types():
    assert "responses=((200, Order), (202, Job))," in route(texts(EVERYTHING)["rest"], "start_job")


def test_what_only_a_whole_answer_can_have_is_not_on_streams():
    assert "etag" not in route(texts(EVERYTHING)["rest"], "watch_order")


def test_an_answer_that_is_not_for_everybody_is_cached_by_its_caller_only():
    operation = {"http": "GET /v1/a", "request": {}, "response": {"b": "string"}, "cache": {"max_age": "5s"}}
    text = texts(contract(auth={"api_key": {}}, operations={"Get": operation}))["rest"]
    assert 'cache="private, max-age=5",' in text


def test_wire_names_are_those_of_json():
    fields = {"user_id": {"type": "string", "wire": "userId"}, "sort_by": {"type": "string?", "wire": "sortBy"}}
    text = texts(
        contract(operations={"Get": {"http": "GET /v1/a/{user_id}", "request": fields, "response": {"b": "string"}}})
    )["rest"]
    assert 'in_path("userId", name="user_id")' in text
    assert 'in_query("sortBy")' in text


@pytest.mark.parametrize(
    ("type", "form"),
    [
        ("bool", "Form.BOOLEAN"), ("int32", "Form.INTEGER"), ("uint64", "Form.INTEGER"), ("float", "Form.NUMBER"),
        ("double(0..1)", "Form.NUMBER"), ("decimal", ""), ("string", ""), ("uuid", ""), ("timestamp", ""), ("date", ""),
        ("duration", ""), ("bytes", ""), ("Size", "Form.INTEGER"), ("Colour", ""),
    ],
)  # fmt: skip
def test_the_form_of_a_parameter_follows_its_type(type, form):
    types = {"Size": "int32(1..5)", "Colour": {"enum": ["red"]}}
    operation = {"http": "GET /v1/a", "request": {"a": f"{type}?"}, "response": {"b": "string"}}
    text = texts(contract(types=types, operations={"Get": operation}))["rest"]
    assert f'in_query("a"{", " + form if form else ""})' in text
