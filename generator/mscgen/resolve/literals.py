"""Literals of the contract against their types: defaults, examples, fallback values."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from mscgen.model.derived import local_name
from mscgen.model.types import (
    INTEGERS,
    NUMBERS,
    Enum,
    ListType,
    Literal,
    MapType,
    NamedType,
    PartialType,
    Range,
    Record,
    Scalar,
    ScalarType,
    TypeRef,
    Union,
)
from mscgen.read.core import core_value
from mscgen.read.node import MAPPING, SCALAR, SEQUENCE, Node
from mscgen.read.spelling import closest
from mscgen.resolve.type_text import INTEGER_BOUNDS

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

# The JSON form of scalars that travel as strings.
_TEXT_FORMS = {
    Scalar.UUID: r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    Scalar.TIMESTAMP: r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)",
    Scalar.DATE: r"\d{4}-\d\d-\d\d",
    Scalar.DURATION: r"-?\d+(\.\d{1,9})?s",
    Scalar.BYTES: r"[A-Za-z0-9+/]*={0,2}",
    Scalar.DECIMAL: r"-?\d+(\.\d+)?",
}
_NO_DEFAULT = frozenset(
    {Scalar.BYTES, Scalar.UUID, Scalar.TIMESTAMP, Scalar.DATE, Scalar.DURATION, Scalar.JSON},
)


def literal(node: Node) -> Literal:
    """The plain value of a node."""
    if node.kind == MAPPING:
        return {key.text: literal(value) for key, value in node.entries}
    if node.kind == SEQUENCE:
        return [literal(item) for item in node.items]
    return node.value


def default_node(scope: Scope, node: Node, text: str, at: int, type: TypeRef) -> Node | None:
    """The default after ` = ` in a type string as a node of its own; None after reporting what is wrong with it."""
    span = node.part(at, at + len(text))
    mark = (span.line, span.column, span.end_line, span.end_column)
    if text.startswith(('"', "'")):
        try:
            value = json.loads(text) if text[0] == '"' else None
        except ValueError:
            value = None
        if not isinstance(value, str):
            scope.report("bad-default", f"`{text[:40]}` is not a text in double quotes", span, 'write = "text"')
            return None
        return Node(SCALAR, node.file, mark, value, value, '"')
    if text[0] in "[{":
        scope.report(
            "bad-default", "a list or map cannot stand in a type string", span, "use the long form: `default: []`"
        )
        return None
    under = scope.underlying(type)
    is_text = isinstance(under, ScalarType) and under.scalar is Scalar.STRING
    try:
        value = text if is_text else core_value(text)
    except ValueError as problem:
        scope.report("bad-default", str(problem), span, "write a shorter, finite number")
        return None
    return Node(SCALAR, node.file, mark, value, text)


def default(scope: Scope, node: Node, type: TypeRef, nullable: bool) -> tuple[bool, Literal]:
    """Whether a default fits its type, and its value. Reports what does not fit."""
    if node.is_null and nullable:
        return True, None
    under = scope.underlying(type)
    if isinstance(under, ListType | MapType):
        if (node.kind in (SEQUENCE, MAPPING)) and not node.items and not node.entries:
            return check(scope, node, type, "bad-default"), literal(node)
        message = "the default of a list or map can only be empty"
        help = "write `default: []` or `{}`; on gRPC an empty and an absent list look the same"
        scope.report("bad-default", message, node.span, help)
        return False, None
    scalar = under.scalar if isinstance(under, ScalarType) else None
    declared = scope.types.get(local_name(under)) if isinstance(under, NamedType) else None
    if scalar in _NO_DEFAULT or isinstance(under, PartialType) or isinstance(declared, Record | Union):
        what = f"a `{scalar.value}`" if scalar else "a record or union"
        help = "make the field optional (`?`) and set the value in the handler"
        scope.report("bad-default", f"{what} cannot have a default", node.span, help)
        return False, None
    return check(scope, node, type, "bad-default"), literal(node)


def check(scope: Scope, node: Node, type: TypeRef, rule: str) -> bool:
    """Whether a literal is a value of the type; every misfit is reported under `rule`.

    Literals use the names of the contract; what a field or an enum value is called in JSON is the emitters' matter.
    """
    return _Checker(scope, rule).fits(node, type)


class _Checker:
    def __init__(self, scope: Scope, rule: str) -> None:
        self.scope, self.rule = scope, rule

    def misfit(self, node: Node, expected: str, help: str = "") -> bool:
        """Reports a literal of the wrong kind; always False."""
        message = f"expected {expected}, not {node.describe()}"
        self.scope.report(self.rule, message, node.span, help or f"write {expected}")
        return False

    def fits(self, node: Node, type: TypeRef) -> bool:
        """Whether a literal is a value of the type."""
        type = self.scope.underlying(type)
        if isinstance(type, ScalarType):
            return self.scalar(node, type)
        if isinstance(type, ListType):
            if node.kind != SEQUENCE:
                return self.misfit(node, "a list")
            fitting = [self.fits(item, type.item) for item in node.items]
            return self.size(node, type.range, len(node.items), "items") and all(fitting)
        if isinstance(type, MapType):
            if node.kind != MAPPING:
                return self.misfit(node, "a mapping")
            fitting = [self.fits(value, type.value) for _, value in node.entries]
            return self.size(node, type.range, len(node.entries), "entries") and all(fitting)
        name = type.record if isinstance(type, PartialType) else local_name(type)
        return self.named(node, name, partial=isinstance(type, PartialType))

    def named(self, node: Node, name: str, *, partial: bool) -> bool:
        """A literal of a declared type."""
        declared = self.scope.types.get(name)
        if isinstance(declared, Enum):
            return self.enum(node, declared)
        if isinstance(declared, Union):
            return self.union(node, declared)
        if isinstance(declared, Record):
            return self.record(node, declared, partial=partial)
        return True

    def enum(self, node: Node, enum: Enum) -> bool:
        """A literal of an enum."""
        known = [v.name for v in enum.values]
        if node.kind == SCALAR and node.text in known:
            return True
        guess = closest(node.text, known) if node.kind == SCALAR else None
        help = f"did you mean `{guess}`?" if guess else "write one of " + ", ".join(f"`{k}`" for k in known[:12])
        return self.misfit(node, f"a value of `{enum.name}`", help)

    def union(self, node: Node, union: Union) -> bool:
        """A literal of a union: the variant's object with the discriminator in it."""
        tag = node.get(union.discriminator) if node.kind == MAPPING else None
        variant = next((v for v in union.variants if tag is not None and v.tag == tag.text), None)
        if variant is None:
            tags = ", ".join(f"`{v.tag}`" for v in union.variants)
            return self.misfit(node, f"a mapping with `{union.discriminator}:` ({tags})")
        record = self.scope.types.get(variant.type.name)
        return not isinstance(record, Record) or self.record(node, record, extra=union.discriminator)

    def record(self, node: Node, record: Record, *, partial: bool = False, extra: str = "") -> bool:
        """A literal of a record: known keys, required keys, each value."""
        if node.kind != MAPPING:
            return self.misfit(node, f"a mapping with the fields of `{record.name}`")
        fields = {f.name.raw: f for f in record.fields}
        good = True
        for key, value in node.entries:
            field = fields.get(key.text)
            if field is None and key.text != extra:
                guess = closest(key.text, fields)
                help = f"did you mean `{guess}`?" if guess else "remove it, or add the field to the record"
                self.scope.report(self.rule, f"`{record.name}` has no field `{key.text}`", key.span, help)
                good = False
            elif field is not None and not (value.is_null and (field.nullable or partial)):
                good = self.fits(value, field.type) and good
        for name, field in fields.items():
            if field.required and not partial and node.get(name) is None:
                self.scope.report(self.rule, f"`{name}` of `{record.name}` is missing", node.span, f"add `{name}:`")
                good = False
        return good

    def scalar(self, node: Node, type: ScalarType) -> bool:
        """A literal of a scalar type, its range and pattern."""
        scalar, value = type.scalar, node.value
        if scalar is Scalar.JSON:
            return True
        if node.kind != SCALAR:
            return self.misfit(node, f"a `{scalar.value}`")
        if scalar is Scalar.BOOL:
            return isinstance(value, bool) or self.misfit(node, "`true` or `false`")
        if scalar in NUMBERS and not (scalar is Scalar.DECIMAL and isinstance(value, str)):
            return self.number(node, type)
        if not isinstance(value, str):
            return self.misfit(node, f"a `{scalar.value}` as text", f'quote it: "{node.text}"')
        form = _TEXT_FORMS.get(scalar)
        if form is not None and re.fullmatch(form, value) is None:
            return self.misfit(node, f"a `{scalar.value}`")
        if scalar is Scalar.DECIMAL:
            return self.bounds(node, type.range, Decimal(value))
        if scalar is Scalar.STRING and type.pattern is not None and re.search(type.pattern, value) is None:
            return self.misfit(node, f"a text that matches `{type.pattern}`")
        return scalar is not Scalar.STRING or self.size(node, type.range, len(value), "characters")

    def number(self, node: Node, type: ScalarType) -> bool:
        """A literal of a number type."""
        value = node.value
        whole = type.scalar in INTEGERS
        if isinstance(value, bool) or not isinstance(value, int if whole else int | Decimal):
            return self.misfit(node, "a whole number" if whole else "a number")
        if type.scalar in INTEGER_BOUNDS:
            low, high = INTEGER_BOUNDS[type.scalar]
            if not low <= value <= high:
                return self.misfit(node, f"an `{type.scalar.value}` ({low} to {high})")
        return self.bounds(node, type.range, Decimal(value))

    def bounds(self, node: Node, range: Range, value: Decimal) -> bool:
        """Whether a number lies in its range."""
        if (range.min is not None and value < range.min) or (range.max is not None and value > range.max):
            return self.misfit(node, f"a number in ({_shown(range)})")
        return True

    def size(self, node: Node, range: Range, size: int, what: str) -> bool:
        """Whether a length lies in its range."""
        if (range.min is not None and size < range.min) or (range.max is not None and size > range.max):
            self.scope.report(
                self.rule, f"{size} {what} are not in ({_shown(range)})", node.span, "change the value, or the range"
            )
            return False
        return True


def _shown(range: Range) -> str:
    low, high = ("" if bound is None else str(bound) for bound in (range.min, range.max))
    return f"{low}..{high}"
