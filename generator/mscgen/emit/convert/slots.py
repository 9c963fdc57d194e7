"""A field of a record beside the field of the message that carries it, and what each side can say about absence."""

from __future__ import annotations

from dataclasses import dataclass

from mscgen.emit.convert.module import Module
from mscgen.emit.convert.text import Call, Expression, assignment, call, condition, item
from mscgen.emit.convert.values import has_presence, is_collection, member, read, read_collection, store
from mscgen.emit.quote import python_string
from mscgen.model.types import Field, ListType, MapType, PartialType, Record, Scalar, ScalarType
from mscgen.model.wire import Message, WireField


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a record in one message."""

    module: Module
    field: Field
    wire: WireField

    @property
    def key(self) -> str:
        """What pydantic validates by and says in errors: the contract name, where it is the alias or the attribute."""
        field = self.field
        return python_string(field.json if field.json == field.name.raw else field.python)

    @property
    def given(self) -> str:
        """Whether the model was given the field."""
        return f"{python_string(self.field.python)} in v.model_fields_set"

    @property
    def value(self) -> str:
        """The attribute of the model."""
        return f"v.{self.field.python}"

    @property
    def source(self) -> str:
        """The field of the message."""
        return member("t", self.wire.name)

    @property
    def is_set(self) -> Call:
        """Whether the message has the field."""
        return call("t.HasField", python_string(self.wire.name))

    @property
    def partial(self) -> bool:
        """Whether it is a partial update, which comes with a mask."""
        return isinstance(self.module.target(self.field.type), PartialType)

    @property
    def presence(self) -> bool:
        """Whether the message tells an absent value from one that is there."""
        return has_presence(self.module, self.wire)

    @property
    def wrapped_null(self) -> bool:
        """Whether a message tells absent, null and a value apart."""
        message = self.module.messages.get(self.wire.type)
        return message is not None and message.kind == "nullable"

    @property
    def three_states(self) -> bool:
        """Whether absent, null and a value are three things on both sides."""
        return self.field.optional and self.field.nullable and (self.wrapped_null or self.is_json)

    @property
    def is_json(self) -> bool:
        """Whether null is a value like any other, and travels as one."""
        target = self.module.target(self.field.type)
        return isinstance(target, ScalarType) and target.scalar is Scalar.JSON

    @property
    def may_be_none(self) -> bool:
        """Whether the attribute may be None."""
        return self.field.nullable or (self.field.optional and not self.field.has_default)

    @property
    def empty_is_absent(self) -> bool:
        """Whether an empty list or map says that nothing was sent: in a proto of others nothing else can."""
        return is_collection(self.wire) and self.field.optional

    def read(self) -> Expression:
        """The value of a field that is set."""
        target = self.module.target(self.field.type)
        if is_collection(self.wire) and isinstance(target, ListType | MapType):
            return read_collection(self.module, target, self.source)
        return read(self.module, self.field.type, self.source)

    def read_present(self) -> Expression:
        """The value, inside the message that tells null from absent."""
        return read(self.module, self.field.type, f"{self.source}.value") if self.wrapped_null else self.read()

    def read_set(self, indent: int) -> list[str]:
        """`d[key] = …` for a field that is set; an empty nullable wrapper is None."""
        key = f"d[{self.key}]"
        if not self.wrapped_null:
            return assignment(key, self.read(), indent)
        return [
            *assignment(key, "None", indent),
            *condition(call(f"{self.source}.HasField", '"value"'), indent),
            *assignment(key, self.read_present(), indent + 4),
        ]

    def store(self, indent: int) -> list[str]:
        """Puts a value, which is not None, into the field."""
        return store(self.module, self.wire, self.field.type, self.value, "t", indent)

    def store_present(self, indent: int, value: Expression | None = None) -> list[str]:
        """Puts a value, which is not None, into the field, or into the wrapper that the field is."""
        value = self.value if value is None else value
        if not self.wrapped_null:
            return store(self.module, self.wire, self.field.type, value, "t", indent)
        inner = self.module.messages[self.wire.type].fields[0]
        return store(self.module, inner, self.field.type, value, self.source, indent)

    def store_nullable(self, indent: int) -> list[str]:
        """Puts a value, which may be None, into a field that can hold null."""
        if not self.wrapped_null:
            return self.store(indent)
        return [
            *item(call(f"{self.source}.SetInParent"), indent),
            *condition(f"{self.value} is not None", indent),
            *self.store_present(indent + 4),
        ]


def slots(module: Module, message: Message) -> list[Slot]:
    """The fields of a record's message in the order of their numbers."""
    record = module.types[message.record or message.name]
    assert isinstance(record, Record)
    fields = {f.name.raw: f for f in record.fields}
    return [Slot(module, fields[w.name], w) for w in message.fields if w.source is not None]
