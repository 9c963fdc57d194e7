"""Values of a contract as Python expressions: defaults and patterns of generated models."""

from __future__ import annotations

from decimal import Decimal

from mscgen.emit.quote import python_string
from mscgen.model.types import Literal, Scalar


def scalar_expression(kind: Scalar, value: Literal) -> str:
    """A scalar's default; the language has defaults of bool, number and string only."""
    if isinstance(value, str):
        return python_string(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if kind is Scalar.DECIMAL:
            return f"Decimal({python_string(format(Decimal(value), 'f'))})"
        if kind in (Scalar.FLOAT, Scalar.DOUBLE):
            return repr(float(value))
    return repr(value)


def pattern_literal(pattern: str) -> str:
    """A raw string where that reads better and is safe, else an escaped one."""
    escaped = python_string(pattern)
    if "\\" in pattern and escaped == '"' + pattern.replace("\\", "\\\\") + '"':
        return f'r"{pattern}"'
    return escaped
