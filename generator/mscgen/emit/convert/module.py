"""What the parts of the module share: the types, the messages, and the names of classes and functions."""

from __future__ import annotations

from dataclasses import dataclass, field

from mscgen.emit.annotations import Annotations
from mscgen.emit.convert.text import Expression, call
from mscgen.emit.imports import Imports
from mscgen.model.derived import all_types, arm_name, local_name, patched_records, record_of, resolve_alias
from mscgen.model.names import snake
from mscgen.model.service import Service
from mscgen.model.types import Declared, ListType, MapType, NamedType, ScalarType, TypeRef, Union
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
    wrappers: dict[str, tuple[str, ListType | MapType]] = field(default_factory=dict)
    validators: dict[str, tuple[str, Expression]] = field(default_factory=dict)

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
        """The function that fills a wrapper message from a list or map of that type."""
        stem = self.wrapper_stem(ref)
        self.wrappers.setdefault(stem, (message, ref))
        return f"{stem}_to_pb"

    def wrapper_stem(self, ref: ListType | MapType) -> str:
        """`list<list<uuid>>` → `_uuid_list_list`: one function for each Python type, many share a message."""
        return "_" + self._form(ref)

    def validator(self, ref: TypeRef) -> str:
        """The function that makes a value of that type from plain data; written once for each type."""
        name = f"_validate_{self._form(ref)}"
        record = record_of(ref, self.types)
        kind = self.annotation(ref)
        source: Expression = f"{kind}.__pydantic_validator__.validate_python"
        if record is None:
            source = call("wire.validator", Annotations(self.types, self.imports, MODELS, SCALARS).of(ref))
        self.validators[name] = (kind, source)
        return name

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


def _stems(service: Service) -> dict[str, str]:
    """snake_case names; two messages that differ in upper and lower case only keep their own spelling."""
    snakes = [snake(message.name) for message in service.wire.messages]
    return {
        message.name: name if snakes.count(name) == 1 else message.name
        for message, name in zip(service.wire.messages, snakes, strict=True)
    }
