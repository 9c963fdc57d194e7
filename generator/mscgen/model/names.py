"""Names in every form that an output needs, derived from the one form in the contract."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|[0-9]+")

# Attributes of pydantic's BaseModel that a field would shadow, plus names a generated module needs itself.
# Frozen here, not read from pydantic: lint must not import it, and a contract must mean the same everywhere.
MODEL_ATTRIBUTES = frozenset(
    {
        "construct",
        "copy",
        "dict",
        "from_orm",
        "json",
        "model_computed_fields",
        "model_config",
        "model_construct",
        "model_copy",
        "model_dump",
        "model_dump_json",
        "model_extra",
        "model_fields",
        "model_fields_set",
        "model_json_schema",
        "model_parametrized_name",
        "model_post_init",
        "model_rebuild",
        "model_validate",
        "model_validate_json",
        "model_validate_strings",
        "parse_file",
        "parse_obj",
        "parse_raw",
        "register",
        "schema",
        "schema_json",
        "update_forward_refs",
        "validate",
    }
)
# Built-in types that annotations of a generated model use: a field of that name would hide the type from its class.
_BUILTIN_TYPES = frozenset({"bool", "bytes", "date", "dict", "float", "int", "list", "str"})
_ENUM_ATTRIBUTES = frozenset({"mro", "name", "value", "NONE", "TRUE", "FALSE"})


def split_words(text: str) -> list[str]:
    """`HTTPStatus_codes-v2` → `["HTTP", "Status", "codes", "v2"]`."""
    return _WORD.findall(text)


def snake(text: str) -> str:
    """`OrderPlaced` → `order_placed`."""
    return "_".join(w.lower() for w in split_words(text))


def pascal(text: str) -> str:
    """`order_placed` → `OrderPlaced`; a word that is all capitals stays so."""
    return "".join(w[:1].upper() + w[1:] for w in split_words(text))


def kebab(text: str) -> str:
    """`OrderPlaced` → `order-placed`."""
    return snake(text).replace("_", "-")


def proto_upper(text: str) -> str:
    """buf's own UPPER_SNAKE of a Pascal name, which decides the prefix of enum values.

    An underscore goes before a capital when the letter before is small, or the letter after is:
    `OAuth2Kind` → `O_AUTH2_KIND`, `IPv4Addr` → `I_PV4_ADDR` (checked against buf lint 1.75).
    """
    out: list[str] = []
    for i, c in enumerate(text):
        before, after = text[i - 1 : i], text[i + 1 : i + 2]
        if i and c.isupper() and (before.islower() or after.islower()) and out[-1] != "_":
            out.append("_")
        out.append(c.upper())
    return "".join(out)


def json_camel(text: str) -> str:
    """protoc's default JSON name of a field: `customer_id` → `customerId`."""
    return re.sub(r"_+([a-zA-Z0-9]?)", lambda m: m[1].upper(), text)


def python_attribute(text: str) -> str:
    """The Python attribute of a field: its name, with a trailing `_` when Python or BaseModel needs the name."""
    taken = keyword.iskeyword(text) or text in MODEL_ATTRIBUTES or text in _BUILTIN_TYPES
    return text + "_" if taken else text


def python_function(text: str) -> str:
    """The Python function and module of an operation: snake, with a trailing `_` for a keyword."""
    name = snake(text)
    return name + "_" if keyword.iskeyword(name) else name


def enum_member(text: str) -> str:
    """The Python member of an enum value: UPPER_SNAKE, with a trailing `_` where Enum forbids the name."""
    name = re.sub(r"\W", "_", text).upper()
    return name + "_" if name in _ENUM_ATTRIBUTES or name.lower() in _ENUM_ATTRIBUTES else name


@dataclass(frozen=True)
class Name:
    """A contract name and its forms. `str(name)` is the form in the contract."""

    raw: str

    def __str__(self) -> str:
        return self.raw

    @cached_property
    def snake(self) -> str:
        """`CreateOrder` → `create_order`."""
        return snake(self.raw)

    @cached_property
    def pascal(self) -> str:
        """`create_order` → `CreateOrder`."""
        return pascal(self.raw)

    @cached_property
    def kebab(self) -> str:
        """`CreateOrder` → `create-order`."""
        return kebab(self.raw)

    @cached_property
    def const(self) -> str:
        """`CreateOrder` → `CREATE_ORDER`."""
        return self.snake.upper()
