"""Contract types as JSON Schema 2020-12, for OpenAPI.

A schema says exactly what the generated service accepts, no more and no less: a value that satisfies it passes our
validation, and one that does not is refused. So formats that JSON Schema only annotates (decimal, base64, RFC 3339)
come with a pattern, integers and floats with the bounds of their width, records without unknown keys.

Shapes: an optional field is left out of `required`; a nullable one allows `null`; they are independent. A union is
`oneOf` its arms, and an arm is the record's properties plus the discriminator. `partial<T>` is a JSON Merge Patch
(RFC 7396): nothing required, nested records are patches too, map entries may be null, and null removes what is
optional or nullable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mscgen.emit import patterns
from mscgen.model.derived import all_types, arm_name, local_name, patch_name, patched_records, record_of, writable
from mscgen.model.derived import resolve_alias as without_aliases
from mscgen.model.service import Service
from mscgen.model.types import (
    INTEGERS,
    Alias,
    Declared,
    Enum,
    Field,
    ListType,
    Literal,
    MapType,
    NamedType,
    Range,
    Record,
    Scalar,
    ScalarType,
    TypeRef,
    Union,
)

Schema = dict[str, Any]

INTEGER_BOUNDS = {
    Scalar.INT32: (-(2**31), 2**31 - 1),
    Scalar.UINT32: (0, 2**32 - 1),
    Scalar.INT64: (-(2**63), 2**63 - 1),
    Scalar.UINT64: (0, 2**64 - 1),
}
FLOAT_MAX = 3.4028234663852886e38

_TEXT: dict[Scalar, Schema] = {
    Scalar.UUID: {"format": "uuid", "pattern": patterns.UUID},
    Scalar.TIMESTAMP: {"format": "date-time", "pattern": patterns.TIMESTAMP},
    Scalar.DATE: {"format": "date", "pattern": patterns.DATE},
    Scalar.DURATION: {"pattern": patterns.DURATION, "examples": ["1.5s"]},
}


@dataclass(frozen=True, slots=True)
class Lowering:
    """Lowers types of one service. ref_prefix: what stands before a type's name in a `$ref`."""

    service: Service
    ref_prefix: str = "#/components/schemas/"
    types: dict[str, Declared] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", all_types(self.service))

    def ref(self, name: str) -> Schema:
        """A reference to a named schema."""
        return {"$ref": self.ref_prefix + name}

    def type(self, ref: TypeRef) -> Schema:
        """The schema of a type; named types become references."""
        if isinstance(ref, ScalarType):
            return _scalar(ref)
        if isinstance(ref, NamedType):
            return self.ref(local_name(ref))
        if isinstance(ref, ListType):
            return {"type": "array", "items": self.type(ref.item), **_size(ref.range, "Items")}
        if isinstance(ref, MapType):
            return {
                "type": "object",
                "additionalProperties": self.type(ref.value),
                **_size(ref.range, "Properties"),
            }
        return self.ref(patch_name(ref.record))

    def field(self, f: Field) -> Schema:
        """The schema of a field: its type, null where allowed, and everything said about it."""
        schema = self.type(f.type)
        if f.nullable:
            schema = _or_null(schema)
        return {**schema, **self._annotations(f)}

    def literal(self, ref: TypeRef, value: Literal) -> Any:
        """A default or example of the contract as the JSON value that carries it."""
        target = without_aliases(ref, self.types)
        if isinstance(target, ListType) and isinstance(value, list):
            return [self.literal(target.item, v) for v in value]
        if isinstance(target, MapType) and isinstance(value, dict):
            return {k: self.literal(target.value, v) for k, v in value.items()}
        if isinstance(target, NamedType):
            return self._named_literal(self.types.get(local_name(target)), value)
        if isinstance(target, ScalarType) and target.scalar is Scalar.DECIMAL and not isinstance(value, str):
            return format(Decimal(value), "f") if isinstance(value, int | Decimal) else value
        return _plain(value)

    def _named_literal(self, declared: Declared | None, value: Literal) -> Any:
        if isinstance(declared, Enum):
            return next((v.json for v in declared.values if v.name == value), value)
        if isinstance(declared, Record) and isinstance(value, dict):
            by_name = {key: f for f in declared.fields for key in (f.name.raw, f.json)}
            return {
                by_name[k].json if k in by_name else k: self.literal(by_name[k].type, v) if k in by_name else _plain(v)
                for k, v in value.items()
            }
        return _plain(value)

    def _annotations(self, f: Field) -> Schema:
        said: Schema = {}
        if f.doc:
            said["description"] = f.doc
        if f.has_default:
            said["default"] = self.literal(f.type, f.default)
        if f.example is not None:
            said["examples"] = [self.literal(f.type, f.example)]
        if f.deprecated:
            said["deprecated"] = True
        if f.read_only:
            said["readOnly"] = True
        if f.write_only:
            said["writeOnly"] = True
        if f.sensitive is not None:
            said["x-sensitive"] = f.sensitive.value
        return said

    def declared(self, declared: Declared) -> dict[str, Schema]:
        """The schemas of a declaration by name: its own, and for a union those of its arms."""
        if isinstance(declared, Record):
            return {declared.name: self.record(declared)}
        if isinstance(declared, Enum):
            return {declared.name: _enum(declared)}
        if isinstance(declared, Alias):
            return {declared.name: {**self.type(declared.type), **_said(declared)}}
        return self._union(declared)

    def record(self, record: Record) -> Schema:
        """An object with exactly the record's keys."""
        return self._object(
            {f.json: self.field(f) for f in record.fields},
            [f.json for f in record.fields if f.required],
            _said(record),
        )

    def patch(self, record: Record) -> Schema:
        """An object with any of the record's writable keys."""
        properties = {f.json: self._patch_field(f) for f in writable(record)}
        return self._object(properties, [], {"description": f"A partial update of {record.name} (RFC 7396)."})

    def _patch_field(self, f: Field) -> Schema:
        target = without_aliases(f.type, self.types)
        record = record_of(f.type, self.types)
        if record is not None:
            schema = self.ref(patch_name(record.name))
        elif isinstance(target, MapType):
            schema = {"type": "object", "additionalProperties": _or_null(self.type(target.value))}
        else:
            schema = self.type(f.type)
        if f.nullable or f.optional:
            schema = _or_null(schema)
        said = self._annotations(f)
        said.pop("default", None)
        return {**schema, **said}

    def _union(self, union: Union) -> dict[str, Schema]:
        found: dict[str, Schema] = {}
        mapping = {v.tag: self.ref_prefix + arm_name(union, v) for v in union.variants}
        found[union.name] = {
            "oneOf": [{"$ref": target} for target in mapping.values()],
            "discriminator": {"propertyName": union.discriminator, "mapping": mapping},
            **_said(union),
        }
        for variant in union.variants:
            record = record_of(variant.type, self.types)
            fields = record.fields if record is not None else ()
            found[arm_name(union, variant)] = self._object(
                {union.discriminator: {"const": variant.tag}, **{f.json: self.field(f) for f in fields}},
                [union.discriminator, *(f.json for f in fields if f.required)],
                {"description": variant.doc} if variant.doc else {},
            )
        return found

    def _object(self, properties: dict[str, Schema], required: list[str], said: Schema) -> Schema:
        schema: Schema = {"type": "object", **said, "properties": properties, "additionalProperties": False}
        if required:
            schema["required"] = required
        return schema


