"""The response of an operation in its message: as the message itself, in one field, or in one of several."""

from __future__ import annotations

from mscgen.emit.convert.module import Module
from mscgen.emit.convert.text import Expression, assignment, call, condition, item, returned
from mscgen.emit.convert.values import UNREADABLE, has_presence, is_collection, member, read, read_collection, store
from mscgen.emit.quote import python_string
from mscgen.model.derived import arm_name
from mscgen.model.operation import Operation
from mscgen.model.types import ListType, MapType, TypeRef, Union
from mscgen.model.wire import Rpc, WireField

_SERIALIZE = "    return t.SerializeToString()"


def results(operation: Operation) -> list[TypeRef | None]:
    """The types that the operation may answer with; None is no body."""
    if operation.http is not None and len(operation.http.responses) > 1:
        return list(dict.fromkeys(ref for _, ref in operation.http.responses))
    return [operation.response]


def store_result(module: Module, rpc: Rpc, response: list[TypeRef | None]) -> list[str]:
    """The body of the function from `value` to bytes."""
    if rpc.response_form == "empty":
        return ['    return b""']
    lines = assignment("t", call(f"pb.{rpc.response}"), 4)
    if rpc.response_form == "oneof":
        return [*lines, *_store_oneof(module, rpc, None in response), _SERIALIZE]
    indent = 4
    if None in response:
        lines.append("    if value is not None:")
        indent = 8
    if rpc.response_form == "inline":
        lines += item(call(f"{module.stems[rpc.response]}_to_pb", "value", "t"), indent)
    else:
        field = _field(module, rpc)
        assert field.source is not None
        lines += store(module, field, field.source, "value", "t", indent)
    return [*lines, _SERIALIZE]


def read_result(module: Module, rpc: Rpc, response: list[TypeRef | None]) -> list[str]:
    """The body of the function from `data` to the response."""
    if rpc.response_form == "empty":
        return item(call(f"pb.{rpc.response}.FromString", "data"), 4)
    lines = assignment("t", call(f"pb.{rpc.response}.FromString", "data"), 4)
    if rpc.response_form == "oneof":
        return [*lines, *_read_oneof(module, rpc, None in response)]
    ref = next(ref for ref in response if ref is not None)
    if rpc.response_form == "inline":
        if None in response:
            lines += ["    if not t.ByteSize():", "        return None"]
        return [*lines, *returned(module.validated(ref, call(f"{module.stems[rpc.response]}_dict", "t")), 4)]
    field = _field(module, rpc)
    value = module.validated(ref, _read(module, field))
    if not has_presence(module, field):
        return [*lines, *returned(value, 4)]
    absent = "None" if None in response else module.validated(ref, UNREADABLE)
    test = condition(call("t.HasField", python_string(field.name)), 4)
    return [*lines, *test, *returned(value, 8), *returned(absent, 4)]


def _field(module: Module, rpc: Rpc) -> WireField:
    return next(f for f in module.messages[rpc.response].fields if f.name == rpc.response_field)


def _read(module: Module, field: WireField) -> Expression:
    assert field.source is not None
    target, source = module.target(field.source), member("t", field.name)
    if is_collection(field) and isinstance(target, ListType | MapType):
        return read_collection(module, target, source)
    return read(module, field.source, source)


def _store_oneof(module: Module, rpc: Rpc, nothing: bool) -> list[str]:
    """By the class of the value; resolve refuses answers whose classes do not tell them apart."""
    fields = module.messages[rpc.response].fields
    lines: list[str] = []
    for i, field in enumerate(fields):
        assert field.source is not None
        if i == len(fields) - 1 and not nothing:
            lines.append("    else:")
        else:
            lines += condition(_is_instance(module, field.source), 4, "elif" if i else "if")
        lines += store(module, field, field.source, "value", "t", 8)
    return lines


def _is_instance(module: Module, ref: TypeRef) -> Expression:
    target = module.target(ref)
    if isinstance(target, ListType):
        return call("isinstance", "value", "list")
    if isinstance(target, MapType):
        return call("isinstance", "value", "dict")
    declared = module.declared(target)
    if isinstance(declared, Union):
        arms = [f"m.{arm_name(declared, variant)}" for variant in declared.variants]
        return call("isinstance", "value", " | ".join(arms))
    return call("isinstance", "value", module.annotation(target))


def _read_oneof(module: Module, rpc: Rpc, nothing: bool) -> list[str]:
    lines: list[str] = []
    for field in module.messages[rpc.response].fields:
        assert field.source is not None
        value = module.validated(field.source, _read(module, field))
        lines += condition(call("t.HasField", python_string(field.name)), 4)
        lines += returned(value, 8)
    if nothing:
        return [*lines, "    return None"]
    error = module.imports.name("google.protobuf.message", "DecodeError")
    return [*lines, f'    raise {error}("the reply holds no result")']
