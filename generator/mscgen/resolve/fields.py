"""Fields: the short form `sku: string(1..32)?` and the long form with `type:`."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from mscgen.diagnostics import Note
from mscgen.model.names import Name, json_camel
from mscgen.model.types import (
    NO_RANGE,
    NUMBERS,
    SIZED,
    Field,
    ListType,
    MapType,
    Record,
    Scalar,
    ScalarType,
    Sensitivity,
    TypeRef,
)
from mscgen.read.node import MAPPING, SCALAR, Node
from mscgen.resolve.literals import default, default_node, literal
from mscgen.resolve.patterns import pattern_problem
from mscgen.resolve.type_text import TypeProblem, TypeText, checked_range, parse_type

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope


def type_text(scope: Scope, node: Node, *, stream: bool = False) -> TypeText | None:
    """The type string of a node, taken apart; None after reporting what is wrong with it."""
    try:
        parsed = parse_type(node.text)
    except TypeProblem as problem:
        scope.report(problem.rule, problem.message, node.part(problem.start, problem.end), problem.help)
        return None
    if parsed.stream and not stream:
        help = "remove `stream`; only the request or the response of an operation is a stream"
        scope.report("bad-type", "a stream cannot stand here", node.part(0, 6), help)
        return None
    return parsed


def bare_type(scope: Scope, node: Node, *, stream: bool = False) -> tuple[TypeRef, bool] | None:
    """A type without `?` and without a default, and whether it is a stream."""
    parsed = type_text(scope, node, stream=stream)
    if parsed is None:
        return None
    if parsed.optional or parsed.default is not None:
        help = "remove it; only a field can be optional or have a default"
        scope.report("bad-type", "`?` and defaults belong to fields", node.part(parsed.end, len(node.text)), help)
        return None
    type = scope.bind(node, parsed)
    return None if type is None else (type, parsed.stream)


def fields(scope: Scope, node: Node) -> tuple[Field, ...]:
    """The fields of a mapping that could be resolved; collisions among them are reported."""
    out = [f for key, value in node.entries if (f := field(scope, key, value)) is not None]
    check_collisions(scope, out)
    return tuple(out)


def field(scope: Scope, key: Node, node: Node) -> Field | None:
    """One field; None after reporting what is wrong with it."""
    long = node.kind == MAPPING
    text = node.get("type") if long else node
    assert text is not None
    parsed = type_text(scope, text)
    bound = scope.bind(text, parsed) if parsed is not None else None
    if parsed is None or bound is None:
        return None
    found = Field(name=Name(key.text), type=bound, span=key.span, optional=parsed.optional)
    nullable = long and node.flag_of("nullable")
    if long:
        found = _long(scope, node, replace(found, nullable=nullable))
    given = node.get("default") if long else None
    if given is not None and parsed.default is not None:
        scope.report("bad-default", "the default is given twice", given.span, "remove one of the two")
        return found
    if given is not None and parsed.optional:
        help = "a default makes the field optional already; remove the `?`"
        scope.report("bad-default", "`?` and a default exclude each other", given.span, help)
        return found
    if parsed.default is not None:
        given = default_node(scope, text, parsed.default, parsed.default_at, found.type)
    if given is None:
        return found
    good, value = default(scope, given, found.type, nullable)
    return replace(found, has_default=True, default=value) if good else found


def _long(scope: Scope, node: Node, found: Field) -> Field:
    """The keys of the long form, default aside."""
    example = node.get("example")
    if example is not None:
        scope.examples.append((example, found.type))
    number, sensitive = node.get("number"), node.get("sensitive")
    pinned = int(number.text) if number is not None else None
    if number is not None and pinned is not None and 19000 <= pinned <= 19999:
        help = "choose a number below 19000 or above 19999"
        scope.report("bad-value", "19000 to 19999 belong to protobuf itself", number.span, help)
    if node.flag_of("read_only") and node.flag_of("write_only"):
        at = node.key("write_only")
        assert at is not None
        scope.report("bad-value", "a field is read-only or write-only, not both", at.span, "remove one of the two")
    return replace(
        found,
        type=constrained(scope, node, found.type),
        doc=node.text_of("doc"),
        wire=node.text_of("wire"),
        pinned=pinned,
        sensitive=Sensitivity(sensitive.text) if sensitive is not None else None,
        deprecated=node.flag_of("deprecated"),
        renamed_from=node.text_of("renamed_from") or None,
        read_only=node.flag_of("read_only"),
        write_only=node.flag_of("write_only"),
        example=literal(example) if example is not None else None,
    )


def constrained(scope: Scope, node: Node, type: TypeRef) -> TypeRef:
    """The type with `min`, `max`, `pattern` and `format` of a long form."""
    low, high = node.get("min"), node.get("max")
    at = low or high
    if at is not None:
        type = _ranged(scope, at, low, high, type)
    pattern, format = node.get("pattern"), node.get("format")
    for given in (pattern, format):
        if given is not None and not (isinstance(type, ScalarType) and type.scalar is Scalar.STRING):
            scope.report("bad-value", "only a string has a pattern or a format", given.span, "remove it")
            return type
    if isinstance(type, ScalarType) and pattern is not None:
        problem = pattern_problem(pattern.text)
        if problem is not None:
            scope.report("bad-pattern", problem[0], pattern.span, problem[1])
        else:
            type = replace(type, pattern=pattern.text)
    if isinstance(type, ScalarType) and format is not None:
        type = replace(type, format=format.text)
    return type


def _ranged(scope: Scope, at: Node, low: Node | None, high: Node | None, type: TypeRef) -> TypeRef:
    if not isinstance(type, ScalarType | ListType | MapType):
        scope.report("bad-type", "a named type carries its own range", at.span, "put the range into its declaration")
        return type
    if type.range != NO_RANGE:
        scope.report("bad-type", "the range is given twice", at.span, "remove `min` and `max`, or the range in `type`")
        return type
    scalar = type.scalar if isinstance(type, ScalarType) else None
    if scalar is not None and scalar not in NUMBERS | SIZED:
        help = "remove it; ranges are for numbers, string, bytes, list and map"
        scope.report("bad-type", f"`{scalar.value}` takes no range", at.span, help)
        return type
    try:
        bounds = [
            Decimal(n.value) if n is not None and isinstance(n.value, int | Decimal) else None for n in (low, high)
        ]
        made = checked_range(bounds[0], bounds[1], scalar, lambda m, h: TypeProblem("bad-type", m, h, 0, 1))
    except TypeProblem as problem:
        scope.report(problem.rule, problem.message, at.span, problem.help)
        return type
    return replace(type, range=made)


def check_collisions(scope: Scope, found: list[Field]) -> None:
    """Reports fields of one record that fall together in JSON or in proto."""
    by_json: dict[str, Field] = {}
    by_camel: dict[str, Field] = {}
    by_number: dict[int, Field] = {}
    for one in found:
        for table, name, where in ((by_json, one.json, "JSON"), (by_camel, json_camel(one.name.raw), "proto JSON")):
            first = table.setdefault(name, one)
            if first is not one:
                message = f"`{one.name}` and `{first.name}` are both `{name}` in {where}"
                help = "rename one of the two" if where != "JSON" else "give one of them another `wire:` name"
                scope.report("name-collision", message, one.span, help, notes=(Note(first.span, "the other one"),))
                break
        if one.pinned is not None:
            first = by_number.setdefault(one.pinned, one)
            if first is not one:
                message = f"`{one.name}` and `{first.name}` both have the number {one.pinned}"
                notes = (Note(first.span, "the other one"),)
                scope.report("number-collision", message, one.span, "give one of them another number", notes=notes)
    _check_crossed(scope, found)
    scope.check_renames((one.name.raw, one.renamed_from, one.span) for one in found)


def _check_crossed(scope: Scope, found: list[Field]) -> None:
    """A model takes its values by JSON name and by attribute: one may not be the other of another field."""
    by_name = {name: one for one in found for name in (one.name.raw, one.python)}
    for one in found:
        other = by_name.get(one.json, one)
        if other is not one and other.json != one.json:
            message = f"the JSON name `{one.json}` of `{one.name}` is the name of another field"
            help = "give one of them another name; `wire:` keeps the JSON name"
            scope.report("name-collision", message, one.span, help, notes=(Note(other.span, "the other field"),))


def inline_record(scope: Scope, name: str, node: Node | None, at: Node, inline: str) -> Record:
    """The record that an inline mapping (or nothing) stands for."""
    found = fields(scope, node) if node is not None and node.kind != SCALAR else ()
    return Record(name=name, fields=found, span=at.span, inline=inline)
