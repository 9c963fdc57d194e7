"""`types:`: aliases, enums, records and unions, in an order in which each finds what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.diagnostics import Note
from mscgen.model.derived import local_name
from mscgen.model.types import (
    Alias,
    Enum,
    EnumValue,
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
from mscgen.resolve.fields import bare_type, constrained
from mscgen.resolve.finite import check_finite
from mscgen.resolve.records import Records

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

Entry = tuple[Node, Node]


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
    Records(scope, bases).resolve()
    for key, node in unions:
        scope.types[key.text] = _union(scope, key, node)
    imported = {name: declared for name, declared in scope.types.items() if name not in order}
    scope.types = {name: scope.types[name] for name in order if name in scope.types} | imported
    renames = [(name, getattr(d, "renamed_from", None), d.span) for name, d in scope.types.items()]
    scope.check_renames(renames)
    check_finite(scope)


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
        scope.types[key.text] = Alias(key.text, type, key.span, node.text_of("doc"))
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
        doc=node.text_of("doc"),
        deprecated=node.flag_of("deprecated"),
        renamed_from=node.text_of("renamed_from") or None,
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
        wire=node.text_of("wire"),
        pinned=int(number.text) if number is not None else None,
        doc=node.text_of("doc"),
        deprecated=node.flag_of("deprecated"),
        renamed_from=node.text_of("renamed_from") or None,
    )


def _union(scope: Scope, key: Node, node: Node) -> Union:
    arms = node.get("union")
    assert arms is not None
    discriminator = node.text_of("discriminator") or "kind"
    variants = [v for tag, arm in arms.entries if (v := _variant(scope, tag, arm, discriminator)) is not None]
    if not arms.entries:
        scope.report("empty-type", f"the union `{key.text}` has no arms", arms.span, "list them: `union: {card: Card}`")
    return Union(
        name=key.text,
        variants=tuple(variants),
        span=key.span,
        discriminator=discriminator,
        doc=node.text_of("doc"),
        deprecated=node.flag_of("deprecated"),
        renamed_from=node.text_of("renamed_from") or None,
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
    doc = arm.text_of("doc") if arm.kind == MAPPING else ""
    return Variant(tag.text, NamedType(record.name), tag.span, pinned, doc)
