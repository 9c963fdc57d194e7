"""Records: short and long forms, and the fields that `extends` brings along."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mscgen.diagnostics import Note
from mscgen.model.types import Field, Record, Scalar, ScalarType
from mscgen.read.node import Node
from mscgen.resolve.fields import check_collisions, fields

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

# Keys that start a long form; a field of that name in a short form is most likely a mistake.
_MARKERS = ("fields", "enum", "union", "alias", "extends")


class Records:
    """Records in the order that `extends` asks for."""

    def __init__(self, scope: Scope, entries: dict[str, tuple[Node, Node]]) -> None:
        self.scope = scope
        self.entries = entries
        self.done: dict[str, Record] = {}

    def resolve(self) -> None:
        """Every record, bases before those that extend them."""
        for name in self.entries:
            self.record(name, ())

    def record(self, name: str, path: tuple[str, ...]) -> Record:
        """One record. `path` holds the records that wait for it."""
        if name in self.done:
            return self.done[name]
        key, node = self.entries[name]
        inner = node.get("fields")
        if inner is None:
            self.check_markers(key, node)
        record = Record(name, fields(self.scope, node if inner is None else inner), key.span)
        if inner is not None:
            record = self.long(record, node, (*path, name))
        self.done[name] = record
        self.scope.types[name] = record
        return record

    def check_markers(self, key: Node, node: Node) -> None:
        """A short-form record with a field named like a long-form key is most likely a mistake."""
        for name, _ in node.entries:
            if name.text in _MARKERS:
                help = f"use the long form: `{key.text}: {{fields: …, {name.text}: …}}`"
                self.scope.report("bad-name", f"`{name.text}` belongs to the long form of a type", name.span, help)

    def long(self, record: Record, node: Node, path: tuple[str, ...]) -> Record:
        """The keys of the long form."""
        base = node.get("extends")
        if base is not None:
            record = self.extend(record, base, path)
        etag = node.get("etag")
        if etag is not None:
            tagged = record.field(etag.text)
            under = self.scope.underlying(tagged.type) if tagged is not None else None
            if not isinstance(under, ScalarType) or under.scalar is not Scalar.STRING:
                message = f"`{etag.text}` is not a string field of `{record.name}`"
                self.scope.report("unknown-field", message, etag.span, f"add the field `{etag.text}: string(1..64)`")
        return replace(
            record,
            doc=node.text_of("doc"),
            deprecated=node.flag_of("deprecated"),
            renamed_from=node.text_of("renamed_from") or None,
            etag=etag.text if etag is not None else None,
        )

    def extend(self, record: Record, base: Node, path: tuple[str, ...]) -> Record:
        """The record with the fields of its base before its own."""
        name = base.text
        if name in path:
            message = "the record extends itself: " + " → ".join((*path[path.index(name) :], name))
            self.scope.report("extends-cycle", message, base.span, "remove one of the `extends`")
            return record
        if name not in self.entries:
            if name in self.scope.declared:
                self.scope.report("wrong-type", f"`{name}` is not a record", base.span, "extend a record")
            else:
                self.scope.unknown_type(name, base.span)
            return record
        inherited = self.record(name, path).fields
        record = replace(record, fields=(*inherited, *record.fields))
        seen: dict[str, Field] = {f.name.raw: f for f in inherited}
        doubles = [f for f in record.fields[len(inherited) :] if f.name.raw in seen]
        for double in doubles:
            message = f"`{double.name}` is a field of `{name}` already"
            notes = (Note(seen[double.name.raw].span, "inherited from here"),)
            self.scope.report("name-collision", message, double.span, "rename it, or do not extend", notes=notes)
        if not doubles:
            check_collisions(self.scope, list(record.fields))
        return record
