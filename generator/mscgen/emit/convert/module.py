"""What the parts of the module share: the types, the messages, and the names of classes and functions."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, dataclass, field

from mscgen.emit.annotations import Annotations
from mscgen.emit.convert.text import Call, Expression, call
from mscgen.emit.imports import Imports
from mscgen.model.derived import all_types, arm_name, local_name, patched_records, record_of, resolve_alias
from mscgen.model.names import snake
from mscgen.model.service import Service
from mscgen.model.types import Declared, ListType, MapType, NamedType, Scalar, ScalarType, TypeRef, Union
from mscgen.model.wire import Message

MODELS, SCALARS = ".models", ".runtime.scalars"


class _Imports(Imports):
    """Models are not imported one by one: a new type would then change two places of the file."""

    def name(self, module: str, name: str, suffix: str = "_") -> str:
        """The local name; of a model `m.<name>`."""
        return f"m.{name}" if module == MODELS else super().name(module, name, suffix)


@dataclass(frozen=True, slots=True)
class Module:
    """One gen/convert.py while it is written.

    stems: message name → what its functions start with. arms: record name → classes of the union arms that carry it.
    """

    service: Service
    types: dict[str, Declared]
    messages: dict[str, Message]
    stems: dict[str, str]
    arms: dict[str, list[str]]
    patched: frozenset[str]
    imports: Imports = field(default_factory=_Imports)
    wrappers: dict[str, tuple[str, str, ListType | MapType]] = field(default_factory=dict)
    validators: dict[str, str] = field(default_factory=dict)

    def target(self, ref: TypeRef) -> TypeRef:
        """The type behind aliases."""
        return resolve_alias(ref, self.types)

    def declared(self, ref: TypeRef) -> Declared | None:
        """The declaration of a named type, aliases resolved."""
        target = self.target(ref)
        return self.types[local_name(target)] if isinstance(target, NamedType) else None

    def annotation(self, ref: TypeRef | None) -> str:
        """The Python annotation of a value of that type."""
        return Annotations(self.types, self.imports, MODELS).of(ref)

    def classes(self, record: str) -> list[str]:
        """The classes whose instances carry this record's fields: its own, and those of union arms."""
        return [f"m.{name}" for name in (record, *self.arms.get(record, ()))]

    def wrapper(self, ref: ListType | MapType, message: str) -> str:
        """The function that fills a wrapper message from a list or map of that type.

        `list<list<uuid>>` → `_uuid_list_list_to_pb`: one for each Python type, of which many share a message.
        """
        stem = f"_{self._form(ref)}"
        kind = (message, self.annotation(ref))
        while self.wrappers.setdefault(stem, (*kind, ref))[:2] != kind:
            stem += "_"
        return f"{stem}_to_pb"

    def validated(self, ref: TypeRef, value: Expression) -> Call:
        """The call that makes a value of that type from plain data; its function is written once for each type."""
        name, kind = f"_validate_{self._form(ref)}", self.annotation(ref)
        source = Annotations(self.types, self.imports, MODELS, SCALARS).of(ref)
        while self.validators.setdefault(name, source) != source:
            name += "_"
        made = call(name, value)
        # To a type checker a union is no class, so what its validator makes is unknown.
        declared, target = self.declared(ref), self.target(ref)
        union = isinstance(declared, Union) and len(declared.variants) > 1
        if union or (isinstance(target, ScalarType) and target.scalar is Scalar.JSON):
            return call(self.imports.name("typing", "cast"), kind, made)
        return made

    def _form(self, ref: TypeRef) -> str:
        target = self.target(ref)
        if isinstance(target, ScalarType):
            return target.scalar.value
        if isinstance(target, ListType):
            return self._form(target.item) + "_list"
        if isinstance(target, MapType):
            return self._form(target.value) + "_map"
        assert isinstance(target, NamedType)
        return snake(local_name(target))


def open_module(service: Service) -> Module:
    """The module of a service, still empty."""
    types = all_types(service)
    arms: dict[str, list[str]] = {}
    for declared in types.values():
        if isinstance(declared, Union):
            for variant in declared.variants:
                record = record_of(variant.type, types)
                if record is not None:
                    arms.setdefault(record.name, []).append(arm_name(declared, variant))
    return Module(
        service=service,
        types=types,
        messages={message.name: message for message in service.wire.messages},
        stems=_stems(service),
        arms=arms,
        patched=frozenset(patched_records(types)),
    )


@dataclass(frozen=True, slots=True)
class Codec:
    """The functions of one operation: the server's by the operation's function name, and the client's."""

    decode: str
    encode: str
    encode_request: str
    decode_reply: str


def codecs(service: Service) -> dict[str, Codec]:
    """The functions by operation. `CreateRequest` may be an operation beside `Create`: the client's give way."""
    on_grpc = {rpc.operation for rpc in service.wire.rpcs}
    operations = [o for o in service.operations if o.name.raw in on_grpc]
    taken = {f"{verb}_{o.function}" for o in operations for verb in ("decode", "encode")}
    found = {}
    for o in operations:
        client = [f"encode_{o.name.snake}_request", f"decode_{o.name.snake}_reply"]
        free = [_free(name, taken) for name in client]
        taken.update(free)
        found[o.name.raw] = Codec(f"decode_{o.function}", f"encode_{o.function}", *free)
    return found


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _stems(service: Service) -> dict[str, str]:
    """What the functions of each message start with: its name in snake_case, or as it is where that is taken."""
    names = [message.name for message in service.wire.messages]
    count = Counter(snake(name) for name in names)
    taken = {name for codec in codecs(service).values() for name in astuple(codec)}
    return {name: snake(name) if count[snake(name)] == 1 and not _uses(snake(name), taken) else name for name in names}


def _uses(stem: str, taken: set[str]) -> bool:
    return any(f"{stem}{suffix}" in taken for suffix in ("_to_pb", "_dict", "_patch_to_pb", "_patch_dict"))
