"""Values between protobuf and the contract's types, for the generated conversions.

Readers return what pydantic takes, or `UNREADABLE`, which no type accepts: the error then has the
place of the field. protobuf counts nanoseconds and Python microseconds, so the last three digits
are cut, towards zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import inf, isfinite
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, overload

from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value
from pydantic import BaseModel, TypeAdapter

if TYPE_CHECKING:
    from google.protobuf.duration_pb2 import Duration
    from google.protobuf.field_mask_pb2 import FieldMask
    from google.protobuf.message import Message
    from google.protobuf.timestamp_pb2 import Timestamp
    from pydantic import JsonValue

V = TypeVar("V")
M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)


class _Unreadable:
    """A value that arrived and has no meaning in the contract."""

    def __repr__(self) -> str:
        return "<unreadable>"


UNREADABLE: Final[Any] = _Unreadable()

MAX_JSON_DEPTH: Final = 30
"""protobuf reads messages nested 100 deep; each level of JSON takes up to three of them."""
MAX_DURATION: Final = 99_999_999_999
"""Seconds, as in JSON: eleven digits, 3,168 years. google.protobuf.Duration goes on to 10,000."""
MAX_PATH_STEPS: Final = 30
"""How deep a mask may name a field; a longer path is an unknown one."""
MAX_EXACT: Final = 2**53
"""google.protobuf.Value has doubles only: above this they skip integers."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_is_date: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_is_plain: Final = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_is_step: Final = re.compile(r"(?:`((?:[^`]|``)*)`|([^.`]+))(?:(\.)|\Z)").match


