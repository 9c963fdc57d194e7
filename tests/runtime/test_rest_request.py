"""From an HTTP request to the request of an operation, without a server."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field
from runtime.errors import InvalidRequest
from runtime.model import Model
from runtime.operation import Unary
from runtime.rest_request import decoder
from runtime.route import RestCall, Route


class Card(Model):
    kind: Literal["card"] = "card"
    number: str


class Cash(Model):
    kind: Literal["cash"] = "cash"
    amount: int


class Payment(Model):
    pay: Annotated[Card | Cash, Field(discriminator="kind")]


def faults(body):
    operation = Unary("Pay", request=Payment, response=None)
    decode = decoder(Route(operation, "POST", "/v1/pay", ((204, None),), body="*"))
    with pytest.raises(InvalidRequest) as caught:
        decode(body, RestCall({"headers": [], "query_string": b""}, None, ()))
    return [(violation.path, violation.code) for violation in caught.value.violations]


def test_faults_inside_a_union_are_where_the_caller_wrote_them():
    assert faults(b'{"pay":{"kind":"card","number":5}}') == [(("pay", "number"), "string_type")]
    assert faults(b'{"pay":{"kind":"card"}}') == [(("pay", "number"), "missing")]
    assert faults(b'{"pay":{"kind":"cash","amount":1,"more":2}}') == [(("pay", "more"), "extra_forbidden")]
    assert faults(b'{"pay":{"kind":"coin"}}') == [(("pay",), "union_tag_invalid")]


def test_text_that_is_no_json_has_no_place():
    assert faults(b"{") == [((), "json_invalid")]
    assert faults(b"[" * 100_000) == [((), "json_invalid")]