def definitions(service: Service, ref_prefix: str = "#/components/schemas/") -> dict[str, Schema]:
    """Every named schema of a service, in the order of the contract, then the patches."""
    lowering = Lowering(service, ref_prefix)
    found: dict[str, Schema] = {}
    for declared in lowering.types.values():
        found.update(lowering.declared(declared))
    for name in patched_records(lowering.types):
        record = lowering.types[name]
        assert isinstance(record, Record)
        found[patch_name(name)] = lowering.patch(record)
    return found


def _said(declared: Declared) -> Schema:
    said: Schema = {"description": declared.doc} if declared.doc else {}
    if not isinstance(declared, Alias) and declared.deprecated:
        said["deprecated"] = True
    return said


def _enum(enum: Enum) -> Schema:
    schema: Schema = {"type": "string", "enum": [v.json for v in enum.values], **_said(enum)}
    if any(v.doc for v in enum.values):
        schema["x-enum-descriptions"] = [v.doc for v in enum.values]
    return schema


def _or_null(schema: Schema) -> Schema:
    """The schema, or null; `{}` already allows it."""
    if not schema:
        return schema
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _scalar(ref: ScalarType) -> Schema:
    kind = ref.scalar
    if kind is Scalar.BOOL:
        return {"type": "boolean"}
    if kind in INTEGERS:
        low, high = INTEGER_BOUNDS[kind]
        return {
            "type": "integer",
            "format": kind.value,
            "minimum": low if ref.range.min is None else max(low, int(ref.range.min)),
            "maximum": high if ref.range.max is None else min(high, int(ref.range.max)),
        }
    if kind in (Scalar.FLOAT, Scalar.DOUBLE):
        return {"type": "number", "format": kind.value, **_float_bounds(kind, ref.range)}
    if kind is Scalar.DECIMAL:
        return {"type": "string", "format": "decimal", "pattern": patterns.decimal(ref.range), **_decimal_note(ref)}
    if kind is Scalar.STRING:
        return _string(ref)
    if kind is Scalar.BYTES:
        return _bytes(ref.range)
    if kind is Scalar.JSON:
        return {}
    return {"type": "string", **_TEXT[kind]}


def _float_bounds(kind: Scalar, bounds: Range) -> Schema:
    limit = FLOAT_MAX if kind is Scalar.FLOAT else None
    low = None if limit is None else -limit
    found: Schema = {
        "minimum": low if bounds.min is None else _number(bounds.min),
        "maximum": limit if bounds.max is None else _number(bounds.max),
    }
    return {k: v for k, v in found.items() if v is not None}


def _decimal_note(ref: ScalarType) -> Schema:
    """JSON Schema cannot bound a number in a string: the pattern does, and these say it to a human reader."""
    note = {"x-minimum": ref.range.min, "x-maximum": ref.range.max}
    return {k: format(v, "f") for k, v in note.items() if v is not None}


def _string(ref: ScalarType) -> Schema:
    schema: Schema = {"type": "string", **_size(ref.range, "Length")}
    if ref.format:
        schema["format"] = ref.format
    pattern = string_pattern(ref)
    if pattern is not None:
        schema["pattern"] = pattern
    return schema


def string_pattern(ref: ScalarType) -> str | None:
    """The pattern that a string must match: its own, else that of a format we enforce."""
    if ref.pattern is not None:
        return patterns.portable(ref.pattern)
    return patterns.FORMATS.get(ref.format or "")


def _bytes(bounds: Range) -> Schema:
    schema: Schema = {"type": "string", "contentEncoding": "base64", "pattern": patterns.base64(bounds)}
    if bounds.min is not None:
        schema["minLength"] = patterns.base64_length(int(bounds.min))
    if bounds.max is not None:
        schema["maxLength"] = patterns.base64_length(int(bounds.max))
    return schema


def _size(bounds: Range, what: str) -> Schema:
    found = {"min" + what: bounds.min, "max" + what: bounds.max}
    return {k: int(v) for k, v in found.items() if v is not None}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(value: Literal) -> Any:
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value
