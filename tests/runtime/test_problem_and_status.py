"""One error on two transports: the same exception comes out of either, whatever was in it."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from uuid import UUID

import pytest
from google.rpc import error_details_pb2, status_pb2
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field
from runtime import problem, status
from runtime.errors import (
    Code,
    Internal,
    InvalidRequest,
    KeyInUse,
    MethodNotAllowed,
    Overloaded,
    ServiceError,
    Unauthenticated,
    Violation,
)
from runtime.registry import FRAMEWORK_ERRORS, Registry, UnknownError

DOMAIN = "order-service"
TRACE = "0af7651916cd43dd8448eb211c80319c"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sku: str
    left: int


class OutOfStockDetails(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    sku: str
    parts: list[Part] = []
    price: Decimal | None = None
    order: UUID | None = None
    from_: str | None = Field(None, alias="from")


class OutOfStock(ServiceError):
    code = Code.FAILED_PRECONDITION
    status = 409
    reason = "OUT_OF_STOCK"
    details_type = OutOfStockDetails
    details: OutOfStockDetails

    def __init__(self, detail: str = "", *, details: OutOfStockDetails) -> None:
        super().__init__(detail, details=details)


class CardDeclined(ServiceError):
    code = Code.ABORTED
    status = 402
    reason = "CARD_DECLINED"
    retryable = True


REGISTRY = Registry(DOMAIN, (OutOfStock, CardDeclined))


def by_problem(error: ServiceError) -> ServiceError:
    return problem.from_problem(error.status, problem.encode(error, DOMAIN, trace_id=TRACE), REGISTRY)


def by_status(error: ServiceError) -> ServiceError:
    return status.from_status(status.encode(error, DOMAIN, trace_id=TRACE), REGISTRY)


BOTH = pytest.mark.parametrize("through", [by_problem, by_status])

texts = st.text(st.characters(codec="utf-8"), max_size=40)
details = st.builds(
    OutOfStockDetails,
    sku=texts,
    parts=st.lists(st.builds(Part, sku=texts, left=st.integers(-(2**63), 2**63 - 1)), max_size=3),
    price=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    order=st.none() | st.uuids(),
    from_=st.none() | texts,
)


@BOTH
@given(details, texts)
def test_details_of_any_content_make_the_round_trip(through, given_details, detail):
    back = through(OutOfStock(detail, details=given_details))
    assert type(back) is OutOfStock
    assert back.details == given_details
    assert back.detail == (detail or "Out of stock")
    assert (back.code, back.status, back.retryable) == (Code.FAILED_PRECONDITION, 409, False)


@BOTH
@given(st.floats(1e-6, 1e6))
def test_the_time_to_wait_makes_the_round_trip(through, seconds):
    back = through(CardDeclined(retry_after=seconds))
    assert type(back) is CardDeclined
    assert back.retry_after == pytest.approx(seconds, abs=1e-9)


@BOTH
@pytest.mark.parametrize("kind", FRAMEWORK_ERRORS, ids=lambda k: k.__name__)
def test_every_framework_error_makes_the_round_trip(through, kind):
    error = kind()
    back = through(error)
    assert type(back) is kind
    assert (back.detail, back.retry_after, back.retryable) == (error.detail, None, error.retryable)


steps = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.integers(0, 999_999)
violations = st.lists(
    st.builds(
        Violation,
        st.lists(steps, max_size=4).map(tuple),
        st.from_regex(r"[a-z]{1,10}(_[a-z]{1,10})?", fullmatch=True),
        texts,
    ),
    max_size=5,
)


@given(violations)
def test_violations_make_the_round_trip_by_grpc(found):
    assert by_status(InvalidRequest(found)).violations == tuple(found)


@given(violations)
def test_violations_make_the_round_trip_by_http(found):
    def as_read(violation: Violation) -> Violation:
        # A pointer cannot tell the name "0" from the position 0.
        path = tuple(
            int(s) if isinstance(s, str) and s.isdigit() and s.isascii() and str(int(s)) == s and len(s) < 10 else s
            for s in violation.path
        )
        return Violation(path, violation.code, violation.detail)

    assert by_problem(InvalidRequest(found)).violations == tuple(map(as_read, found))


def test_the_document_has_the_members_of_rfc_9457_and_ours():
    error = OutOfStock("Two are left.", details=OutOfStockDetails(sku="A1", from_="Rome"))
    document = json.loads(problem.encode(error, DOMAIN, instance="/orders/1", trace_id=TRACE))
    assert document == {
        "type": "https://errors.order-service/OUT_OF_STOCK",
        "title": "Out of stock",
        "status": 409,
        "detail": "Two are left.",
        "instance": "/orders/1",
        "code": "failed_precondition",
        "reason": "OUT_OF_STOCK",
        "domain": "order-service",
        "retryable": False,
        "details": {"sku": "A1", "parts": [], "price": None, "order": None, "from": "Rome"},
        "trace_id": TRACE,
    }


def test_violations_are_shown_as_pointers_and_as_google_field_paths():
    error = InvalidRequest([Violation(("items", 0, "a/b~c"), "missing", "The field is required.")])
    document = json.loads(problem.encode(error, DOMAIN))
    assert document["errors"] == [
        {"pointer": "#/items/0/a~1b~0c", "code": "missing", "detail": "The field is required."}
    ]
    bad = unpacked(error, error_details_pb2.BadRequest)
    assert [(v.field, v.reason, v.description) for v in bad.field_violations] == [
        ('items[0]["a/b~c"]', "MISSING", "The field is required.")
    ]


def unpacked(error: ServiceError, kind):
    message = status_pb2.Status.FromString(status.encode(error, DOMAIN, trace_id=TRACE))
    for detail in message.details:
        found = kind()
        if detail.Unpack(found):
            return found
    return None


def test_the_identity_is_the_same_on_both_transports():
    info = unpacked(CardDeclined(), error_details_pb2.ErrorInfo)
    document = json.loads(problem.encode(CardDeclined(), DOMAIN))
    assert document["type"] == f"https://errors.{info.domain}/{info.reason}"


def test_the_trace_id_travels_so_that_support_can_find_the_log():
    assert json.loads(problem.encode(Internal(), DOMAIN, trace_id=TRACE))["trace_id"] == TRACE
    assert unpacked(Internal(), error_details_pb2.RequestInfo).request_id == TRACE


def test_the_headers_say_what_http_has_words_for():
    def headers(error: ServiceError) -> dict[bytes, bytes]:
        return dict(problem.headers(error))

    assert headers(KeyInUse(retry_after=0.2))[b"retry-after"] == b"1"
    assert headers(Overloaded(retry_after=2.0))[b"retry-after"] == b"2"
    assert headers(MethodNotAllowed(("GET", "PUT")))[b"allow"] == b"GET, PUT"
    assert headers(Unauthenticated(challenge="Bearer"))[b"www-authenticate"] == b"Bearer"
    assert b"retry-after" not in headers(Internal())
    assert headers(Internal())[b"content-type"] == problem.MEDIA_TYPE.encode()


@given(st.text(max_size=5000), st.lists(st.text(max_size=300), max_size=60), st.text(max_size=9000))
def test_trailers_stay_under_eight_kibibytes_whatever_is_in_the_error(detail, names, sku):
    clean = sku.encode("utf-8", "replace").decode()
    for error in (
        InvalidRequest([Violation((name, 1), "missing", "…" * 50) for name in names], detail),
        OutOfStock(detail, details=OutOfStockDetails(sku=clean)),
    ):
        data = status.encode(error, DOMAIN, trace_id=TRACE)
        percent_encoded = len(status.message(error).encode()) * 3
        assert len(data) <= status.MAX_BYTES
        assert len(base64.b64encode(data)) + percent_encoded < 8 * 1024
        back = status.from_status(data, REGISTRY)
        assert back.reason == error.reason
        problem.encode(error, DOMAIN)


def test_details_too_large_for_a_trailer_leave_an_unknown_error_of_the_same_reason():
    back = by_status(OutOfStock(details=OutOfStockDetails(sku="x" * 6000)))
    assert isinstance(back, UnknownError)
    assert (back.reason, back.code, back.domain) == ("OUT_OF_STOCK", Code.FAILED_PRECONDITION, DOMAIN)
    assert type(by_problem(OutOfStock(details=OutOfStockDetails(sku="x" * 6000)))) is OutOfStock


@BOTH
def test_a_reason_that_is_not_listed_is_an_unknown_error_with_what_is_known(through):
    class Newer(ServiceError):
        code = Code.NOT_FOUND
        reason = "NEWER_THAN_THIS_CLIENT"
        retryable = True

    back = through(Newer("Sorry.", details=Part(sku="A", left=1), retry_after=3.0))
    assert isinstance(back, UnknownError)
    assert (back.code, back.status, back.reason, back.domain, back.detail) == (
        Code.NOT_FOUND,
        404,
        "NEWER_THAN_THIS_CLIENT",
        DOMAIN,
        "Sorry.",
    )
    assert (back.retryable, back.retry_after) == (True, 3.0)
    assert back.metadata == {"sku": '"A"', "left": "1"}


@BOTH
def test_an_unknown_error_that_is_passed_on_keeps_the_domain_it_came_from(through):
    back = through(UnknownError(Code.ABORTED, 409, reason="OUT_OF_STOCK", domain="inventory-service"))
    assert isinstance(back, UnknownError)
    assert back.domain == "inventory-service"


def test_details_with_fields_of_a_newer_server_are_read_without_them():
    body = json.loads(problem.encode(OutOfStock(details=OutOfStockDetails(sku="A")), DOMAIN))
    body["details"]["new_field"] = {"x": 1}
    back = problem.from_problem(409, json.dumps(body).encode(), REGISTRY)
    assert type(back) is OutOfStock
    assert back.details == OutOfStockDetails(sku="A")


@pytest.mark.parametrize(
    ("http", "code"),
    [
        (400, Code.INTERNAL),
        (401, Code.UNAUTHENTICATED),
        (403, Code.PERMISSION_DENIED),
        (404, Code.UNIMPLEMENTED),
        (429, Code.UNAVAILABLE),
        (502, Code.UNAVAILABLE),
        (503, Code.UNAVAILABLE),
        (504, Code.UNAVAILABLE),
        (500, Code.UNKNOWN),
        (418, Code.UNKNOWN),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>Bad Gateway</html>", b"[]", b'{"error": 1}', b"\xff\xfe"])
def test_an_answer_that_is_no_problem_is_read_by_its_status(http, code, body):
    back = problem.from_problem(http, body, REGISTRY)
    assert isinstance(back, UnknownError)
    assert (back.code, back.status, back.retryable) == (code, http, code is Code.UNAVAILABLE)


hostile = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = ("type", "code", "detail", "details", "errors", "retryable", "retry_after")
TYPES = st.sampled_from([f"https://errors.{DOMAIN}/{r}" for r in ("OUT_OF_STOCK", "INVALID_REQUEST", "X", "")])


@given(st.fixed_dictionaries({"type": TYPES | hostile}, optional=dict.fromkeys(MEMBERS[1:], hostile)))
def test_no_document_whatever_makes_the_reader_fail(document):
    assert isinstance(problem.from_problem(400, json.dumps(document).encode(), REGISTRY), ServiceError)


@given(st.binary(max_size=200))
def test_no_bytes_whatever_make_the_reader_of_trailers_fail(data):
    assert isinstance(status.from_status(data, REGISTRY), ServiceError)


def test_a_code_without_details_is_all_that_is_known():
    back = status.from_code(14, "upstream connect error", REGISTRY)
    assert isinstance(back, UnknownError)
    assert (back.code, back.status, back.retryable) == (Code.UNAVAILABLE, 503, True)
    assert status.from_code(99, "", REGISTRY).code is Code.UNKNOWN
