"""Which types a declaration mentions, told from the tree alone; and the same types under other names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mscgen.model.derived import local_name
from mscgen.model.types import ListType, MapType, NamedType, PartialType, TypeRef
from mscgen.read.node import MAPPING, SCALAR, Node
from mscgen.resolve.type_text import Mention, TypeProblem, parse_type


def mentions(node: Node) -> Iterator[Mention]:
    """The type names in a type declaration, or in a mapping of fields."""
    for text in _texts(node):
        try:
            yield from parse_type(text).mentions
        except TypeProblem:
            continue  # reported where the type is resolved


def _texts(node: Node) -> Iterator[str]:
    if node.kind == SCALAR:
        yield node.text
        return
    for marker in ("alias", "extends"):
        found = node.get(marker)
        if found is not None and found.kind == SCALAR:
            yield found.text
    inner = node.get("fields") or node.get("union")
    if node.get("enum") is not None:
        return
    for _, value in (inner if inner is not None and inner.kind == MAPPING else node).entries:
        text = value.get("type") if value.kind == MAPPING else value
        if text is not None and text.kind == SCALAR:
            yield text.text


def closure(types: Node, names: set[str]) -> set[str]:
    """The names and everything they are made of, as far as `types` declares it."""
    declared = {key.text: node for key, node in types.entries}
    found: set[str] = set()
    todo = [name for name in names if name in declared]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        todo += [m.name for m in mentions(declared[name]) if m.origin is None and m.name in declared]
    return found


def origins(types: Node | None, names: set[str]) -> set[str]:
    """The dependencies whose types these types mention."""
    entries = types.entries if types is not None else ()
    return {m.origin for key, node in entries if key.text in names for m in mentions(node) if m.origin is not None}


def rename(type: TypeRef, names: Mapping[str, str]) -> TypeRef:
    """The type with its local names replaced, where another is given."""
    if isinstance(type, NamedType):
        return NamedType(names.get(local_name(type), local_name(type)))
    if isinstance(type, ListType):
        return ListType(rename(type.item, names), type.range)
    if isinstance(type, MapType):
        return MapType(rename(type.value, names), type.range)
    if isinstance(type, PartialType):
        return PartialType(names.get(type.record, type.record))
    return type
