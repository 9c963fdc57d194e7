"""Error types: their codes, their defaults, and what can never leave."""

from __future__ import annotations

import re

import pytest
from google.rpc import code_pb2
from runtime.errors import (
    CODE_OF_NUMBER,
    MAX_VIOLATIONS,
    Code,
    Internal,
    InvalidRequest,
    ServiceError,
    Violation,
)
from runtime.registry import FRAMEWORK_ERRORS, Registry, UnknownError

# google/rpc/code.proto says for each code: "HTTP Mapping: NNN …".
HTTP = {
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INVALID_ARGUMENT": 400,
    "DEADLINE_EXCEEDED": 504,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "PERMISSION_DENIED": 403,
    "UNAUTHENTICATED": 401,
    "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400,
    "ABORTED": 409,
    "OUT_OF_RANGE": 400,
    "UNIMPLEMENTED": 501,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DATA_LOSS": 500,
}


class OutOfStock(ServiceError):
    """There is not enough of it."""

    code = Code.FAILED_PRECONDITION
    status = 409
    reason = "OUT_OF_STOCK"


class OrderNotFound(ServiceError):
    """No such order."""

    code = Code.NOT_FOUND
    reason = "ORDER_NOT_FOUND"


def test_every_code_has_the_number_of_grpc_and_the_status_of_google_rpc():
    assert {c.name: c.grpc for c in Code} == {n: v for n, v in code_pb2.Code.items() if n != "OK"}
    assert {c.name: c.http for c in Code} == HTTP
    assert {c.value for c in Code} == {n.lower() for n in HTTP}
    assert CODE_OF_NUMBER[5] is Code.NOT_FOUND


def test_a_declared_error_takes_its_status_from_the_code_unless_it_has_one():
    assert (OutOfStock().status, OrderNotFound().status) == (409, 404)


def test_an_error_without_text_says_its_title():
    assert OutOfStock().detail == OutOfStock().title == "Out of stock"
    assert OutOfStock("Two are left.").detail == "Two are left."
    assert str(OutOfStock("Two are left.")) == "OUT_OF_STOCK: Two are left."


@pytest.mark.parametrize("seconds", [-1.0, float("inf"), float("-inf"), float("nan"), 1e30])
def test_what_is_no_time_to_wait_counts_as_none(seconds):
    assert OutOfStock(retry_after=seconds).retry_after is None
    assert OutOfStock(retry_after=0.0).retry_after == 0.0


def test_internal_takes_no_text_at_all():
    with pytest.raises(TypeError):
        Internal("password=hunter2")  # type: ignore[call-arg]
    assert Internal().detail == "Internal error."


def test_the_reasons_of_the_framework_are_distinct_and_fit_error_info():
    reasons = [e.reason for e in FRAMEWORK_ERRORS]
    assert len(set(reasons)) == len(reasons)
    for reason in reasons:
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+[A-Z0-9]", reason)
        assert len(reason) <= 63


def test_every_framework_error_is_in_the_registry():
    def below(kind: type[ServiceError]) -> set[type[ServiceError]]:
        own = {k for k in kind.__subclasses__() if k.__module__.startswith("runtime.errors")}
        return own.union(*(below(k) for k in own))

    assert below(ServiceError) == set(FRAMEWORK_ERRORS)


def test_a_contract_may_declare_an_error_with_a_reason_of_the_framework():
    class Mine(ServiceError):
        code = Code.PERMISSION_DENIED
        reason = "PERMISSION_DENIED"

    assert Registry("s", (Mine,)).find("s", "PERMISSION_DENIED") is Mine


def test_an_error_of_another_service_is_not_taken_for_one_of_ours():
    registry = Registry("order-service", (OutOfStock,))
    assert registry.find("order-service", "OUT_OF_STOCK") is OutOfStock
    assert registry.find("inventory-service", "OUT_OF_STOCK") is None


def test_no_more_violations_are_kept_than_anybody_reads():
    many = [Violation(("items", n), "missing", "…") for n in range(10_000)]
    assert len(InvalidRequest(many).violations) == MAX_VIOLATIONS


def test_an_unknown_error_keeps_its_facts_to_itself():
    one = UnknownError(Code.ABORTED, 409, reason="ODD_THING", domain="elsewhere", retryable=True)
    assert (one.code, one.status, one.reason, one.retryable, one.title) == (
        Code.ABORTED,
        409,
        "ODD_THING",
        True,
        "Odd thing",
    )
    assert (UnknownError.code, UnknownError.reason) == (Code.UNKNOWN, "UNKNOWN")
