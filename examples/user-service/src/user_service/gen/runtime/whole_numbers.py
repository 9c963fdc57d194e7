"""Whole numbers that are written with a point or an exponent.

`8.0` and `1e3` are integers to JSON Schema (2020-12 validation, §6.1.1), to protobuf's JSON and to
most languages that write JSON. Strict validation takes digits only, so a request that fails for
this alone is written again, with digits, and validated once more: what is usual costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json, to_json

T = TypeVar("T")

EXACT: Final = 2**53
"""Beyond this a float is not sure to be the number that was meant."""
MAX_FAULTS: Final = 1000


def taking_whole_numbers(validate: Callable[[Any], T]) -> Callable[[Any], T]:
    """`validate`, which reads JSON text, but `8.0` is an integer to it. Raises ValidationError."""

    def checked(text: str | bytes) -> T:
        try:
            return validate(text)
        except ValidationError as fault:
            digits = _with_digits(text) if _is_about_whole_numbers(fault) else None
            if digits is None:
                raise
        return validate(digits)

    return checked


def _is_about_whole_numbers(fault: ValidationError) -> bool:
    """Whether any fault is a float where an integer is wanted; the others will be found again."""
    if fault.error_count() > MAX_FAULTS:
        return False
    faults = fault.errors(include_url=False, include_context=False)
    return any(f["type"] == "int_type" and _is_whole(f["input"]) for f in faults)


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and value.is_integer() and abs(value) <= EXACT


def _with_digits(text: str | bytes) -> bytes | None:
    """The same JSON with whole numbers in digits; None when it is no JSON after all."""
    try:
        return to_json(_rewritten(from_json(text, allow_inf_nan=False)))
    except (ValueError, RecursionError):
        return None


def _rewritten(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rewritten(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rewritten(item) for item in value]
    return int(value) if _is_whole(value) else value
