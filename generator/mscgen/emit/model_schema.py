"""The contract's types as the JSON Schema from which datamodel-code-generator makes models.

It is not the schema of the OpenAPI document (`jsonschema.py`): scalars name the classes of `runtime/scalars.py`, which
hold their JSON rules, and contract text is replaced by placeholders as wide as what stands there in the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mscgen.emit.jsonschema import string_pattern
from mscgen.emit.model_values import pattern_literal, scalar_expression
from mscgen.emit.quote import python_string
from mscgen.model.derived import (
    all_types,
    arm_name,
    local_name,
    patch_name,
    patched_records,
    record_of,
    resolve_alias,
    writable,
)
from mscgen.model.names import enum_member, pascal, python_attribute
from mscgen.model.service import Service
from mscgen.model.types import (
    NO_RANGE,
    Alias,
    Declared,
    Enum,
    Field,
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

Schema = dict[str, Any]

_CUSTOM = {
    Scalar.DECIMAL: "WireDecimal",
    Scalar.TIMESTAMP: "WireTimestamp",
    Scalar.DATE: "WireDate",
    Scalar.DURATION: "WireDuration",
    Scalar.BYTES: "WireBytes",
    Scalar.UUID: "WireUuid",
    Scalar.JSON: "WireJson",
    Scalar.INT32: "Int32",
    Scalar.INT64: "Int64",
    Scalar.UINT32: "UInt32",
    Scalar.UINT64: "UInt64",
    Scalar.FLOAT: "Float32",
}
# The first digits of a number that stands for an expression; no bound of a contract is likely to begin with them.
NUMBER_MARK = "918273"
_INTEGERS = {Scalar.INT32, Scalar.INT64, Scalar.UINT32, Scalar.UINT64}


@dataclass(slots=True)
class Placeholders:
    """Texts that dcg must not see: docs by number, and expressions by number."""

    docs: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def doc(self, text: str) -> str:
        """The placeholder of a docstring, which stands on lines of its own."""
        self.docs.append(text)
        return f"@@D{len(self.docs) - 1}@@"

    def expression(self, text: str, kind: str = "V") -> str:
        """The content of a string literal that is as wide as the expression."""
        return f"@@{kind}{self._number_of(text)}".ljust(len(text) - 2, "_")

    def _number_of(self, text: str) -> int:
        """Equal texts have equal placeholders, so that equal schemas stay equal."""
        if text not in self.numbers:
            self.numbers[text] = len(self.values)
            self.values.append(text)
        return self.numbers[text]

    def number(self, text: str) -> int:
        """A number that is as wide as the expression, where dcg takes only numbers."""
        return int(NUMBER_MARK + str(self._number_of(text)).zfill(len(text) - len(NUMBER_MARK)))


@dataclass(slots=True)
class ModelSchema:
    """Lowers types of one service, and remembers what the finished text needs.

    nullable: class → attributes that may be absent and null. sensitive: class → attributes kept out of logs.
    patches: classes that are partial updates.
    """

    service: Service
    types: dict[str, Declared] = field(init=False)
    places: Placeholders = field(default_factory=Placeholders)
    nullable: dict[str, list[str]] = field(default_factory=dict)
    sensitive: dict[str, list[str]] = field(default_factory=dict)
    patches: set[str] = field(default_factory=set)
    mutable_default: bool = False
    _defs: dict[str, Schema] = field(default_factory=dict)
    _aliases: dict[str, str] = field(default_factory=dict)
    _group: set[str] = field(default_factory=set)
    _origins: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.types = all_types(self.service)
        self.patches = {patch_name(n) for n in patched_records(self.types)}
        for name, declared in self.types.items():
            self._origins[patch_name(name)] = name
            if isinstance(declared, Union):
                self._origins |= {arm_name(declared, v): name for v in declared.variants}
        self._origins |= {name: name for name in self.types}

    def group(self, names: list[str]) -> tuple[Schema, dict[str, str]]:
        """The schema of some types; a reference to any other is a name that exists already."""
        self._defs, self._aliases, self._group = {}, {}, set(names)
        patched = set(patched_records(self.types))
        for name in names:
            declared = self.types[name]
            self._declared(declared)
            if name in patched and isinstance(declared, Record):
                self._patch(declared)
        return {"$defs": self._defs}, self._aliases

    # ------------------------------------------------------------ declarations
    def _declared(self, declared: Declared) -> None:
        if isinstance(declared, Record):
            self._defs[declared.name] = self._record(declared.name, declared.fields, self._said(declared))
        elif isinstance(declared, Enum):
            values = [self.places.expression(python_string(v.json), "T") for v in declared.values]
            self._defs[declared.name] = {
                "type": "string",
                "enum": values,
                "x-enum-varnames": [enum_member(v.name) for v in declared.values],
                **self._description(_enum_doc(declared)),
            }
        elif isinstance(declared, Alias):
            self._defs[declared.name] = self._type(declared.type, declared.name, alias=True)
        else:
            self._union(declared)

    def _said(self, declared: Record | Union) -> Schema:
        doc = declared.doc
        if declared.deprecated:
            doc = f"{doc}\n\nDeprecated.".strip()
        return self._description(doc)

    def _description(self, doc: str) -> Schema:
        return {"description": self.places.doc(doc)} if doc.strip() else {}

    def _record(self, name: str, fields: tuple[Field, ...], said: Schema) -> Schema:
        properties: Schema = {}
        for f in fields:
            properties[f.json] = self._field(name, f)
            if f.python != f.json:
                self._aliases[f"{name}.{f.json}"] = f.python
            if f.nullable and (f.optional or (f.has_default and f.default is None)):
                self.nullable.setdefault(name, []).append(f.python)
            if f.sensitive:
                self.sensitive.setdefault(name, []).append(f.python)
        required = [f.json for f in fields if f.required]
        return {"type": "object", **said, "properties": properties, **({"required": required} if required else {})}

    def _field(self, owner: str, f: Field) -> Schema:
        schema = self._type(f.type, owner + pascal(f.name.raw))
        if f.nullable and f.required:
            schema = _or_null(schema)
        doc = f"{f.doc}\n\nDeprecated.".strip() if f.deprecated else f.doc
        schema = {**schema, **self._description(doc)}
        if f.has_default and not (f.optional and f.default is None):
            schema["default"] = self._default(f)
            if f.nullable:
                schema = _or_null(schema)
        return schema

    def _union(self, union: Union) -> None:
        arms = []
        for variant in union.variants:
            record = record_of(variant.type, self.types)
            assert record is not None
            name = arm_name(union, variant)
            tag = self.places.expression(python_string(variant.tag), "T")
            kind = {"const": tag, "default": tag}
            fields = self._record(name, record.fields, self._description(variant.doc))
            fields["properties"] = {union.discriminator: kind, **fields["properties"]}
            self._defs[name] = fields
            arms.append(self._ref(name))
            python = python_attribute(union.discriminator)
            if python != union.discriminator:
                self._aliases[f"{name}.{union.discriminator}"] = python
        self._defs[union.name] = {
            "oneOf": arms,
            "discriminator": {"propertyName": union.discriminator},
        }

    def _patch(self, record: Record) -> None:
        name = patch_name(record.name)
        properties: Schema = {}
        for f in writable(record):
            schema = self._patch_type(f, record.name)
            properties[f.json] = {**schema, **self._description(f.doc)}
            if f.python != f.json:
                self._aliases[f"{name}.{f.json}"] = f.python
            if f.optional or f.nullable:
                self.nullable.setdefault(name, []).append(f.python)
            if f.sensitive:
                self.sensitive.setdefault(name, []).append(f.python)
        doc = self.places.doc(f"A partial update of {record.name} (RFC 7396).")
        self._defs[name] = {"type": "object", "description": doc, "properties": properties}

    def _patch_type(self, f: Field, owner: str) -> Schema:
        inner = record_of(f.type, self.types)
        if inner is not None:
            return self._ref(patch_name(inner.name))
        target = resolve_alias(f.type, self.types)
        if isinstance(target, MapType):
            value = self._type(target.value, owner + pascal(f.name.raw) + "Value", item=True)
            return {"type": "object", "additionalProperties": _or_null(value)}
        return self._type(f.type, owner + pascal(f.name.raw))

    # ------------------------------------------------------------ types
    def _type(self, ref: TypeRef, path: str, item: bool = False, alias: bool = False) -> Schema:
        """path: a name that is free for what the type needs named. item: constraints need a name of their own."""
        if isinstance(ref, NamedType):
            return self._ref(local_name(ref))
        if isinstance(ref, PartialType):
            return self._ref(patch_name(ref.record))
        if isinstance(ref, ListType):
            inner = self._type(ref.item, path + "Item", item=True)
            schema: Schema = {"type": "array", "items": inner, **_size(ref.range, "Items")}
            constrained = ref.range != NO_RANGE
        elif isinstance(ref, MapType):
            inner = self._type(ref.value, path + "Value", item=True)
            schema = {"type": "object", "additionalProperties": inner, **_size(ref.range, "Properties")}
            constrained = ref.range != NO_RANGE
        else:
            schema = self._scalar(ref)
            constrained = bool(schema.keys() - {"type", "customTypePath"})
        if item and constrained and not alias:
            return self._named(path, schema)
        return schema

    def _named(self, path: str, schema: Schema) -> Schema:
        name = path
        while name in self.types or self._defs.get(name, schema) != schema:
            name += "_"
        self._defs[name] = schema
        return {"$ref": f"#/$defs/{name}"}

    def _ref(self, name: str) -> Schema:
        """A patch or an arm is made with the type it comes from; what another group makes is a name that exists."""
        if self._origins.get(name) in self._group:
            return {"$ref": f"#/$defs/{name}"}
        return {"customTypePath": f"gen.models.{name}"}

    def _scalar(self, ref: ScalarType) -> Schema:
        kind = ref.scalar
        if kind is Scalar.BOOL:
            return {"type": "boolean"}
        if kind is Scalar.STRING:
            pattern = string_pattern(ref)
            schema: Schema = {"type": "string", **_size(ref.range, "Length")}
            if pattern is not None:
                schema["pattern"] = self.places.expression(pattern_literal(pattern), "T")
            return schema
        if kind is Scalar.BYTES:
            return {"type": "string", **_size(ref.range, "Length"), "customTypePath": "gen.s.WireBytes"}
        if kind is Scalar.DECIMAL:
            return {**self._decimal_bounds(ref.range), "customTypePath": "gen.s.WireDecimal"}
        bounds = _bounds(ref)
        if kind is Scalar.DOUBLE:
            return {"type": "number", **bounds}
        if kind in _INTEGERS and len(bounds) == 2:
            return {"type": "integer", **bounds}
        number = {"type": "integer" if kind in _INTEGERS else "number"} if bounds else {}
        return {**number, **bounds, "customTypePath": f"gen.s.{_CUSTOM[kind]}"}

    def _decimal_bounds(self, bounds: Range) -> Schema:
        """Bounds as exact numbers: a float such as 0.05 is a little more than the decimal of that name."""
        found: Schema = {}
        for key, bound in (("minimum", bounds.min), ("maximum", bounds.max)):
            if bound is not None:
                whole = bound == bound.to_integral_value()
                found[key] = int(bound) if whole else self.places.number(f'Decimal("{bound:f}")')
        return {"type": "number", **found} if found else {}

    # ------------------------------------------------------------ defaults
    def _default(self, f: Field) -> str:
        expression = self._expression(f.type, f.default)
        if expression[:1] in "[{":
            self.mutable_default = True
        return self.places.expression(expression)

    def _expression(self, ref: TypeRef, value: Literal) -> str:
        """A default as Python; that of a list or map is always empty."""
        target = resolve_alias(ref, self.types)
        if isinstance(target, NamedType) and isinstance(value, str):
            return f"{local_name(target)}.{enum_member(value)}"
        if isinstance(target, ScalarType):
            return scalar_expression(target.scalar, value)
        return repr(value)


def _enum_doc(enum: Enum) -> str:
    lines = [enum.doc.strip(), *(f"{v.name}: {v.doc.strip()}" for v in enum.values if v.doc.strip())]
    if enum.deprecated:
        lines.append("Deprecated.")
    return "\n\n".join(line for line in lines if line)


def _or_null(schema: Schema) -> Schema:
    if "$ref" in schema or "customTypePath" in schema:
        rest: Schema = {k: schema[k] for k in ("default", "description") if k in schema}
        inner = {k: v for k, v in schema.items() if k not in rest}
        return {"anyOf": [inner, {"type": "null"}], **rest}
    return {**schema, "type": [schema["type"], "null"]}


def _bounds(ref: ScalarType) -> Schema:
    found: Schema = {}
    if ref.range.min is not None:
        found["minimum"] = _number(ref.range.min)
    if ref.range.max is not None:
        found["maximum"] = _number(ref.range.max)
    return found


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _size(bounds: Range, what: str) -> Schema:
    found = {"min" + what: bounds.min, "max" + what: bounds.max}
    return {k: int(v) for k, v in found.items() if v is not None}
