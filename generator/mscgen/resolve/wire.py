"""The last step of resolve: the protobuf shape of a contract, with numbers from the lock.

Every rpc has a request and a response message of its own, as buf's STANDARD rules ask, so that each can grow alone:
the request carries the request record's fields, the response carries the response in one of the forms that `Rpc`
names. A contract with `proto:` keeps the messages of the proto that it was made from: the records themselves.
Messages and enums stand in alphabetical order and fields by number, so that the order of the contract is no part of
the proto.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mscgen.diagnostics import Diagnostic, Span
from mscgen.model.derived import all_types, local_name, record_of, resolve_alias
from mscgen.model.names import json_camel, proto_upper, snake
from mscgen.model.operation import IdempotencyMode, Kind, Operation
from mscgen.model.service import Service
from mscgen.model.types import Alias, Declared, Enum, Field, NamedType, PartialType, Record, TypeRef, Union
from mscgen.model.wire import Message, Reserved, Rpc, Wire, WireEnum, WireField, WireValue
from mscgen.resolve.carriers import FIELD_MASK, IMPORTS, Carrier, Carriers
from mscgen.resolve.lock import Lock, Table
from mscgen.resolve.numbers import Wanted, assign, moved
from mscgen.resolve.symbols import collisions, twice

_LEVELS = {IdempotencyMode.SAFE: "NO_SIDE_EFFECTS", IdempotencyMode.NATURAL: "IDEMPOTENT"}


def number(service: Service, lock: Lock) -> tuple[Wire, Lock, list[Diagnostic]]:
    """The wire of a service whose `wire` is not made yet, and the lock that remembers every number given."""
    return _Builder(service, lock).run()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A field before it has a number."""

    field: WireField
    wanted: Wanted


