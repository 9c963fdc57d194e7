"""`types:`: aliases, enums, records and unions, in an order in which each finds what it needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mscgen.diagnostics import Note, Span
from mscgen.model.derived import local_name
from mscgen.model.types import (
    Alias,
    Declared,
    Enum,
    EnumValue,
    Field,
    ListType,
    MapType,
    NamedType,
    PartialType,
    Record,
    Scalar,
    ScalarType,
    TypeRef,
    Union,
    Variant,
)
from mscgen.read.node import MAPPING, SCALAR, Node
from mscgen.resolve.fields import bare_type, check_collisions, constrained, fields

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

Entry = tuple[Node, Node]
_MARKERS = ("fields", "enum", "union", "alias", "extends")


def resolve_types(scope: Scope, only: set[str] | None = None) -> None:
    """Fills `scope.types` from the contract, in file order; `only` some of them, for an import."""
    entries = [e for e in scope.section("types").entries if only is None or e[0].text in only]
    order = [key.text for key, _ in entries]
    aliases = [e for e in entries if e[1].kind == SCALAR or e[1].get("alias") is not None]
    enums = [e for e in entries if e[1].get("enum") is not None]
    unions = [e for e in entries if e[1].get("union") is not None]
    taken = {key.text for key, _ in (*aliases, *enums, *unions)}
    records = [e for e in entries if e[0].text not in taken]
    _aliases(scope, aliases)
    for key, node in enums:
        scope.types[key.text] = _enum(scope, key, node)
    bases = {key.text: (key, node) for key, node in records}
    for key, _ in records:
        # Named first, so that a default of a record type is told from an unknown type.
        scope.types.setdefault(key.text, Record(key.text, (), key.span))
    for key, _ in unions:
        scope.types.setdefault(key.text, Union(key.text, (), key.span))
    _Records(scope, bases).resolve()
    for key, node in unions:
        scope.types[key.text] = _union(scope, key, node)
    imported = {name: declared for name, declared in scope.types.items() if name not in order}
    scope.types = {name: scope.types[name] for name in order if name in scope.types} | imported
    renames = [(name, getattr(d, "renamed_from", None), d.span) for name, d in scope.types.items()]
    scope.check_renames(renames)
    _check_partials(scope, records)
    _check_finite(scope)


def text_of(node: Node, key: str) -> str:
    """The text under a key; empty when it is absent."""
    found = node.get(key)
    return found.text if found is not None else ""


def flag_of(node: Node, key: str) -> bool:
    """The boolean under a key; false when it is absent."""
    found = node.get(key)
    return found is not None and found.value is True


def declared(node: Node) -> dict[str, Span]:
    """Where each key of a mapping stands."""
    return {key.text: key.span for key, _ in node.entries}


def _aliases(scope: Scope, entries: list[Entry]) -> None:
    """Aliases, then the refusal of those that lead back to themselves."""
    for key, node in entries:
        text = node if node.kind == SCALAR else node.get("alias")
        assert text is not None
        bound = bare_type(scope, text)
        if bound is None:
            continue
        type = constrained(scope, node, bound[0]) if node.kind == MAPPING else bound[0]
        if isinstance(type, PartialType):
            scope.report("bad-type", "`partial` cannot have a name", text.span, "write it in the request that uses it")
            continue
        scope.types[key.text] = Alias(key.text, type, key.span, text_of(node, "doc"))
    for key, _ in entries:
        path = _alias_cycle(scope, key.text)
        if path:
            message = "the alias stands for itself: " + " → ".join(path)
            scope.report("alias-cycle", message, key.span, "let one of them stand for a scalar, a record or a list")
    for key, _ in entries:
        if _alias_cycle(scope, key.text):
            scope.types[key.text] = Alias(key.text, ScalarType(Scalar.JSON), key.span)


def _alias_cycle(scope: Scope, name: str) -> list[str]:
    """The way from an alias back to itself; empty if there is none."""
    path, at = [name], name
    for _ in range(len(scope.types) + 1):
        declared = scope.types.get(at)
        type: TypeRef | None = declared.type if isinstance(declared, Alias) else None
        while isinstance(type, ListType | MapType):
            type = type.item if isinstance(type, ListType) else type.value
        if not isinstance(type, NamedType):
            return []
        at = local_name(type)
        path.append(at)
        if at == name:
            return path
    return []


def _enum(scope: Scope, key: Node, node: Node) -> Enum:
    values = node.get("enum")
    assert values is not None
    if values.kind == MAPPING:
        found = [_enum_value(name, value) for name, value in values.entries]
    else:
        found = [EnumValue(item.text, item.span) for item in values.items]
    if not found:
        scope.report(
            "empty-type", f"the enum `{key.text}` has no values", values.span, "list its values: `enum: [a, b]`"
        )
    _check_values(scope, key, found)
    scope.check_renames((v.name, v.renamed_from, v.span) for v in found)
    return Enum(
        name=key.text,
        values=tuple(found),
        span=key.span,
        doc=text_of(node, "doc"),
        deprecated=flag_of(node, "deprecated"),
        renamed_from=text_of(node, "renamed_from") or None,
    )


def _check_values(scope: Scope, key: Node, values: list[EnumValue]) -> None:
    """Reports two values of one name, JSON string or number."""
    for what in ("name", "json", "pinned"):
        seen: dict[object, EnumValue] = {}
        for value in values:
            form = getattr(value, what)
            first = seen.setdefault(form, value) if form is not None else value
            if first is not value:
                said = {"name": "name", "json": "JSON string", "pinned": "number"}[what]
                message = f"two values of `{key.text}` have the {said} `{form}`"
                notes = (Note(first.span, "the other one"),)
                scope.report("duplicate-value", message, value.span, "change or remove one of the two", notes=notes)
                return


def _enum_value(name: Node, node: Node) -> EnumValue:
    number = node.get("number")
    return EnumValue(
        name=name.text,
        span=name.span,
        wire=text_of(node, "wire"),
        pinned=int(number.text) if number is not None else None,
        doc=text_of(node, "doc"),
        deprecated=flag_of(node, "deprecated"),
        renamed_from=text_of(node, "renamed_from") or None,
    )


class _Records:
    """Records in the order that `extends` asks for."""

    def __init__(self, scope: Scope, entries: dict[str, Entry]) -> None:
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
            doc=text_of(node, "doc"),
            deprecated=flag_of(node, "deprecated"),
            renamed_from=text_of(node, "renamed_from") or None,
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


def _union(scope: Scope, key: Node, node: Node) -> Union:
    arms = node.get("union")
    assert arms is not None
    discriminator = text_of(node, "discriminator") or "kind"
    variants = [v for tag, arm in arms.entries if (v := _variant(scope, tag, arm, discriminator)) is not None]
    if not arms.entries:
        scope.report("empty-type", f"the union `{key.text}` has no arms", arms.span, "list them: `union: {card: Card}`")
    return Union(
        name=key.text,
        variants=tuple(variants),
        span=key.span,
        discriminator=discriminator,
        doc=text_of(node, "doc"),
        deprecated=flag_of(node, "deprecated"),
        renamed_from=text_of(node, "renamed_from") or None,
    )


def _variant(scope: Scope, tag: Node, arm: Node, discriminator: str) -> Variant | None:
    """One arm: a record without a field of the discriminator's name."""
    text = arm.get("type") if arm.kind == MAPPING else arm
    assert text is not None
    bound = bare_type(scope, text)
    if bound is None:
        return None
    record = scope.record(bound[0])
    if record is None:
        help = "an arm is a record: it shares its JSON object with the discriminator"
        scope.report("wrong-type", f"`{text.text}` is not a record", text.span, help)
        return None
    clash = next((f for f in record.fields if f.json == discriminator), None)
    if clash is not None:
        message = f"`{record.name}` has a field `{discriminator}`, which is the discriminator"
        help = "choose another name with `discriminator:`"
        scope.report("name-collision", message, text.span, help, notes=(Note(clash.span, "the field"),))
    number = arm.get("number") if arm.kind == MAPPING else None
    pinned = int(number.text) if number is not None else None
    doc = text_of(arm, "doc") if arm.kind == MAPPING else ""
    return Variant(tag.text, NamedType(record.name), tag.span, pinned, doc)


def _check_partials(scope: Scope, records: list[Entry]) -> None:
    """`partial<T>` names a record."""
    for key, _ in records:
        declared = scope.types.get(key.text)
        if isinstance(declared, Record):
            check_partials(scope, declared)


def check_partials(scope: Scope, record: Record) -> None:
    """Reports `partial<T>` of something else than a record."""
    for field in record.fields:
        if isinstance(field.type, PartialType) and not isinstance(scope.types.get(field.type.record), Record):
            message = f"`partial` takes a record; `{field.type.record}` is none"
            scope.report("wrong-type", message, field.span, "name a record under `types`")


def _check_finite(scope: Scope) -> None:
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
