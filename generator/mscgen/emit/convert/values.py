"""One value: the expression that reads it from a message, and the statements that put it into one.

Readers give what pydantic validates: text that pydantic parses stays text, and what cannot be read is
`wire.UNREADABLE`, which no type accepts, so that the error has the place of the value. Whatever travels in a message of
its own has a function `fill(value, message)`.
"""

from __future__ import annotations

import keyword

from mscgen.emit.convert.module import Module
from mscgen.emit.convert.text import Call, Comprehension, Expression, assignment, call, function, item, subscript
from mscgen.emit.quote import python_string
from mscgen.model.derived import local_name
from mscgen.model.names import snake
from mscgen.model.types import Enum, ListType, MapType, NamedType, Scalar, ScalarType, TypeRef
from mscgen.model.wire import WireField

UNREADABLE = "wire.UNREADABLE"
_READERS = {
    Scalar.UUID: "wire.uuid_text",
    Scalar.DATE: "wire.read_date",
    Scalar.TIMESTAMP: "wire.read_timestamp",
    Scalar.DURATION: "wire.read_duration",
    Scalar.JSON: "wire.read_json",
}
_WRITERS = {Scalar.UUID: "str", Scalar.DECIMAL: "wire.decimal_text", Scalar.DATE: "wire.date_text"}
# These always set a field of the message that they fill, so it is there; others may leave it empty.
_FILLERS = {
    Scalar.TIMESTAMP: "wire.fill_timestamp",
    Scalar.DURATION: "wire.fill_duration",
    Scalar.JSON: "wire.fill_json",
}
# Names of the variables of comprehensions, from the outside in; deeper ones are numbered.
_VALUES, _KEYS = "xyz", "kji"


def member(message: str, name: str) -> str:
    """The field of a message: `t.order`; a name that is a Python keyword is out of reach of the dot."""
    return f"getattr({message}, {python_string(name)})" if keyword.iskeyword(name) else f"{message}.{name}"


def enum_table(name: str, direction: str) -> str:
    """The module-level dict of an enum; direction: `TO_PB` or `FROM_PB`."""
    return f"_{snake(name).upper()}_{direction}"


def read(module: Module, ref: TypeRef, source: str, depth: int = 0) -> Expression:
    """The value that `source`, one message or scalar, stands for."""
    target = module.target(ref)
    if isinstance(target, ScalarType):
        reader = _READERS.get(target.scalar)
        return source if reader is None else call(reader, source)
    if isinstance(target, ListType | MapType):
        return read_collection(module, target, f"{source}.values", depth)
    assert isinstance(target, NamedType)
    name = local_name(target)
    if isinstance(module.types[name], Enum):
        return call(f"{enum_table(name, 'FROM_PB')}.get", source, UNREADABLE)
    return call(f"{module.stems[name]}_dict", source)


def read_collection(module: Module, target: ListType | MapType, source: str, depth: int = 0) -> Expression:
    """The list or dict of a repeated or map field."""
    x, k = _variables(depth)
    if isinstance(target, ListType):
        element = read(module, target.item, x, depth + 1)
        return call("list", source) if element == x else Comprehension(element, (f"for {x} in {source}",))
    value = read(module, target.value, x, depth + 1)
    return call("dict", source) if value == x else Comprehension(value, (f"for {k}, {x} in {source}.items()",), k)


def _variables(depth: int) -> tuple[str, str]:
    return (_VALUES[depth], _KEYS[depth]) if depth < len(_VALUES) else (f"x{depth}", f"k{depth}")


def filler(module: Module, ref: TypeRef, message: str) -> str | None:
    """The function that fills the message of this type; None for what travels as a scalar."""
    target = module.target(ref)
    if isinstance(target, ScalarType):
        return _FILLERS.get(target.scalar)
    if isinstance(target, ListType | MapType):
        return module.wrapper(target, message)
    assert isinstance(target, NamedType)
    name = local_name(target)
    return None if isinstance(module.types[name], Enum) else f"{module.stems[name]}_to_pb"


def scalar(module: Module, ref: TypeRef, value: str) -> Expression:
    """What protobuf takes for a value that travels as a scalar."""
    target = module.target(ref)
    if isinstance(target, NamedType):
        return subscript(enum_table(local_name(target), "TO_PB"), value)
    assert isinstance(target, ScalarType)
    writer = _WRITERS.get(target.scalar)
    return value if writer is None else call(writer, value)


def is_collection(field: WireField) -> bool:
    """Whether the field is a repeated or map field itself, not a message around one."""
    return field.repeated or field.type.startswith("map<")


def has_presence(module: Module, field: WireField) -> bool:
    """Whether the message tells an absent value from one that is there."""
    message = field.type in module.messages or field.type.startswith("google.")
    return not is_collection(field) and (field.optional or field.oneof is not None or message)


def store(module: Module, field: WireField, ref: TypeRef, value: Expression, message: str, indent: int) -> list[str]:
    """The statements that put a value, which is not None, into a field."""
    target = module.target(ref)
    place = member(message, field.name)
    if is_collection(field):
        assert isinstance(target, ListType | MapType)
        return item(_store_collection(module, target, field, value, place), indent)
    fill = filler(module, ref, field.type)
    if fill is None:
        return _assign(field.name, place, scalar(module, ref, str(value)), message, indent)
    mark = [] if fill in _FILLERS.values() else item(call(f"{place}.SetInParent"), indent)
    return [*mark, *item(call(fill, value, place), indent)]


def _assign(name: str, place: str, value: Expression, message: str, indent: int) -> list[str]:
    if keyword.iskeyword(name):
        return item(call("setattr", message, python_string(name), value), indent)
    return assignment(place, value, indent)


def _store_collection(
    module: Module, target: ListType | MapType, field: WireField, value: Expression, place: str
) -> Expression:
    inner = target.item if isinstance(target, ListType) else target.value
    fill = filler(module, inner, field.type.removeprefix("map<string, ").removesuffix(">"))
    if fill is not None:
        return call("wire.add_each" if isinstance(target, ListType) else "wire.put_each", value, place, fill)
    element = scalar(module, inner, "x")
    if isinstance(element, Call):
        clause = f"for x in {value}" if isinstance(target, ListType) else f"for k, x in {value}.items()"
        clauses = value.clauses if isinstance(value, Comprehension) else (clause,)
        value = Comprehension(element, clauses, "" if isinstance(target, ListType) else "k")
    return call(f"{place}.extend" if isinstance(target, ListType) else f"{place}.update", value)


def given_entries(value: str) -> Expression:
    """The entries of a map in a patch that are not None."""
    return Comprehension("x", (f"for k, x in {value}.items()", "if x is not None"), "k")


def wrapper_functions(module: Module) -> list[list[str]]:
    """The functions that fill wrapper messages; each may ask for others, of inner types."""
    written: dict[str, list[str]] = {}
    while missing := sorted(module.wrappers.keys() - written.keys()):
        for stem in missing:
            message, kind, ref = module.wrappers[stem]
            field = module.messages[message].fields[0]
            head = function(f"{stem}_to_pb", [("v", [kind]), ("t", [f"pb.{message}"])], ["None"])
            written[stem] = [*head, *store(module, field, ref, "v", "t", 4)]
    return [written[stem] for stem in sorted(written)]
