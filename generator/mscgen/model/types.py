"""Types of a contract: what a value may be. Shapes only; wire numbers are in `wire.py`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mscgen.diagnostics import Span
from mscgen.model.names import Name, python_attribute


class Scalar(StrEnum):
    """The scalar types of the language; the values are how they are written."""

    BOOL = "bool"
    INT32 = "int32"
    INT64 = "int64"
    UINT32 = "uint32"
    UINT64 = "uint64"
    FLOAT = "float"
    DOUBLE = "double"
    DECIMAL = "decimal"
    STRING = "string"
    BYTES = "bytes"
    UUID = "uuid"
    TIMESTAMP = "timestamp"
    DATE = "date"
    DURATION = "duration"
    JSON = "json"


INTEGERS = frozenset({Scalar.INT32, Scalar.INT64, Scalar.UINT32, Scalar.UINT64})
NUMBERS = INTEGERS | {Scalar.FLOAT, Scalar.DOUBLE, Scalar.DECIMAL}
SIZED = frozenset({Scalar.STRING, Scalar.BYTES})


@dataclass(frozen=True, slots=True)
class Range:
    """Inclusive bounds: values for numbers, lengths for string, bytes, list and map."""

    min: Decimal | None = None
    max: Decimal | None = None


NO_RANGE = Range()


@dataclass(frozen=True, slots=True)
class ScalarType:
    """A scalar with its constraints. `pattern` is a regular expression in RE2/Rust syntax; strings only."""

    scalar: Scalar
    range: Range = NO_RANGE
    pattern: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class NamedType:
    """A declared type of this contract, or of a dependency's contract when `origin` is its alias."""

    name: str
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class ListType:
    """list<item>; the range bounds the number of items."""

    item: TypeRef
    range: Range = NO_RANGE


@dataclass(frozen=True, slots=True)
class MapType:
    """map<value> with string keys; the range bounds the number of entries."""

    value: TypeRef
    range: Range = NO_RANGE


@dataclass(frozen=True, slots=True)
class PartialType:
    """partial<Record>: any subset of the record's writable fields (RFC 7396 on REST, AIP-134 on gRPC)."""

    record: str


TypeRef = ScalarType | NamedType | ListType | MapType | PartialType

# A literal of the contract: a default or an example. Decimal for fractions, never float.
Literal = None | bool | int | Decimal | str | list["Literal"] | dict[str, "Literal"]


class Sensitivity(StrEnum):
    """How a field's value must be kept out of logs, traces, error details and dead letters."""

    PII = "pii"
    SECRET = "secret"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record.

    optional: the key may be absent. nullable: the value may be null. has_default tells a null default from none.
    wire: the JSON name (the contract name unless `wire:` says otherwise). pinned: `number:` of the contract.
    """

    name: Name
    type: TypeRef
    span: Span
    optional: bool = False
    nullable: bool = False
    has_default: bool = False
    default: Literal = None
    doc: str = ""
    wire: str = ""
    pinned: int | None = None
    sensitive: Sensitivity | None = None
    deprecated: bool = False
    renamed_from: str | None = None
    read_only: bool = False
    write_only: bool = False
    example: Literal = None

    @property
    def python(self) -> str:
        """The attribute in Python."""
        return python_attribute(self.name.raw)

    @property
    def json(self) -> str:
        """The key in JSON."""
        return self.wire or self.name.raw

    @property
    def required(self) -> bool:
        """Whether a sender must give the key."""
        return not self.optional and not self.has_default


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping of fields. `inline` names the operation (or event) whose request, response or payload it is."""

    name: str
    fields: tuple[Field, ...]
    span: Span
    doc: str = ""
    deprecated: bool = False
    renamed_from: str | None = None
    etag: str | None = None
    inline: str | None = None

    def field(self, name: str) -> Field | None:
        """The field of that contract name."""
        return next((f for f in self.fields if f.name.raw == name), None)


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One value; `wire` is its JSON string when it differs from the name."""

    name: str
    span: Span
    wire: str = ""
    pinned: int | None = None
    doc: str = ""
    deprecated: bool = False
    renamed_from: str | None = None

    @property
    def json(self) -> str:
        """The string in JSON."""
        return self.wire or self.name


@dataclass(frozen=True, slots=True)
class Enum:
    """A closed set on REST input; readers of events and gRPC accept unknown values."""

    name: str
    values: tuple[EnumValue, ...]
    span: Span
    doc: str = ""
    deprecated: bool = False
    renamed_from: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One arm of a union: the discriminator's value and the record it stands for."""

    tag: str
    type: NamedType
    span: Span
    pinned: int | None = None
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Union:
    """A tagged union of records; `discriminator` is the JSON key that tells the arms apart."""

    name: str
    variants: tuple[Variant, ...]
    span: Span
    discriminator: str = "kind"
    doc: str = ""
    deprecated: bool = False
    renamed_from: str | None = None


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a constrained type: `Sku: string(1..32)`."""

    name: str
    type: TypeRef
    span: Span
    doc: str = ""


Declared = Record | Enum | Union | Alias