class _Builder:
    def __init__(self, service: Service, lock: Lock) -> None:
        self.service = service
        self.types = all_types(service)
        renames = _renames(service, self.types, lock)
        self.old = Lock(moved(lock.messages, renames), moved(lock.enums, renames))
        self.tables: dict[str, Table] = {}
        self.enum_tables: dict[str, Table] = {}
        self.messages: dict[str, Message] = {}
        self.enums: dict[str, WireEnum] = {}
        self.spans: dict[str, Span] = {}
        self.todo: list[str] = []
        self.carriers = Carriers(self.types, service.keeps_wire, self.todo.append)
        self.found: list[Diagnostic] = []

    def run(self) -> tuple[Wire, Lock, list[Diagnostic]]:
        """Messages follow from rpcs: a type that no rpc reaches is not in the proto."""
        rpcs = [self.rpc(o) for o in self.service.operations if o.grpc is not None]
        while self.todo:
            self.declare(self.todo.pop())
        wrappers = self.carriers.wrappers
        messages = {**wrappers, **self.messages}
        wire = Wire(
            package=self.service.proto_package,
            service=self.service.proto_service,
            path=f"{self.service.proto_package.replace('.', '/')}/{self.service.name.snake}.proto",
            messages=tuple(messages[name] for name in sorted(messages)),
            enums=tuple(self.enums[name] for name in sorted(self.enums)),
            rpcs=tuple(sorted(rpcs, key=lambda r: r.name)),
            imports=_imports(messages.values()),
            doc=self.service.doc,
        )
        self.found += collisions(self.service, self.types, wire, wrappers, self.spans)
        return wire, self.lock(), self.found

    def lock(self) -> Lock:
        """What is used now, and what was used once, whose names are all removed."""
        gone = {n: _all_removed(t) for n, t in self.old.messages.items() if n not in self.tables}
        enums_gone = {n: _all_removed(t) for n, t in self.old.enums.items() if n not in self.enum_tables}
        return Lock({**gone, **self.tables}, {**enums_gone, **self.enum_tables})

    def rpc(self, o: Operation) -> Rpc:
        """The method of an operation; its messages are made on the way."""
        name = o.grpc or o.name.raw
        request = self.request(name, o)
        response, form, field = self.response(name, o)
        return Rpc(
            operation=o.name.raw,
            name=name,
            request=request,
            response=response,
            request_stream=o.kind in (Kind.CLIENT_STREAM, Kind.BIDI_STREAM),
            response_stream=o.kind in (Kind.SERVER_STREAM, Kind.BIDI_STREAM),
            doc=o.doc,
            deprecated=o.deprecated,
            idempotency_level=None if self.service.keeps_wire else _LEVELS.get(o.idempotency.mode),
            response_form=form,
            response_field=field,
        )

    def request(self, rpc: str, o: Operation) -> str:
        """The request message: the record's fields, inline."""
        name = f"{rpc}Request"
        if self.service.keeps_wire and o.request.inline is None:
            name = o.request.name
        self.record_message(name, o.request, o.span)
        return name

    def response(self, rpc: str, o: Operation) -> tuple[str, str, str | None]:
        """The response message, its form and, for the form `field`, the field."""
        name = f"{rpc}Response"
        results = list(dict.fromkeys(_results(o)))
        if not results:
            self.message(Message(name, (), kind="response"), [], o.span)
            return name, "empty", None
        if len(results) > 1:
            drafts = [self.result(ref, o, oneof="result") for ref in results]
            self.message(Message(name, (), kind="response"), drafts, o.span)
            return name, "oneof", None
        record = record_of(results[0], self.types)
        if record is not None and (self.service.keeps_wire or record.name == name or record.inline == o.name.raw):
            keeps_name = self.service.keeps_wire and record.inline is None
            message = record.name if keeps_name else name
            self.record_message(message, record, o.span)
            return message, "inline", None
        draft = self.result(results[0], o, oneof=None)
        self.message(Message(name, (), kind="response"), [draft], o.span)
        return name, "field", draft.field.name

    def result(self, ref: TypeRef, o: Operation, oneof: str | None) -> _Draft:
        """The field that carries a response which is not the message itself."""
        target = resolve_alias(ref, self.types)
        carrier = self.carriers.single(ref, wrapped=oneof is not None)
        named = isinstance(target, NamedType)
        plain = "value" if oneof is None else snake(carrier.type.rpartition(".")[2]) + "_value"
        field_name = snake(local_name(target)) if isinstance(target, NamedType) else plain
        if oneof is None and not named:
            # A single scalar has presence, so that "nothing was sent" is told from its zero.
            carrier = replace(
                carrier, optional=not carrier.message and not carrier.repeated and "<" not in carrier.type
            )
        field = WireField(field_name, 0, carrier.type, ref, carrier.repeated, carrier.optional and not oneof, oneof)
        return _Draft(field, Wanted(field_name, o.span, carrier.lock_type, renamed_from=self.former_name(target)))

    def former_name(self, target: TypeRef) -> str | None:
        """The name of a response's field before its type was renamed."""
        declared = self.types.get(local_name(target)) if isinstance(target, NamedType) else None
        former = None if declared is None or isinstance(declared, Alias) else declared.renamed_from
        return None if former is None else snake(former)

    def declare(self, name: str) -> None:
        """The message or enum of a declared type."""
        declared = self.types.get(name)
        if name in self.messages or name in self.enums or declared is None or isinstance(declared, Alias):
            return
        if isinstance(declared, Enum):
            self.enum(declared)
        elif isinstance(declared, Union):
            self.union(declared)
        else:
            self.record_message(name, declared, declared.span)

    def record_message(self, name: str, record: Record, span: Span) -> None:
        """A message with the fields of a record."""
        made = self.messages.get(name)
        if made is not None and made.record == record.name:
            return
        drafts = [draft for f in record.fields for draft in self.field(f)]
        shape = Message(name, (), doc=record.doc, deprecated=record.deprecated, record=record.name)
        self.message(shape, drafts, record.span if name == record.name else span)

    def field(self, f: Field) -> list[_Draft]:
        """The message field of a record's field; a partial update is two of them."""
        carrier = self.carriers.field(f)
        field = WireField(
            name=f.name.raw,
            number=0,
            type=carrier.type,
            source=f.type,
            repeated=carrier.repeated,
            optional=carrier.optional,
            doc=f.doc,
            deprecated=f.deprecated,
            sensitive=f.sensitive is not None,
            json_name=_json_name(f),
        )
        drafts = [_Draft(field, Wanted(f.name.raw, f.span, carrier.lock_type, f.pinned, f.renamed_from))]
        if isinstance(resolve_alias(f.type, self.types), PartialType):
            doc = f"Which fields of `{f.name.raw}` to change (AIP-134)."
            mask = WireField("update_mask", 0, FIELD_MASK, doc=doc)
            drafts.append(_Draft(mask, Wanted("update_mask", f.span, FIELD_MASK)))
        return drafts

    def union(self, union: Union) -> None:
        """A message with one oneof."""
        tags = {v.tag for v in union.variants}
        oneof = union.discriminator if union.discriminator not in tags else f"{union.discriminator}_of"
        drafts = []
        for v in union.variants:
            carrier: Carrier = self.carriers.element(v.type)
            field = WireField(v.tag, 0, carrier.type, v.type, oneof=oneof, doc=v.doc)
            drafts.append(_Draft(field, Wanted(v.tag, v.span, carrier.lock_type, v.pinned)))
        shape = Message(union.name, (), doc=union.doc, deprecated=union.deprecated, kind="union")
        self.message(shape, drafts, union.span)

    def message(self, shape: Message, drafts: list[_Draft], span: Span) -> None:
        """Numbers the fields of a message and remembers it."""
        if shape.name in self.messages:
            self.found.append(twice(shape.name, span, self.spans[shape.name]))
            return
        old = self.old.messages.get(shape.name, Table())
        table, numbers, found = assign(shape.name, old, [d.wanted for d in drafts])
        self.found += found
        fields = [replace(d.field, number=numbers.get(d.field.name, 0)) for d in drafts]
        self.tables[shape.name] = table
        self.spans[shape.name] = span
        self.messages[shape.name] = replace(
            shape,
            fields=tuple(sorted(fields, key=lambda f: f.number)),
            reserved=_reserved(table, {f.name for f in fields}),
        )

    def enum(self, enum: Enum) -> None:
        """An enum: zero is UNSPECIFIED unless a proto that is kept gives it to a value."""
        keeps = self.service.keeps_wire
        wanted = [Wanted(v.name, v.span, "", v.pinned, v.renamed_from) for v in enum.values]
        old = self.old.enums.get(enum.name, Table())
        table, numbers, found = assign(enum.name, old, wanted, enum=True, zero=keeps)
        self.found += found
        prefix = proto_upper(enum.name)
        names = {
            v.name: _kept_value_name(v.json, v.wire) if keeps else f"{prefix}_{v.name.upper()}" for v in enum.values
        }
        values = [WireValue(names[v.name], numbers.get(v.name, -1), v.name, v.doc, v.deprecated) for v in enum.values]
        if 0 not in numbers.values():
            values.append(WireValue(f"{prefix}_UNSPECIFIED", 0, None))
        # proto3 wants zero first; negative numbers follow.
        values.sort(key=lambda v: (v.number < 0, v.number))
        reserved = _reserved(table, set())
        gone = {e.name for e in table.removed()} - set(names)
        proto_names = tuple(sorted(n.upper() if keeps else f"{prefix}_{n.upper()}" for n in gone))
        self.enum_tables[enum.name] = table
        self.spans[enum.name] = enum.span
        self.enums[enum.name] = WireEnum(
            enum.name, tuple(values), Reserved(reserved.numbers, proto_names), enum.doc, enum.deprecated, enum.name
        )


