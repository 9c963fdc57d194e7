"""From pydantic's validation errors to `Violation`s that are safe to show.

pydantic's own messages are not used: some repeat what was sent (`Input tag 'x' found`), and a
field may hold a secret. Every sentence here is made of the contract's own facts only, such as a
bound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from .errors import MAX_VIOLATIONS, InvalidRequest, Violation

if TYPE_CHECKING:
    from pydantic import ValidationError

# Beyond this many faults they are counted, not listed: listing is work that a hostile caller can
# order.
MAX_LISTED: Final = 1000
MAX_NAME: Final = 128

_OTHER: Final = "The value is not valid."
_PHRASES: Final = {
    "missing": "The field is required.",
    "extra_forbidden": "The field is not known.",
    "json_invalid": "The body is not valid JSON.",
    "recursion_loop": "The value is nested too deeply.",
    "recursion_depth_exceeded": "The value is nested too deeply.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "dataclass_type": "Must be an object.",
    "dict_type": "Must be an object.",
    "invalid_key": "Keys must be strings.",
    "list_type": "Must be an array.",
    "none_required": "Must be null.",
    "null_not_allowed": "Must not be null; leave the field out instead.",
    "greater_than": "Must be greater than {gt}.",
    "greater_than_equal": "Must be at least {ge}.",
    "less_than": "Must be less than {lt}.",
    "less_than_equal": "Must be at most {le}.",
    "multiple_of": "Must be a multiple of {multiple_of}.",
    "finite_number": "Must be a finite number.",
    "too_short": "Must have at least {min_length} items.",
    "too_long": "Must have at most {max_length} items.",
    "string_type": "Must be a string.",
    "string_sub_type": "Must be a string.",
    "string_unicode": "Must be valid Unicode text.",
    "string_too_short": "Must have at least {min_length} characters.",
    "string_too_long": "Must have at most {max_length} characters.",
    "string_pattern_mismatch": "Must match the pattern {pattern}",
    "enum": "Must be {expected}.",
    "literal_error": "Must be {expected}.",
    "bool_type": "Must be true or false.",
    "bool_parsing": "Must be true or false.",
    "int_type": "Must be an integer.",
    "int_parsing": "Must be an integer.",
    "int_parsing_size": "Must be an integer of fewer digits.",
    "int_from_float": "Must be an integer.",
    "float_type": "Must be a number.",
    "float_parsing": "Must be a number.",
    "decimal_type": "Must be a decimal number.",
    "decimal_parsing": "Must be a decimal number.",
    "decimal_max_digits": "Must have at most {max_digits} digits.",
    "decimal_max_places": "Must have at most {decimal_places} digits after the point.",
    "decimal_whole_digits": "Must have at most {whole_digits} digits before the point.",
    "bytes_type": "Must be base64 text.",
    "bytes_invalid_encoding": "Must be base64 text.",
    "bytes_too_short": "Must have at least {min_length} bytes.",
    "bytes_too_long": "Must have at most {max_length} bytes.",
    "uuid_type": "Must be a UUID.",
    "uuid_parsing": "Must be a UUID.",
    "date_type": "Must be a date: YYYY-MM-DD.",
    "date_parsing": "Must be a date: YYYY-MM-DD.",
    "date_from_datetime_parsing": "Must be a date: YYYY-MM-DD.",
    "date_from_datetime_inexact": "Must be a date: YYYY-MM-DD.",
    "datetime_type": "Must be an RFC 3339 timestamp.",
    "datetime_parsing": "Must be an RFC 3339 timestamp.",
    "datetime_object_invalid": "Must be an RFC 3339 timestamp.",
    "datetime_from_date_parsing": "Must be an RFC 3339 timestamp.",
    "timezone_aware": "Must have an offset from UTC.",
    "time_delta_type": "Must be a duration.",
    "time_delta_parsing": "Must be a duration.",
    "union_tag_invalid": "{discriminator} must be one of {expected_tags}.",
    "union_tag_not_found": "{discriminator} is required.",
}


def invalid_request(error: ValidationError, document: object = None) -> InvalidRequest:
    """The error to answer with. `document`: the decoded request, to tell union tags from names.

    pydantic puts the tag of a union into the location (`payment, card, number`) although no such
    key exists; names that do not lead anywhere in the document are left out.
    """
    count = error.error_count()
    if count > MAX_LISTED:
        return InvalidRequest([Violation((), "too_many_faults", f"There are {count} faults.")])
    found = []
    for item in error.errors(include_url=False, include_input=False)[:MAX_VIOLATIONS]:
        kind, context = item["type"], item.get("ctx", {})
        path = item["loc"] if document is None else _real_path(item["loc"], kind, document)
        found.append(Violation(tuple(path), kind, _phrase(kind, context)))
    return InvalidRequest(found)


def _phrase(kind: str, context: dict[str, object]) -> str:
    try:
        return _PHRASES.get(kind, _OTHER).format_map(context)
    except KeyError:
        return _OTHER


def _real_path(location: Sequence[str | int], kind: str, document: object) -> tuple[str | int, ...]:
    path: list[str | int] = []
    here, last = document, len(location) - 1
    for index, step in enumerate(location):
        if isinstance(here, dict):
            if step in here:
                here = here[step]
            elif index != last or kind != "missing":
                continue
        elif isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here):
            here = here[step]
        else:
            continue
        path.append(step)
    return tuple(path)


def pointer(path: Sequence[str | int]) -> str:
    """The JSON pointer as a URI fragment (RFC 6901 §6), the form of RFC 9457's own example."""
    return "#" + "".join(f"/{quote(_escaped(step), safe=_FRAGMENT_SAFE)}" for step in path)


def path_of_pointer(text: str) -> tuple[str | int, ...]:
    """The inverse of `pointer`; digits are taken for list positions."""
    return tuple(
        int(step) if _POSITION.fullmatch(step) else _unescaped(step)
        for step in map(unquote, text.removeprefix("#").split("/")[1:])
    )


def field(path: Sequence[str | int]) -> str:
    """The path as google.rpc.BadRequest wants it: `items[0].sku`; odd names as `labels["a.b"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        name = step[:MAX_NAME]
        if _PLAIN_NAME.fullmatch(name):
            text += f".{name}" if text else name
        else:
            escaped = name.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text


def path_of_field(text: str) -> tuple[str | int, ...]:
    """The inverse of `field`; what does not parse is one name."""
    path: list[str | int] = []
    at = 0
    while at < len(text):
        match = _FIELD_STEP.match(text, at)
        if match is None:
            return (text,)
        name, position, quoted = match.groups()
        if position is not None:
            path.append(int(position))
        else:
            path.append(name if name is not None else re.sub(r"\\(.)", r"\1", quoted, flags=re.S))
        at = match.end()
    return tuple(path)


_FRAGMENT_SAFE: Final = "!$&'()*+,;=:@~"
_POSITION: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FIELD_STEP: Final = re.compile(
    r'\.?([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]{1,9})\]|\["((?:[^"\\]|\\.)*)"\]', re.S
)


def _escaped(step: str | int) -> str:
    return str(step)[:MAX_NAME].replace("~", "~0").replace("/", "~1")


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
