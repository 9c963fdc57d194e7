"""Types that a contract implies without naming them: union arms, patches, and every record that needs a class."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.model.names import pascal
from mscgen.model.service import Service
from mscgen.model.types import (
    Alias,
    Declared,
    Field,
    ListType,
    MapType,
    NamedType,
    PartialType,
    Record,
    ScalarType,
    TypeRef,
    Union,
    Variant,
)


def local_name(ref: NamedType) -> str:
    """The key in `Service.types`; a dependency's type has its alias in front (`inventory.Sku` → `InventorySku`)."""
    return ref.name if ref.origin is None else pascal(ref.origin) + ref.name


def arm_name(union: Union, variant: Variant) -> str:
    """The class of one arm: the arm's record plus the discriminator (`Payment` + `card` → `PaymentCard`)."""
    return union.name + pascal(variant.tag)


def patch_name(record: str) -> str:
    """The class of `partial<record>`."""
    return record + "Patch"


def all_types(service: Service) -> dict[str, Declared]:
    """Every declared type, then the records that only errors and events have, in the order of the contract."""
    found = dict(service.types)
    for error in service.errors.values():
        if error.details is not None:
            found.setdefault(error.details.name, error.details)
    for operation in service.operations:
        found.setdefault(operation.request.name, operation.request)
    for event in service.publishes:
        found.setdefault(event.payload.name, event.payload)
    for subscription in service.subscribes:
        if subscription.payload is not None:
            found.setdefault(subscription.payload.name, subscription.payload)
    return found


def resolve_alias(ref: TypeRef, types: dict[str, Declared]) -> TypeRef:
    """The type behind any chain of aliases; a named type that is no alias stays as it is."""
    while isinstance(ref, NamedType):
        declared = types.get(local_name(ref))
        if not isinstance(declared, Alias):
            break
        ref = declared.type
    return ref


def record_of(ref: TypeRef, types: dict[str, Declared]) -> Record | None:
    """The record that a type stands for, or None."""
    target = resolve_alias(ref, types)
    declared = types.get(local_name(target)) if isinstance(target, NamedType) else None
    return declared if isinstance(declared, Record) else None


def writable(record: Record) -> tuple[Field, ...]:
    """The fields that a partial update may carry."""
    return tuple(f for f in record.fields if not f.read_only)


def patched_records(types: dict[str, Declared]) -> tuple[str, ...]:
    """The records that need a patch class: those named in `partial<T>` and the records inside them, in file order."""
    wanted: set[str] = set()
    todo = [ref.record for d in types.values() for ref in references(d) if isinstance(ref, PartialType)]
    while todo:
        name = todo.pop()
        record = types.get(name)
        if name in wanted or not isinstance(record, Record):
            continue
        wanted.add(name)
        inner = (record_of(f.type, types) for f in writable(record))
        todo += [r.name for r in inner if r is not None]
    return tuple(name for name in types if name in wanted)


def references(declared: Declared) -> Iterator[TypeRef]:
    """Every type written in a declaration, from the outside in."""
    if isinstance(declared, Record):
        for f in declared.fields:
            yield from _walk(f.type)
    elif isinstance(declared, Union):
        for variant in declared.variants:
            yield variant.type
    elif isinstance(declared, Alias):
        yield from _walk(declared.type)


def _walk(ref: TypeRef) -> Iterator[TypeRef]:
    yield ref
    if isinstance(ref, ListType):
        yield from _walk(ref.item)
    elif isinstance(ref, MapType):
        yield from _walk(ref.value)
    else:
        assert isinstance(ref, ScalarType | NamedType | PartialType)
