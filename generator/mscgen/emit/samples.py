"""Values that a contract accepts: small, deterministic, and the same wherever they are shown.

A value comes from the contract's own examples and defaults where it has some. The rest is made to fit: bounds,
patterns, enums. Only what must be there is filled in, so an added optional field changes no sample.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mscgen.emit.jsonschema import INTEGER_BOUNDS, Lowering, string_pattern
from mscgen.emit.pattern_sample import pattern_sample
from mscgen.model.derived import local_name, resolve_alias
from mscgen.model.operation import Operation
from mscgen.model.service import Service
from mscgen.model.types import (
    INTEGERS,
    Enum,
    Field,
    ListType,
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
from mscgen.model.wire import WireField

_FIXED: dict[Scalar, Any] = {
    Scalar.BOOL: True,
    Scalar.UUID: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    Scalar.TIMESTAMP: "2026-01-31T09:30:00Z",
    Scalar.DATE: "2026-01-31",
    Scalar.DURATION: "1.5s",
    Scalar.JSON: {},
}
_FORMATS = {
    "email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "uri": "https://example.com/",
}
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of one service's types."""

    service: Service
    lowering: Lowering = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lowering", Lowering(self.service))

    def request(self, op: Operation) -> dict[str, Any]:
        """The fields that a request must have, by contract name, as JSON."""
        given = next((e for e in op.examples if isinstance(e, dict)), {})
        found: dict[str, Any] = {}
        for f in op.request.fields:
            if f.name.raw in given:
                found[f.name.raw] = self.lowering.literal(f.type, given[f.name.raw])
            elif f.required:
                found[f.name.raw] = self._sent(op, f)
        return found

    def _sent(self, op: Operation, f: Field) -> Any:
        """A value of a request field; a list in the query has an item, for without one it would not be there."""
        target, value = resolve_alias(f.type, self.lowering.types), self.field(f)
        in_query = op.http is not None and f.name.raw in op.http.query_fields
        return [self.json(target.item)] if in_query and value == [] and isinstance(target, ListType) else value

    def field(self, f: Field, depth: int = 0) -> Any:
        """A value of a field."""
        if f.example is not None:
            return self.lowering.literal(f.type, f.example)
        target = resolve_alias(f.type, self.lowering.types)
        if f.name.raw.endswith("_id") and isinstance(target, ScalarType) and target.scalar is Scalar.STRING:
            return _text(target, f.name.raw.removesuffix("_id") + "-1")
        return self.json(f.type, depth)

    def json(self, ref: TypeRef, depth: int = 0) -> Any:
        """A value of a type, as JSON carries it."""
        target = resolve_alias(ref, self.lowering.types)
        if isinstance(target, ScalarType):
            return scalar(target)
        if depth > _DEPTH:
            return None
        if isinstance(target, ListType):
            return [self.json(target.item, depth + 1) for _ in range(_fewest(target.range))]
        if isinstance(target, MapType):
            return {f"key{i or ''}": self.json(target.value, depth + 1) for i in range(_fewest(target.range))}
        if isinstance(target, PartialType):
            return self._patch(target, depth)
        return self._named(target, depth)

    def _named(self, target: NamedType, depth: int) -> Any:
        declared = self.lowering.types.get(local_name(target))
        if isinstance(declared, Enum):
            return declared.values[0].json
        if isinstance(declared, Union):
            variant = declared.variants[0]
            return {declared.discriminator: variant.tag, **self.json(variant.type, depth + 1)}
        assert isinstance(declared, Record)
        return {f.json: self.field(f, depth + 1) for f in declared.fields if f.required}

    def _patch(self, target: PartialType, depth: int) -> dict[str, Any]:
        f = self._patchable(target)
        return {} if f is None else {f.json: self.field(f, depth + 1)}

    def _patchable(self, target: PartialType) -> Field | None:
        """The field that a sample of a partial update changes: the first plain one that can be written."""
        record = self.lowering.types.get(target.record)
        assert isinstance(record, Record)
        free = [f for f in record.fields if not f.read_only and f.name.raw != record.etag]
        plain = [f for f in free if isinstance(resolve_alias(f.type, self.lowering.types), ScalarType | NamedType)]
        return next(iter([*plain, *free]), None)

    def grpc(self, op: Operation) -> dict[str, Any]:
        """A request as grpcurl takes it: proto field names, proto enum names, one key for the arm of a union.

        Raises StopIteration for an operation that is not on gRPC.
        """
        rpc = next(r for r in self.service.wire.rpcs if r.operation == op.name.raw)
        return self._message(rpc.request, op.request, 0)

    def _message(self, name: str, record: Record | None, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for wire in self.service.wire.message(name).fields:
            own = record.field(wire.name) if record is not None else None
            if wire.source is None or (own is not None and not own.required) or depth > _DEPTH:
                continue
            target = resolve_alias(wire.source, self.lowering.types)
            if isinstance(target, PartialType):
                return {**found, **self._masked(wire, target, depth)}
            value = self._carried(wire, target, own, depth)
            # What is repeated has no presence: to say nothing is to say that it is empty.
            if value or not (wire.repeated or wire.type.startswith("map<")):
                found[wire.name] = value
            if wire.oneof is not None:
                break
        return found

    def _carried(self, wire: WireField, target: TypeRef, own: Field | None, depth: int) -> Any:
        if isinstance(target, ScalarType):
            return self.field(own) if own is not None else scalar(target)
        if wire.repeated and isinstance(target, ListType):
            return [self._element(target.item, depth + 1) for _ in range(_fewest(target.range))]
        if wire.repeated:
            return []
        if isinstance(target, MapType) and wire.type.startswith("map<"):
            return {f"key{i or ''}": self._element(target.value, depth + 1) for i in range(_fewest(target.range))}
        return self._element(wire.source, depth)

    def _element(self, ref: TypeRef | None, depth: int) -> Any:
        """One value that is a message, an enum or a scalar on the wire."""
        target = resolve_alias(ref, self.lowering.types) if ref is not None else None
        if isinstance(target, ScalarType):
            return scalar(target)
        if not isinstance(target, NamedType):
            return {}
        name = local_name(target)
        for enum in self.service.wire.enums:
            if enum.enum == name:
                return next(v.name for v in enum.values if v.value is not None)
        declared = self.lowering.types.get(name)
        return self._message(name, declared if isinstance(declared, Record) else None, depth + 1)

    def _masked(self, wire: WireField, target: PartialType, depth: int) -> dict[str, Any]:
        f = self._patchable(target)
        if f is None:
            return {}
        # grpcurl takes a mask as the message that it is, not as the string of protobuf's JSON.
        return {wire.name: {f.name.raw: self._patched(wire.type, f, depth)}, "update_mask": {"paths": [f.name.raw]}}

    def _patched(self, message: str, f: Field, depth: int) -> Any:
        """The value of one field of a partial update, in the record's message."""
        own = next(w for w in self.service.wire.message(message).fields if w.name == f.name.raw)
        value = self._carried(own, resolve_alias(f.type, self.lowering.types), f, depth)
        wrapper = next((m for m in self.service.wire.messages if m.name == own.type and m.kind == "nullable"), None)
        return {"value": value} if wrapper is not None else value


def _fewest(bounds: Range) -> int:
    return min(int(bounds.min or 0), 100)


def scalar(kind: ScalarType) -> Any:
    """A value of a scalar within its bounds, as JSON carries it."""
    if kind.scalar is Scalar.STRING:
        return _text(kind)
    if kind.scalar is Scalar.BYTES:
        return base64.b64encode(b"hello"[: int(kind.range.max or 5)].ljust(int(kind.range.min or 0), b"o")).decode()
    if kind.scalar in _FIXED:
        return _FIXED[kind.scalar]
    low, high = kind.range.min, kind.range.max
    if kind.scalar in INTEGERS:
        smallest, largest = INTEGER_BOUNDS[kind.scalar]
        low, high = max(Decimal(smallest), low or Decimal(smallest)), min(Decimal(largest), high or Decimal(largest))
        return int(_within(Decimal(1), low, high))
    if kind.scalar is Scalar.DECIMAL:
        return format(_within(Decimal("12.50"), low, high), "f")
    value = _within(Decimal("1.5"), low, high)
    return int(value) if value == value.to_integral_value() else float(value)


def _within(value: Decimal, low: Decimal | None, high: Decimal | None) -> Decimal:
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else value


def _text(kind: ScalarType, wish: str = "text") -> str:
    low = int(kind.range.min or 0)
    high = int(kind.range.max) if kind.range.max is not None else None
    pattern = string_pattern(kind)
    for made in (_FORMATS.get(kind.format or ""), pattern_sample(pattern, low, high) if pattern else None):
        if made is not None and low <= len(made) <= (high or len(made)):
            return made
    text = wish if low <= len(wish) else (wish + "-") * low
    return text[: max(low, min(len(wish), high if high is not None else len(wish)))]
