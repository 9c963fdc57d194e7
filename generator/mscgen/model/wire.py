"""The protobuf shape of a contract: messages, enums and their numbers, as the lock remembers them."""

from __future__ import annotations

from dataclasses import dataclass

from mscgen.model.types import TypeRef


@dataclass(frozen=True, slots=True)
class WireField:
    """One field of a message.

    type: the proto type as written (`string`, `Order`, `google.protobuf.Timestamp`, `map<string, Order>`).
    source: the contract type behind it; None for what only the wire has (an `update_mask`).
    json_name: set when it differs from protoc's default.
    """

    name: str
    number: int
    type: str
    source: TypeRef | None = None
    repeated: bool = False
    optional: bool = False
    oneof: str | None = None
    doc: str = ""
    deprecated: bool = False
    sensitive: bool = False
    json_name: str | None = None


@dataclass(frozen=True, slots=True)
class Reserved:
    """Numbers and names of removed fields or values, never used again."""

    numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A proto message. `record` is the contract record whose fields it carries; None where `kind` is another.

    kind: `record`, `union` (one oneof), `response` (carries an rpc's response, see Rpc), and the wrappers `list` and
    `map` (one field `values`) and `nullable` (one field `value`), which give a value what proto3 lacks there.
    """

    name: str
    fields: tuple[WireField, ...]
    reserved: Reserved = Reserved()
    doc: str = ""
    deprecated: bool = False
    record: str | None = None
    kind: str = "record"


@dataclass(frozen=True, slots=True)
class WireValue:
    """One value of a proto enum: its proto name, its number, and the contract value (None: unspecified)."""

    name: str
    number: int
    value: str | None
    doc: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class WireEnum:
    """A proto enum; `enum` is the contract's name for it."""

    name: str
    values: tuple[WireValue, ...]
    reserved: Reserved = Reserved()
    doc: str = ""
    deprecated: bool = False
    enum: str = ""


@dataclass(frozen=True, slots=True)
class Rpc:
    """One method of the proto service. request and response are message names."""

    operation: str
    name: str
    request: str
    response: str
    request_stream: bool = False
    response_stream: bool = False
    doc: str = ""
    deprecated: bool = False
    idempotency_level: str | None = None
    # How the response message carries the operation's response: `empty` (no field), `inline` (the record's own
    # fields), `field` (one field, named in `response_field`), `oneof` (one field per success type).
    response_form: str = "inline"
    response_field: str | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """Everything the .proto file says. `imports` are sorted google/… paths."""

    package: str
    service: str
    path: str
    messages: tuple[Message, ...] = ()
    enums: tuple[WireEnum, ...] = ()
    rpcs: tuple[Rpc, ...] = ()
    imports: tuple[str, ...] = ()
    doc: str = ""

    def message(self, name: str) -> Message:
        """The message of that name. Raises KeyError."""
        for m in self.messages:
            if m.name == name:
                return m
        raise KeyError(name)
