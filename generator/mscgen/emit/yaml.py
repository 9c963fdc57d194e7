"""YAML written by us: the same bytes on every run, and a change of one value is a change of one place.

PyYAML's writer wraps long strings and flow lists where it likes, so one new word moves many lines. Here a mapping is
always in block style, a list of short scalars stands on one line (`required: [a, b]`), a text of several lines is a
literal block, and everything that YAML could read as something else is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from mscgen.emit.quote import yaml_string

Value = None | bool | int | float | Decimal | str | Sequence["Value"] | Mapping[str, "Value"]

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+(-][A-Za-z0-9_.,;/+()'-]*)*")
# Words that YAML 1.1 or 1.2 readers take for something else than a string.
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_WIDTH = 120


def dump(value: Mapping[str, Value]) -> str:
    """The mapping as a YAML 1.2 document that YAML 1.1 readers understand alike; keys keep their order."""
    return "\n".join(_mapping(value, "")) + "\n"


def scalar(value: bool | int | float | Decimal | str | None) -> str:
    """One scalar on one line, quoted where it must be."""
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if plain else yaml_string(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return _float(value)
    return str(value)


def _float(value: float) -> str:
    """YAML 1.1 wants a point in a number with an exponent; Python leaves it out of `1e+16`."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}[str(value)]
    digits, e, exponent = str(value).partition("e")
    return digits if not e else f"{digits}{'' if '.' in digits else '.0'}e{exponent}"


def _mapping(value: Mapping[str, Value], pad: str) -> Iterator[str]:
    for key, item in value.items():
        word = scalar(key)
        # A key of more than 1,024 characters has to be announced.
        head = f"{pad}{word}:" if len(word) < 1000 else f"{pad}? {word}\n{pad}:"
        yield from _entry(head, item, pad)


def _entry(head: str, item: Value, pad: str) -> Iterator[str]:
    if isinstance(item, str) and "\n" in item and _fits_block(item):
        mark = "|" if item.endswith("\n") else "|-"
        yield f"{head} {mark}"
        for line in item.removesuffix("\n").split("\n"):
            yield f"{pad}  {line}" if line else ""
    elif isinstance(item, Mapping) and item:
        if (flow := _flow(head, item)) is not None:
            yield flow
        else:
            yield head
            yield from _mapping(item, pad + "  ")
    elif isinstance(item, Sequence) and not isinstance(item, str) and item:
        if (flow := _flow(head, item)) is not None:
            yield flow
        else:
            yield head
            yield from _sequence(item, pad + "  ")
    else:
        yield f"{head} {_empty(item)}"


def _sequence(items: Sequence[Value], pad: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mapping) and item and _flow("-", item) is None:
            lines = _mapping(item, pad + "  ")
            yield f"{pad}- {next(lines)[len(pad) + 2 :]}"
            yield from lines
        else:
            yield from _entry(f"{pad}-", item, pad)


def _flow(head: str, item: Value) -> str | None:
    """`head [a, b]` or `head {$ref: x}` on one line, or None where a block reads better."""
    if isinstance(item, Mapping):
        if list(item) != ["$ref"]:
            return None
        return f"{head} {{$ref: {scalar(str(item['$ref']))}}}"
    if not isinstance(item, Sequence) or any(isinstance(x, list | tuple | dict) for x in item):
        return None
    words = [_flow_scalar(x) for x in item]
    line = f"{head} [{', '.join(words)}]"
    return line if len(line) <= _WIDTH else None


def _flow_scalar(value: Value) -> str:
    text = _empty(value)
    return yaml_string(text) if isinstance(value, str) and text == value and "," in text else text


def _empty(item: Value) -> str:
    if isinstance(item, Mapping):
        return "{}"
    if isinstance(item, Sequence) and not isinstance(item, str):
        return "[]"
    return scalar(item)


def _fits_block(text: str) -> bool:
    """Whether a literal block gives back exactly this text."""
    lines = text.removesuffix("\n").split("\n")
    return bool(lines[0]) and not lines[0].startswith(" ") and bool(lines[-1]) and all(map(str.isprintable, lines))
