"""Types and literals as a contract writes them."""

from __future__ import annotations

import json
from decimal import Decimal

from mscgen.model.types import (
    Field,
    ListType,
    Literal,
    MapType,
    NamedType,
    PartialType,
    Range,
    TypeRef,
)


def written(type: TypeRef) -> str:
    """`list<Item>(1..100)`."""
    if isinstance(type, NamedType):
        return f"{type.origin}.{type.name}" if type.origin else type.name
    if isinstance(type, ListType):
        return f"list<{written(type.item)}>{_range(type.range)}"
    if isinstance(type, MapType):
        return f"map<{written(type.value)}>{_range(type.range)}"
    if isinstance(type, PartialType):
        return f"partial<{type.record}>"
    return f"{type.scalar.value}{_range(type.range)}"


def written_field(field: Field) -> str:
    """`string(..500)?`, `OrderStatus = pending`, and what else the contract says: `nullable`, `pii`."""
    text = written(field.type) + ("?" if field.optional else "")
    if field.has_default:
        text += f" = {literal(field.default)}"
    marks = [name for name in ("nullable", "read_only", "write_only", "deprecated") if getattr(field, name)]
    marks += [field.sensitive.value] if field.sensitive else []
    return f"{text}  ({', '.join(marks)})" if marks else text


def literal(value: Literal) -> str:
    """A value as JSON writes it, texts without quotes."""
    return value if isinstance(value, str) else json.dumps(value, default=_number, ensure_ascii=False)


def _number(value: object) -> object:
    assert isinstance(value, Decimal)
    return int(value) if value == value.to_integral_value() else float(value)


def _range(range: Range) -> str:
    if range.min is None and range.max is None:
        return ""
    low, high = (f"{bound:f}" if bound is not None else "" for bound in (range.min, range.max))
    return f"({low}..{high})"
