"""Where a contract's fields are and what reaches them: asked by many rules, worked out once per service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from itertools import islice
from typing import NamedTuple, TypeVar

from mscgen.model.derived import local_name, resolve_alias
from mscgen.model.operation import IdempotencyMode, Operation
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
)

T = TypeVar("T")

# What `paginate:` adds to a request and a response; nobody wrote these fields.
PAGE_FIELDS = frozenset({"page_size", "page_token", "next_page_token"})


class Place(NamedTuple):
    """A field where it is declared.

    words: of its name. scalar: its type with aliases followed and lists and maps unpacked; None when that is no scalar.
    many: whether it is a list or map.
    """

    record: Record
    field: Field
    words: tuple[str, ...]
    scalar: ScalarType | None
    many: bool

    @property
    def title(self) -> str:
        """`Order.total`, for messages."""
        return f"{self.record.name}.{self.field.name.raw}"


class Reached(NamedTuple):
    """A place as first reached from an operation's request or response."""

    operation: Operation
    place: Place


def once_per_service(function: Callable[[Service], T]) -> Callable[[Service], T]:
    """Remembers the answer for the service asked about last: rules ask the same question one after another."""
    last: list[tuple[Service, T]] = []

    @wraps(function)
    def ask(service: Service) -> T:
        if not last or last[0][0] is not service:
            last[:] = [(service, function(service))]
        return last[0][1]

    return ask


def follow(type: TypeRef, service: Service) -> TypeRef:
    """The type behind an alias; the type itself otherwise."""
    return resolve_alias(type, service.types)


def record_of(type: TypeRef, service: Service) -> Record | None:
    """The record that a type names, directly, through an alias or as `partial<Record>`; None for anything else."""
    type = follow(type, service)
    name = type.record if isinstance(type, PartialType) else local_name(type) if isinstance(type, NamedType) else ""
    declared = service.types.get(name)
    return declared if isinstance(declared, Record) else None


def own_types(service: Service) -> Iterator[Declared]:
    """The types that this contract declares; copies of a dependency's types are judged in its own contract."""
    return (declared for name, declared in service.types.items() if name not in service.imported)


@once_per_service
def records(service: Service) -> tuple[Record, ...]:
    """Every record of the contract, named or inline: types, requests, payloads, error details."""
    found: dict[int, Record] = {id(t): t for t in service.types.values() if isinstance(t, Record)}
    inline = [op.request for op in service.operations]
    inline += [event.payload for event in service.publishes]
    inline += [s.payload for s in service.subscribes if s.payload is not None and s.source is None]
    inline += [e.details for e in service.errors.values() if e.details is not None]
    found.update((id(record), record) for record in inline)
    return tuple(found.values())


def places(service: Service) -> Iterable[Place]:
    """Every field that this contract declares, once, wherever copies of its record went."""
    return _by_position(service).values()


@once_per_service
def _by_position(service: Service) -> dict[tuple[int, int], Place]:
    """The places by line and column, which are those of one file."""
    found: dict[tuple[int, int], Place] = {}
    for record in records(service):
        for field in record.fields if record.name not in service.imported else ():
            position = (field.span.line, field.span.column)
            if position not in found and field.name.raw not in PAGE_FIELDS:
                found[position] = _place(record, field, service)
    return found


@once_per_service
def inputs(service: Service) -> tuple[Reached, ...]:
    """Every field that a caller can fill, once, with an operation that takes it, rather one that changes something."""
    operations = sorted(service.operations, key=lambda op: op.idempotency.mode is IdempotencyMode.SAFE)
    return tuple(_reach(service, [(op, op.request, [f.type for f in op.request.fields]) for op in operations]))


@once_per_service
def outputs(service: Service) -> tuple[Reached, ...]:
    """Every field that a caller can see, once, with an operation that gives it, rather one that only reads."""
    operations = sorted(service.operations, key=lambda op: op.idempotency.mode is not IdempotencyMode.SAFE)
    return tuple(_reach(service, [(op, None, list(response_types(op))) for op in operations]))


def response_types(op: Operation) -> Iterator[TypeRef]:
    """The types of an operation's success answers; for a stream, of its messages."""
    types = [type for _, type in op.http.responses if type is not None] if op.http else []
    if op.response is not None:
        types.append(op.response)
    seen = []
    for type in types:
        if type not in seen:
            seen.append(type)
            yield type


def reachable(
    roots: list[TypeRef], service: Service, known: dict[str, Record | None] | None = None
) -> dict[str, Record | None]:
    """The names in `service.types` of what a value of the roots may contain, with the record when it is one.

    known: what an earlier walk found; this one does not go there again, and adds what it finds.
    """
    found: dict[str, Record | None] = {} if known is None else known
    todo = list(reversed(roots))
    while todo:
        type = todo.pop()
        if isinstance(type, ListType):
            todo.append(type.item)
        elif isinstance(type, MapType):
            todo.append(type.value)
        elif isinstance(type, PartialType):
            todo.append(NamedType(type.record))
        elif isinstance(type, NamedType) and local_name(type) not in found:
            todo.extend(_visit(local_name(type), service, found))
    return found


def _visit(name: str, service: Service, found: dict[str, Record | None]) -> list[TypeRef]:
    declared = service.types.get(name)
    found[name] = declared if isinstance(declared, Record) else None
    if isinstance(declared, Record):
        return [field.type for field in reversed(declared.fields)]
    if isinstance(declared, Union):
        return [variant.type for variant in reversed(declared.variants)]
    return [declared.type] if isinstance(declared, Alias) else []


def _reach(service: Service, roots: list[tuple[Operation, Record | None, list[TypeRef]]]) -> Iterator[Reached]:
    left = dict(_by_position(service))
    walked: dict[str, Record | None] = {}
    for op, top, types in roots:
        before = len(walked)
        reachable(types, service, walked)
        for record in (top, *islice(walked.values(), before, None)):
            for field in record.fields if record else ():
                place = left.pop((field.span.line, field.span.column), None)
                if place is not None:
                    yield Reached(op, place)


def _place(record: Record, field: Field, service: Service) -> Place:
    type, many = field.type, False
    while not isinstance(type, ScalarType):
        if isinstance(type, ListType | MapType):
            type, many = type.item if isinstance(type, ListType) else type.value, True
            continue
        behind = follow(type, service)
        if behind is type:
            return Place(record, field, tuple(field.name.raw.split("_")), None, many)
        type = behind
    return Place(record, field, tuple(field.name.raw.split("_")), type, many)