def _results(o: Operation) -> Iterable[TypeRef]:
    """The types that an operation may answer with."""
    if o.http is not None and len(o.http.responses) > 1:
        return (ref for _, ref in o.http.responses if ref is not None)
    return () if o.response is None else (o.response,)


def _kept_value_name(json: str, wire: str) -> str:
    return "".join(c if c.isalnum() or c == "_" else "_" for c in (wire or json.upper()))


def _json_name(f: Field) -> str | None:
    """The JSON name to write into the proto: the contract's own, where it is not the one that protoc derives."""
    if not f.wire or f.wire == json_camel(f.name.raw) or (f.wire[0] == "[" and f.wire[-1] == "]") or "\0" in f.wire:
        return None
    return f.wire


def _renames(service: Service, types: dict[str, Declared], lock: Lock) -> dict[str, str]:
    """Old message and enum names → new ones, where the lock still has the old and not the new."""
    pairs = [
        (d.renamed_from, name) for name, d in types.items() if not isinstance(d, Alias) and d.renamed_from is not None
    ]
    for o in service.operations:
        if o.renamed_from is not None and o.grpc is not None:
            rpc = o.grpc or o.name.raw
            pairs += [(o.renamed_from + suffix, rpc + suffix) for suffix in ("Request", "Response")]
    known = lock.messages.keys() | lock.enums.keys()
    return {old: new for old, new in pairs if old in known and new not in known and old not in types}


def _imports(messages: Iterable[Message]) -> tuple[str, ...]:
    types = {f.type.removeprefix("map<string, ").removesuffix(">") for m in messages for f in m.fields}
    return tuple(sorted({IMPORTS[t] for t in types if t in IMPORTS}))


def _reserved(table: Table, live: set[str]) -> Reserved:
    removed = table.removed()
    numbers = tuple(sorted(e.number for e in removed))
    return Reserved(numbers, tuple(sorted({e.name for e in removed} - live)))


def _all_removed(table: Table) -> Table:
    return Table(table.next, tuple(replace(e, removed=True) for e in table.entries))
