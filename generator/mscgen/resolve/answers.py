"""Several success answers of one operation: the class of what the handler returns decides which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.diagnostics import Note
from mscgen.model.derived import local_name
from mscgen.model.types import Enum, ListType, MapType, NamedType, Scalar, ScalarType, TypeRef
from mscgen.read.node import Node

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

# Python's classes, where one is a kind of another taken together: True is an int, an enum's value a str.
_CLASSES = {
    Scalar.BOOL: "int",
    Scalar.INT32: "int",
    Scalar.INT64: "int",
    Scalar.UINT32: "int",
    Scalar.UINT64: "int",
    Scalar.FLOAT: "float",
    Scalar.DOUBLE: "float",
    Scalar.TIMESTAMP: "date",
}


def check_told_apart(scope: Scope, answers: list[tuple[Node, TypeRef]]) -> bool:
    """Reports answers that no handler can choose between; answers: where each stands, and its type."""
    seen: dict[str, Node] = {}
    good = True
    for node, ref in answers:
        kind = _class_of(scope, ref)
        first = seen.setdefault(kind, node)
        if kind == "any" and len(answers) > 1:
            first = next(other for other, _ in answers if other is not node)
        if first is not node:
            message = f"`{node.text}` cannot be told from `{first.text}` in what the handler returns"
            help = "give each status a record of its own"
            scope.report("bad-value", message, node.span, help, notes=(Note(first.span, "the other answer"),))
            good = False
    return good


def _class_of(scope: Scope, ref: TypeRef) -> str:
    """A name for the class of a type's values."""
    target = scope.underlying(ref)
    if isinstance(target, ListType | MapType):
        return "list" if isinstance(target, ListType) else "dict"
    if isinstance(target, NamedType):
        name = local_name(target)
        return "string" if isinstance(scope.types.get(name), Enum) else f"record {name}"
    if isinstance(target, ScalarType):
        return "any" if target.scalar is Scalar.JSON else _CLASSES.get(target.scalar, target.scalar.value)
    return "partial"
