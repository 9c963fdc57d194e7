"""Recursion is fine as long as it can end: every record must have a value that is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.model.derived import local_name
from mscgen.model.types import Alias, Declared, ListType, MapType, NamedType, Record, TypeRef, Union

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope


def check_finite(scope: Scope) -> None:
    """Reports records that no finite value satisfies: each needs another of its own kind."""
    open_types: dict[str, Declared] = dict(scope.types)
    while True:
        closed = [name for name, declared in open_types.items() if _finite(declared, open_types)]
        if not closed:
            break
        for name in closed:
            del open_types[name]
    for declared in open_types.values():
        if isinstance(declared, Record):
            field = next(f for f in declared.fields if f.required and not _type_finite(f.type, open_types))
            message = f"no value of `{declared.name}` is ever complete: `{field.name}` needs another one inside"
            scope.report(
                "infinite-type", message, field.span, "make the field optional (`?`), or a list without a minimum"
            )


def _finite(declared: Declared, open_types: dict[str, Declared]) -> bool:
    if isinstance(declared, Record):
        return all(_type_finite(f.type, open_types) for f in declared.fields if f.required and not f.nullable)
    if isinstance(declared, Union):
        return not declared.variants or any(_type_finite(v.type, open_types) for v in declared.variants)
    return not isinstance(declared, Alias) or _type_finite(declared.type, open_types)


def _type_finite(type: TypeRef, open_types: dict[str, Declared]) -> bool:
    if isinstance(type, ListType | MapType):
        inner = type.item if isinstance(type, ListType) else type.value
        return not type.range.min or _type_finite(inner, open_types)
    return not isinstance(type, NamedType) or local_name(type) not in open_types
