"""What a plain scalar means: the core schema of YAML 1.2.2 §10.3.2, with bounded numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from mscgen.read.node import Value

MAX_NUMBER = 64  # characters of a number, so that holding one costs nothing

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE]([-+]?[0-9]+))?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_FIRST = frozenset("+-.0123456789~nNtTfF")


def core_value(text: str) -> Value:
    """The value of a plain scalar. Raises ValueError for a number that no type of the language can hold."""
    if text and text[0] not in _FIRST:
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        if len(text) > MAX_NUMBER:
            raise ValueError("the number is too long")
        return int(text, 0) if text[1:2] in ("o", "x") else int(text)
    if (match := _FLOAT.fullmatch(text)) is not None:
        if len(text) > MAX_NUMBER or len(match[4] or "") > 4:
            raise ValueError("the number is too long")
        return Decimal(text)
    if _SPECIAL.fullmatch(text):
        raise ValueError(f"`{text}` is not a number of this language")
    return text
