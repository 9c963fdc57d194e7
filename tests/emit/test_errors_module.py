"""gen/errors.py: the contract's errors as exceptions."""

from __future__ import annotations

from request_path import EVERYTHING, texts
from services import contract


def test_an_error_has_its_code_its_status_and_its_reason():
    text = texts(EVERYTHING)["errors"]
    assert (
        '''class OrderNotFound(ServiceError):
    """OrderNotFound."""

    code = Code.NOT_FOUND
    status = 404
    reason = "ORDER_NOT_FOUND"
'''
        in text
    )
    assert (
        '''class Busy(ServiceError):
    """Busy."""

    code = Code.UNAVAILABLE
    status = 503
    reason = "BUSY"
    retryable = True
'''
        in text
    )


def test_details_are_typed_and_must_be_given():
    assert '''class SoldOut(ServiceError):
    """None is left."""

    code = Code.FAILED_PRECONDITION
    status = 409
    reason = "SOLD_OUT"
    details_type = SoldOutDetails
    details: SoldOutDetails

    def __init__(
        self,
        detail: str = "",
        *,
        details: SoldOutDetails,
        retry_after: float | None = None,
    ) -> None:
''' in texts(EVERYTHING)["errors"]


def test_the_errors_of_the_runtime_that_handlers_raise_are_at_hand():
    text = texts(contract(operations={}))["errors"]
    for name in ("InvalidRequest", "Violation", "PermissionDenied", "PreconditionFailed"):
        assert f'    "{name}",\n' in text
    assert "DECLARED: tuple[type[ServiceError], ...] = ()" in text


def test_an_error_of_the_contract_takes_the_place_of_one_of_ours():
    text = texts(contract(operations={}, errors={"Violation": "invalid_argument"}))["errors"]
    assert text.count("Violation") == 4  # __all__, the class, its doc, DECLARED
    assert "class Violation(ServiceError):" in text
