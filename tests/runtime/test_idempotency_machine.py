"""The rules of idempotency keys, without any store."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from runtime.errors import (
    Cancelled,
    Code,
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    KeyInUse,
    KeyMalformed,
    KeyMissing,
    KeyReused,
    LeaseLost,
    Overloaded,
    PermissionDenied,
    ServiceError,
    StoreUnavailable,
    Unauthenticated,
)
from runtime.idempotency.machine import (
    MAX_KEY,
    Fingerprint,
    Outcome,
    Record,
    Replay,
    Settlement,
    State,
    client_key,
    decide,
    scope_key,
    settle,
)
from runtime.registry import Registry

DONE = Outcome(201, b"{}")


class OutOfStock(ServiceError):
    code = Code.FAILED_PRECONDITION
    status = 422
    reason = "OUT_OF_STOCK"


class SoldElsewhere(ServiceError):
    code = Code.ALREADY_EXISTS
    reason = "SOLD_ELSEWHERE"


class Busy(ServiceError):
    code = Code.FAILED_PRECONDITION
    reason = "BUSY"
    retryable = True


@pytest.mark.parametrize(
    ("state", "same", "over", "expected"),
    [
        ("leased", True, False, KeyInUse),
        ("leased", False, False, KeyReused),
        ("leased", True, True, None),
        ("leased", False, True, KeyReused),
        ("done", True, False, Replay(DONE)),
        ("done", False, False, KeyReused),
        ("done", True, True, None),
        ("done", False, True, None),
    ],
)
def test_the_whole_table_of_decisions(state, same, over, expected):
    record = Record(State(state), b"t", b"one", 9.0 if over else 11.0, DONE if state == "done" else None)
    fingerprint = b"one" if same else b"other"
    if isinstance(expected, type):
        with pytest.raises(expected):
            decide(record, fingerprint, 10.0)
    else:
        assert decide(record, fingerprint, 10.0) == expected


def test_an_absent_key_may_be_leased():
    assert decide(None, b"one", 10.0) is None


@given(st.floats(0.0001, 1e6))
def test_a_duplicate_comes_back_soon_and_not_before_it_makes_sense(remaining):
    record = Record(State.LEASED, b"t", b"one", 10.0 + remaining)
    with pytest.raises(KeyInUse) as raised:
        decide(record, b"one", 10.0)
    assert 0 < raised.value.retry_after <= 1.0


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OutOfStock(), Settlement.STORE),
        (InvalidRequest(), Settlement.STORE),
        (SoldElsewhere(), Settlement.RELEASE),  # 409
        (Busy(), Settlement.RELEASE),  # retryable
        (Unauthenticated(), Settlement.RELEASE),  # 401
        (PermissionDenied(), Settlement.RELEASE),  # 403
        (Overloaded(), Settlement.RELEASE),  # 503
        (StoreUnavailable(), Settlement.RELEASE),
        (Internal(), Settlement.RELEASE),  # 500
        (ValueError("a bug"), Settlement.RELEASE),
        (asyncio.CancelledError(), Settlement.KEEP),
        (Cancelled(), Settlement.KEEP),
        (KeyboardInterrupt(), Settlement.KEEP),
        (DeadlineExceeded(), Settlement.KEEP),
        (LeaseLost(), Settlement.KEEP),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, BaseException) else str(v),
)
def test_only_what_every_retry_would_meet_again_is_stored(error, expected):
    assert settle(error) is expected


def test_a_stored_error_is_raised_again_as_it_was():
    outcome = Outcome.of_error(OutOfStock("None left."), "order-service")
    assert outcome.error
    back = outcome.to_error(Registry("order-service", (OutOfStock,)))
    assert type(back) is OutOfStock
    assert back.detail == "None left."


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("abc", "abc"),
        ('"abc"', "abc"),
        ("  abc\t", "abc"),
        (' "abc" ', "abc"),
        (r'"a\"b\\c"', r"a\b".replace("\\", '"') + r"\c"),
        ("a b;c=d", "a b;c=d"),
        ('ab"c', 'ab"c'),
        ("x" * MAX_KEY, "x" * MAX_KEY),
        ('"' + "x" * MAX_KEY + '"', "x" * MAX_KEY),
        ('"8e03978e-40d5-43e8-bc93-6894a57f9324"', "8e03978e-40d5-43e8-bc93-6894a57f9324"),
    ],
)
def test_a_quoted_key_and_a_bare_one_are_the_same(raw, key):
    assert client_key(raw) == key


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        '""',
        '"abc',
        '"abc"x',
        '"abc";p=1',
        '"a"b"',
        r'"a\b"',
        "x" * 256,
        "a\x00b",
        "a\nb",
        "a\x7fb",
        "é",
        "\ud800",
    ],
)
def test_a_key_that_cannot_be_one_is_malformed(raw):
    with pytest.raises(KeyMalformed) as raised:
        client_key(raw)
    assert raised.value.status == 400


def test_no_key_at_all_is_another_error():
    with pytest.raises(KeyMissing) as raised:
        client_key(None)
    assert raised.value.status == 400


printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=MAX_KEY)


@given(printable)
def test_any_string_of_rfc_8941_is_read_as_what_it_says(key):
    quoted = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert client_key(quoted) == key


@given(st.text(max_size=300))
def test_any_text_is_a_key_or_malformed(raw):
    try:
        key = client_key(raw)
    except KeyMalformed:
        return
    assert 0 < len(key) <= MAX_KEY
    assert key.isprintable()


parts = st.tuples(*[st.text(max_size=8)] * 4)


@given(parts, parts)
def test_keys_of_other_callers_tenants_and_operations_are_other_keys(one, other):
    def scope(part: tuple[str, ...]) -> bytes:
        tenant, principal, operation, key = part
        return scope_key(operation, key, principal=principal, tenant=tenant)

    assert (scope(one) == scope(other)) == (one == other)
    assert len(scope(one)) == 32


class Line(BaseModel):
    sku: str
    price: Decimal


class Order(BaseModel):
    customer: str
    lines: list[Line] = []
    labels: dict[str, str] = {}
    note: str | None = None


class Reordered(BaseModel):
    labels: dict[str, str] = {}
    note: str | None = None
    lines: list[Line] = []
    customer: str


ORDER = {"customer": "c", "lines": [{"sku": "a", "price": "1.50"}], "labels": {"x": "1", "y": "2"}}


def test_a_fingerprint_does_not_depend_on_any_order_or_on_defaults_being_written_out():
    fingerprint = Fingerprint()
    one = fingerprint(Order.model_validate(ORDER))
    assert len(one) == 32
    assert one == fingerprint(Order.model_validate(ORDER | {"labels": {"y": "2", "x": "1"}, "note": None}))
    assert one == fingerprint(Reordered.model_validate(ORDER))


@pytest.mark.parametrize(
    "change", [{"customer": "d"}, {"lines": []}, {"labels": {"x": "1"}}, {"note": ""}, {"labels": {"x": "2", "y": "1"}}]
)
def test_a_fingerprint_tells_requests_apart(change):
    fingerprint = Fingerprint()
    assert fingerprint(Order.model_validate(ORDER)) != fingerprint(Order.model_validate(ORDER | change))


def test_only_the_declared_fields_count():
    fingerprint = Fingerprint(("customer", "lines"))
    one = fingerprint(Order.model_validate(ORDER))
    assert one == fingerprint(Order.model_validate(ORDER | {"note": "please", "labels": {}}))
    assert one != fingerprint(Order.model_validate(ORDER | {"customer": "d"}))


def test_in_a_partial_update_absent_and_null_are_two_requests():
    absent, null = Order.model_validate({"customer": "c"}), Order.model_validate({"customer": "c", "note": None})
    assert Fingerprint()(absent) == Fingerprint()(null)
    assert Fingerprint(only_set=True)(absent) != Fingerprint(only_set=True)(null)