@overload
def validator(kind: type[V]) -> Callable[[Any], V]: ...
@overload
def validator(kind: Any) -> Callable[[Any], Any]: ...
def validator(kind: Any) -> Callable[[Any], Any]:
    """The function that makes a value of that type from plain data, or raises ValidationError."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.__pydantic_validator__.validate_python
    return TypeAdapter(kind).validator.validate_python


class Repeated(Protocol[M_co]):
    """A repeated message field."""

    def add(self) -> M_co:
        """A new message at the end."""
        ...


class MessageMap(Protocol[M_co]):
    """A map field with messages."""

    def __getitem__(self, key: str, /) -> M_co: ...


def add_each(values: Iterable[V], target: Repeated[M], fill: Callable[[V, M], None]) -> None:
    """Adds a message for each value."""
    add = target.add
    for value in values:
        fill(value, add())


def put_each(values: Mapping[str, V], target: MessageMap[M], fill: Callable[[V, M], None]) -> None:
    """Adds a message for each entry."""
    for key, value in values.items():
        fill(value, target[key])


# ------------------------------------------------------------------ text
def uuid_text(text: str) -> Any:
    """The 36-character form only; pydantic would also take braces and `urn:uuid:`."""
    return text if len(text) == 36 else UNREADABLE


def read_date(text: str) -> Any:
    """`2026-11-24`; pydantic would also take Unix seconds."""
    return text if _is_date(text) else UNREADABLE


def date_text(value: date) -> str:
    """`2026-11-24`."""
    return value.isoformat()


def decimal_text(value: Decimal) -> str:
    """Plain digits: `Decimal("1E+2")` → `100`, which every language reads."""
    return format(value, "f")


# ------------------------------------------------------------------ time
def read_timestamp(message: Timestamp) -> Any:
    """An aware datetime in UTC."""
    nanos = message.nanos
    if not 0 <= nanos < 1_000_000_000:
        return UNREADABLE
    try:
        return _EPOCH + timedelta(seconds=message.seconds, microseconds=nanos // 1000)
    except OverflowError:
        return UNREADABLE


def fill_timestamp(value: datetime, message: Timestamp) -> None:
    """From an aware datetime. Raises TypeError for one without an offset."""
    since = value - _EPOCH
    message.seconds = since.days * 86400 + since.seconds
    message.nanos = since.microseconds * 1000


def read_duration(message: Duration) -> Any:
    """A timedelta; seconds and nanos must have one sign."""
    seconds, nanos = message.seconds, message.nanos
    if abs(seconds) > MAX_DURATION or abs(nanos) > 999_999_999 or seconds * nanos < 0:
        return UNREADABLE
    microseconds = abs(nanos) // 1000
    return timedelta(seconds=seconds, microseconds=-microseconds if nanos < 0 else microseconds)


def fill_duration(value: timedelta, message: Duration) -> None:
    """From a timedelta. Raises ValueError beyond MAX_DURATION."""
    microseconds = value // _MICROSECOND
    seconds, rest = divmod(abs(microseconds), 1_000_000)
    if seconds > MAX_DURATION:
        raise ValueError(f"a duration has at most {MAX_DURATION} seconds")
    sign = -1 if microseconds < 0 else 1
    message.seconds = sign * seconds
    message.nanos = sign * rest * 1000


# ------------------------------------------------------------------ json
def read_json(message: Value) -> Any:
    """A JSON value; whole numbers are int, as in JSON text."""
    return _read_json(message, MAX_JSON_DEPTH)


def _read_json(message: Value, depth: int) -> Any:
    kind = message.WhichOneof("kind")
    if kind == "string_value":
        return message.string_value
    if kind == "number_value":
        return _read_number(message.number_value)
    if kind == "bool_value":
        return message.bool_value
    if kind == "null_value":
        return None
    if kind is None or depth == 0:
        return UNREADABLE
    if kind == "list_value":
        return [_read_json(item, depth - 1) for item in message.list_value.values]
    return {key: _read_json(item, depth - 1) for key, item in message.struct_value.fields.items()}


def _read_number(number: float) -> Any:
    if not isfinite(number):
        return UNREADABLE
    return int(number) if number.is_integer() and abs(number) <= MAX_EXACT else number


def fill_json(value: JsonValue, message: Value) -> None:
    """From a JSON value. Raises ValueError for what protobuf does not hold: a number that is no
    double, or more than MAX_JSON_DEPTH levels.
    """
    _fill_json(value, message, MAX_JSON_DEPTH)


def _fill_json(value: JsonValue, message: Value, depth: int) -> None:
    if value is None:
        message.null_value = NULL_VALUE
    elif isinstance(value, bool):
        message.bool_value = value
    elif isinstance(value, str):
        message.string_value = value
    elif isinstance(value, int | float):
        message.number_value = _double(value)
    elif depth == 0:
        raise ValueError(f"json is nested more than {MAX_JSON_DEPTH} deep")
    elif isinstance(value, list):
        _fill_list(value, message.list_value, depth - 1)
    else:
        _fill_struct(value, message.struct_value, depth - 1)


def _fill_list(values: list[JsonValue], message: ListValue, depth: int) -> None:
    message.SetInParent()
    for value in values:
        _fill_json(value, message.values.add(), depth)


def _fill_struct(values: dict[str, JsonValue], message: Struct, depth: int) -> None:
    message.SetInParent()
    for key, value in values.items():
        _fill_json(value, message.fields[key], depth)


def _double(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number) or number != value:
        raise ValueError("a number in json on gRPC is a double; send this one as a string")
    return number


# ------------------------------------------------------------------ partial updates
Mask = dict[str, "Mask | None"]
"""Names of fields; None below a name is everything there."""


class Paths(Protocol):
    """The paths of a FieldMask."""

    def append(self, path: str, /) -> None:
        """One more path."""
        ...


def read_mask(mask: FieldMask, message: Message) -> Mask | None:
    """The mask of an update; without one, the fields that are populated (AIP-134). None for `*`."""
    if not mask.paths:
        return {field.name: None for field, _ in message.ListFields()}
    tree: Mask = {}
    for path in mask.paths:
        if path == "*":
            return None
        _add_path(tree, _steps(path))
    return tree


def _steps(path: str) -> list[str]:
    """``labels.`a.b` `` is two steps; a path that does not parse is one, which no field has."""
    steps: list[str] = []
    at = 0
    while len(steps) < MAX_PATH_STEPS and (match := _is_step(path, at)):
        quoted, plain, dot = match.groups()
        steps.append(plain if quoted is None else quoted.replace("``", "`"))
        if not dot:
            return steps
        at = match.end()
    return [path]


def _add_path(tree: Mask, steps: list[str]) -> None:
    *parents, last = steps
    for step in parents:
        inner = tree.setdefault(step, {})
        if inner is None:
            return
        tree = inner
    tree[last] = None


def named_fields(mask: Mask | None, message: Message) -> Iterable[tuple[str, Mask | None]]:
    """The fields that a mask names, each with what it names inside."""
    if mask is None:
        return [(field.name, None) for field in message.DESCRIPTOR.fields]
    return mask.items()


def unknown_path(path: tuple[str, Mask | None]) -> str:
    """A key that no model has, so that pydantic refuses the path and shows it."""
    name, inner = path
    while inner:
        step, inner = next(iter(inner.items()))
        name += f".{step}"
    return f"update_mask.{name}"


def read_entries(values: dict[str, V], inner: Mask | None) -> dict[str, V | None]:
    """The entries of a map that the mask names; one without a value is removed."""
    if inner is None:
        return {**values}
    return {key: values.get(key) if rest is None else UNREADABLE for key, rest in inner.items()}


def name_entries(values: Iterable[str], paths: Paths, path: str) -> None:
    """Names the entries of a map in the mask; one without a value is removed."""
    for key in values:
        paths.append(f"{path}.{_path_step(key)}")


def _path_step(key: str) -> str:
    """AIP-161: a key that is no plain name stands in backticks."""
    return key if _is_plain(key) else "`" + key.replace("`", "``") + "`"
