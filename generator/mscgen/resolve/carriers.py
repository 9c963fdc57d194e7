"""How a value travels in protobuf: its proto type, its presence, and the wrapper messages that fill proto3's gaps.

A message field can be absent, a scalar only with `optional`, a list or map never; and a repeated field cannot hold
lists. Where the contract needs more, the value is put into a small message of its own, made once and named after
what it holds: `StringList {repeated string values = 1;}`, `ItemMap {map<string, Item> values = 1;}`,
`NullableString {optional string value = 1;}` (absent, null and a value differ).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mscgen.model.derived import local_name, resolve_alias
from mscgen.model.names import pascal
from mscgen.model.types import (
    Declared,
    Enum,
    Field,
    ListType,
    MapType,
    NamedType,
    PartialType,
    Scalar,
    ScalarType,
    TypeRef,
)
from mscgen.model.wire import Message, WireField

TIMESTAMP = "google.protobuf.Timestamp"
DURATION = "google.protobuf.Duration"
VALUE = "google.protobuf.Value"
FIELD_MASK = "google.protobuf.FieldMask"
IMPORTS = {
    TIMESTAMP: "google/protobuf/timestamp.proto",
    DURATION: "google/protobuf/duration.proto",
    VALUE: "google/protobuf/struct.proto",
    FIELD_MASK: "google/protobuf/field_mask.proto",
}
_SCALARS = {
    Scalar.DECIMAL: "string",
    Scalar.UUID: "string",
    Scalar.DATE: "string",
    Scalar.TIMESTAMP: TIMESTAMP,
    Scalar.DURATION: DURATION,
    Scalar.JSON: VALUE,
}


@dataclass(frozen=True, slots=True)
class Carrier:
    """A proto type with its label. message: it is a message type, which has presence by itself."""

    type: str
    repeated: bool = False
    optional: bool = False
    message: bool = False

    @property
    def lock_type(self) -> str:
        """The type as the lock remembers it: what decides how the bytes are read."""
        return f"repeated {self.type}" if self.repeated else self.type


class Carriers:
    """Finds the carrier of each type, and collects the wrapper messages and declared types that are used.

    keeps_wire: the proto belongs to others, so nothing is wrapped that proto3 can say in some way.
    use: called with each declared type's name.
    """

    def __init__(self, types: dict[str, Declared], keeps_wire: bool, use: Callable[[str], None]) -> None:
        self.types, self.keeps_wire, self.use = types, keeps_wire, use
        self.wrappers: dict[str, Message] = {}

    def field(self, f: Field) -> Carrier:
        """The carrier of a record's field."""
        empty_default = f.has_default and f.default in ([], {})
        absent = f.optional or (f.has_default and not empty_default)
        if f.nullable and (f.optional or (f.has_default and f.default is not None)) and not self.keeps_wire:
            return self.three_states(f.type)
        return self.single(f.type, presence=absent or f.nullable)

    def single(self, ref: TypeRef, *, presence: bool = False, wrapped: bool = False) -> Carrier:
        """The carrier of one value. presence: it may be absent. wrapped: it stands where no repeated field may."""
        target = resolve_alias(ref, self.types)
        if isinstance(target, ListType | MapType):
            if wrapped or (presence and not self.keeps_wire):
                return Carrier(self.collection(target).name, message=True)
            if isinstance(target, ListType):
                return Carrier(self.element(target.item).type, repeated=True)
            return Carrier(f"map<string, {self.element(target.value).type}>")
        carrier = self.element(target)
        return Carrier(carrier.type, optional=presence and not carrier.message, message=carrier.message)

    def element(self, ref: TypeRef) -> Carrier:
        """The carrier of a list item or map value, which is always there."""
        target = resolve_alias(ref, self.types)
        if isinstance(target, ScalarType):
            type = _SCALARS.get(target.scalar, target.scalar.value)
            return Carrier(type, message=type in IMPORTS)
        if isinstance(target, NamedType):
            name = local_name(target)
            self.use(name)
            return Carrier(name, message=not isinstance(self.types.get(name), Enum))
        if isinstance(target, PartialType):
            self.use(target.record)
            return Carrier(target.record, message=True)
        return Carrier(self.collection(target).name, message=True)

    def collection(self, target: ListType | MapType) -> Message:
        """The wrapper message of a list or map."""
        inner = self.element(target.item if isinstance(target, ListType) else target.value)
        if isinstance(target, ListType):
            name, kind = _title(inner.type) + "List", "list"
            values = WireField("values", 1, inner.type, target.item, repeated=True)
        else:
            name, kind = _title(inner.type) + "Map", "map"
            values = WireField("values", 1, f"map<string, {inner.type}>", target.value)
        return self.wrappers.setdefault(name, Message(name, (values,), kind=kind))

    def three_states(self, ref: TypeRef) -> Carrier:
        """The carrier of a value that may be absent, null or there."""
        inner = self.single(ref, presence=True, wrapped=True)
        if inner.type == VALUE:
            return inner
        name = "Nullable" + _title(inner.type)
        value = WireField("value", 1, inner.type, ref, optional=inner.optional)
        self.wrappers.setdefault(name, Message(name, (value,), kind="nullable"))
        return Carrier(name, message=True)


def _title(type: str) -> str:
    """The proto type as part of a message name: `string` → `String`, `google.protobuf.Timestamp` → `Timestamp`."""
    return pascal(type.rpartition(".")[2]) if type in IMPORTS or type.islower() else type
