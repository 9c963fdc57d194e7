"""The contract's scalars in Python, each with the rules of its JSON form.

| contract | Python | JSON |
| --- | --- | --- |
| decimal | Decimal | string, plain digits: `"12.50"`, never `1.25e1` |
| timestamp | aware datetime, UTC | RFC 3339 with an offset in, `Z` out, microseconds |
| date | date | `"2026-11-24"` |
| duration | timedelta | seconds: `"1.5s"` |
| bytes | bytes | base64 (RFC 4648 §4) |
| uuid | UUID | the 36-character form |
| json | JsonValue | any value but NaN and infinities |
| int32 … uint64, float | int, float | number |

JSON is held to exactly what the OpenAPI document says. Python callers may pass anything that
pydantic converts.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, GetCoreSchemaHandler, JsonValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_DECIMAL = r"^-?(?:0|[1-9][0-9]{0,37})(?:\.[0-9]{1,38})?$"
_UUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
_MONTH_DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
# Years that stay within 0001..9999 whatever the offset; the two edge years must be given in UTC.
_INNER_YEAR = (
    "(?:000[2-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])"
)
_CLOCK = r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
_OFFSET = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_DATE = f"^{_YEAR}-{_MONTH_DAY}$"
_TIMESTAMP = (
    f"^(?:{_INNER_YEAR}-{_MONTH_DAY}{_CLOCK}{_OFFSET}"
    f"|(?:0001|9999)-{_MONTH_DAY}{_CLOCK}(?:[Zz]|[+-]00:00))$"
)
_DURATION = r"^-?(?:0|[1-9][0-9]{0,10})(?:\.[0-9]{1,9})?s$"
_BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"

_plain_decimal = re.compile(_DECIMAL).fullmatch
_MICROSECOND = timedelta(microseconds=1)


class _Rules:
    """An annotation that replaces pydantic's schema of a type by ours."""

    def __init__(self, build: Callable[[CoreSchema], CoreSchema]) -> None:
        self.build = build

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return self.build(handler(source))


def _by_text(
    pattern: str,
    parse: Callable[[str], Any],
    python: CoreSchema,
    output: core_schema.SerSchema,
) -> CoreSchema:
    """JSON: a string of this pattern, parsed. Python: `python`."""
    text = core_schema.str_schema(pattern=pattern)
    return core_schema.json_or_python_schema(
        core_schema.no_info_after_validator_function(parse, text), python, serialization=output
    )


def _json_only(function: Callable[[Any], Any]) -> core_schema.SerSchema:
    return core_schema.plain_serializer_function_ser_schema(function, when_used="json")


# ------------------------------------------------------------------ decimal
def _check_decimal_text(value: Any) -> Any:
    if type(value) is str and not _plain_decimal(value):
        raise PydanticCustomError("decimal_format", "Input should be plain digits such as 12.50")
    return value


def decimal_text(value: Decimal) -> str:
    """Plain digits: `Decimal("1E+2")` → `"100"`."""
    return format(value, "f")


def _decimal(inner: CoreSchema) -> CoreSchema:
    lax = core_schema.decimal_schema(allow_inf_nan=False)
    python = core_schema.no_info_before_validator_function(_check_decimal_text, lax)
    return _by_text(_DECIMAL, Decimal, python, _json_only(decimal_text))


# ------------------------------------------------------------------ duration
def duration_of(text: str) -> timedelta:
    """`"1.5s"` → 1.5 seconds; digits past microseconds are cut."""
    seconds, _, fraction = text.removesuffix("s").removeprefix("-").partition(".")
    value = timedelta(seconds=int(seconds), microseconds=int(fraction[:6].ljust(6, "0")))
    return -value if text.startswith("-") else value


def duration_text(value: timedelta) -> str:
    """1.5 seconds → `"1.5s"`."""
    microseconds = value // _MICROSECOND
    seconds, rest = divmod(abs(microseconds), 1_000_000)
    fraction = f".{rest:06d}".rstrip("0") if rest else ""
    return f"{'-' if microseconds < 0 else ''}{seconds}{fraction}s"


def _duration(inner: CoreSchema) -> CoreSchema:
    return _by_text(_DURATION, duration_of, inner, _json_only(duration_text))


# ------------------------------------------------------------------ timestamp
def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError(
            "timestamp_range", "Input should be between the years 1 and 9999 in UTC"
        ) from None


def _timestamp_of(text: str) -> datetime:
    return _to_utc(datetime.fromisoformat(text.upper()))


def _timestamp(inner: CoreSchema) -> CoreSchema:
    aware = core_schema.datetime_schema(tz_constraint="aware")
    python = core_schema.no_info_after_validator_function(_to_utc, aware)
    return _by_text(_TIMESTAMP, _timestamp_of, python, core_schema.simple_ser_schema("datetime"))


# ------------------------------------------------------------------ date, uuid
def _date(inner: CoreSchema) -> CoreSchema:
    return _by_text(_DATE, date.fromisoformat, inner, core_schema.simple_ser_schema("date"))


def _uuid(inner: CoreSchema) -> CoreSchema:
    return _by_text(_UUID, UUID, inner, core_schema.simple_ser_schema("uuid"))


# ------------------------------------------------------------------ bytes
def _bytes_of(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error:
        value = None
    if value is None or base64.b64encode(value).decode() != text:
        raise PydanticCustomError("base64", "Input should be padded base64 (RFC 4648, section 4)")
    return value


def _bytes_text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(inner: CoreSchema) -> CoreSchema:
    return _by_text(_BASE64, _bytes_of, core_schema.bytes_schema(), _json_only(_bytes_text))


# ------------------------------------------------------------------ json
def _finite(value: Any) -> Any:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float) and not isfinite(item):
            raise PydanticCustomError("finite_number", "Input should be a finite number")
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return value


def _json(inner: CoreSchema) -> CoreSchema:
    return core_schema.no_info_after_validator_function(_finite, inner)


WireDecimal = Annotated[Decimal, _Rules(_decimal)]
WireTimestamp = Annotated[datetime, _Rules(_timestamp)]
WireDate = Annotated[date, _Rules(_date)]
WireDuration = Annotated[timedelta, _Rules(_duration)]
WireBytes = Annotated[bytes, _Rules(_bytes)]
WireUuid = Annotated[UUID, _Rules(_uuid)]
WireJson = Annotated[JsonValue, _Rules(_json)]
Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
UInt32 = Annotated[int, Field(ge=0, le=2**32 - 1)]
UInt64 = Annotated[int, Field(ge=0, le=2**64 - 1)]
Float32 = Annotated[float, Field(ge=-3.4028234663852886e38, le=3.4028234663852886e38)]
