"""The size of the largest message that the bounds of a contract allow, on the wire, counted low."""

from __future__ import annotations

from mscgen.lint.places import follow, record_of
from mscgen.lint.units import size
from mscgen.model.derived import local_name
from mscgen.model.service import Service
from mscgen.model.types import (
    SIZED,
    Alias,
    Enum,
    ListType,
    MapType,
    NamedType,
    PartialType,
    Record,
    Scalar,
    ScalarType,
    TypeRef,
    Union,
)

# Bytes of the largest value, tag and length not included; strings of fixed form have their length.
_FIXED = {
    Scalar.BOOL: 1,
    Scalar.INT32: 5,
    Scalar.UINT32: 5,
    Scalar.INT64: 9,
    Scalar.UINT64: 9,
    Scalar.FLOAT: 4,
    Scalar.DOUBLE: 8,
    Scalar.DECIMAL: 1,
    Scalar.UUID: 36,
    Scalar.TIMESTAMP: 6,
    Scalar.DATE: 10,
    Scalar.DURATION: 2,
    Scalar.JSON: 0,
}
_TAG = 2  # one byte for number and wire type, one for the length
_PAGE = 100  # what a paginated list holds unless the caller asks for more


class Largest:
    """Counts sizes, each named type once. A type inside itself counts 0: its bound is the nesting, not the type."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._named: dict[str, int] = {}

    def of(self, type: TypeRef, page: str | None = None) -> int:
        """Bytes of the largest value; `page` names the list of the outermost record that comes in pages."""
        if isinstance(type, ScalarType):
            return int(type.range.max or 0) if type.scalar in SIZED else _FIXED[type.scalar]
        if isinstance(type, ListType):
            return int(type.range.max or 0) * (self.of(type.item) + _TAG)
        if isinstance(type, MapType):
            return int(type.range.max or 0) * (self.of(type.value) + 2 * _TAG)
        record = record_of(type, self._service) if page is not None else None
        if record is not None:
            return self.fields(record, page)
        name = type.record if isinstance(type, PartialType) else local_name(type)
        if name not in self._named:
            self._measure(name)
        return self._named[name]

    def _measure(self, name: str) -> None:
        """Sizes a named type after everything that it holds; without recursion, for chains of any length."""
        self._named[name] = 0
        path = [(name, iter(self._held(name)))]
        while path:
            current, held = path[-1]
            inner = next((n for n in held if n not in self._named), None)
            if inner is None:
                path.pop()
                self._named[current] = self._declared(self._service.types.get(current))
            else:
                self._named[inner] = 0
                path.append((inner, iter(self._held(inner))))

    def _held(self, name: str) -> list[str]:
        """The named types that a value of a named type holds directly."""
        declared = self._service.types.get(name)
        types: list[TypeRef] = [declared.type] if isinstance(declared, Alias) else []
        types += [field.type for field in declared.fields] if isinstance(declared, Record) else []
        types += [variant.type for variant in declared.variants] if isinstance(declared, Union) else []
        return [name for type in types if (name := _name_within(type))]

    def fields(self, record: Record, page: str | None = None) -> int:
        """Bytes of the largest message with a record's fields."""
        return sum(self._field(record, i, page) for i in range(len(record.fields)))

    def widest(self, record: Record, page: str | None = None) -> str:
        """The field that takes most, with its arithmetic: `items: 1000 × 5.2 KiB`."""
        if not record.fields:
            return ""
        i = max(range(len(record.fields)), key=lambda i: self._field(record, i, page))
        field = record.fields[i]
        type = follow(field.type, self._service)
        if isinstance(type, ListType | MapType):
            item = type.item if isinstance(type, ListType) else type.value
            count = _PAGE if field.name.raw == page else int(type.range.max or 0)
            return f"{field.name.raw}: {count} × {size(self.of(item))}"
        return f"{field.name.raw}: {size(self._field(record, i, page))}"

    def widest_of(self, type: TypeRef, page: str | None = None) -> str:
        """The same for a type; its own arithmetic when it is no record."""
        type = follow(type, self._service)
        declared = self._service.types.get(local_name(type)) if isinstance(type, NamedType) else None
        if isinstance(declared, Record):
            return self.widest(declared, page)
        if isinstance(type, ListType):
            return f"{int(type.range.max or 0)} × {size(self.of(type.item))}"
        return ""

    def _field(self, record: Record, index: int, page: str | None) -> int:
        field = record.fields[index]
        if field.name.raw == page:
            type = follow(field.type, self._service)
            if isinstance(type, ListType):
                return _PAGE * (self.of(type.item) + _TAG)
        return self.of(field.type) + _TAG

    def _declared(self, declared: object) -> int:
        if isinstance(declared, Record):
            return self.fields(declared)
        if isinstance(declared, Alias):
            return self.of(declared.type)
        if isinstance(declared, Union):
            return max((self.of(v.type) for v in declared.variants), default=0) + _TAG
        return 1 if isinstance(declared, Enum) else 0


def _name_within(type: TypeRef) -> str:
    """The name at the heart of a type string; "" for a scalar."""
    while isinstance(type, ListType | MapType):
        type = type.item if isinstance(type, ListType) else type.value
    return "" if isinstance(type, ScalarType) else type.record if isinstance(type, PartialType) else local_name(type)
