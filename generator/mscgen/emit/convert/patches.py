"""Partial updates: the record's message with a field mask (AIP-134), a model that knows what was given in Python.

A mask may name fields of nested records (`address.city`) and entries of maps (`labels.colour`), since a patch in Python
has both. A named field without a value is removed. Without a mask every populated field counts; `*` is all of them.
"""

from __future__ import annotations

from dataclasses import replace

from mscgen.emit.convert.module import Module
from mscgen.emit.convert.slots import Slot, slots
from mscgen.emit.convert.text import Expression, assignment, call, case, condition, function, item
from mscgen.emit.convert.values import UNREADABLE, given_entries
from mscgen.emit.quote import python_string
from mscgen.model.derived import local_name, patch_name, record_of
from mscgen.model.types import MapType, NamedType, PartialType
from mscgen.model.wire import Message


def patch_functions(module: Module, message: Message) -> list[list[str]]:
    """Both functions of a record's patch; none for a record that is never patched."""
    if message.record != message.name or message.name not in module.patched:
        return []
    return [_to_pb(module, message), _dict(module, message)]


def read_partial(slot: Slot) -> Expression:
    """The patch in a request."""
    mask = call("wire.read_mask", "t.update_mask", slot.source)
    return call(f"{_stem(slot)}_dict", slot.source, mask)


def store_partial(slot: Slot) -> list[str]:
    """Puts a patch and its mask into a request."""
    fill = call(f"{_stem(slot)}_to_pb", slot.value, slot.source, "t.update_mask.paths")
    return [*item(call(f"{slot.source}.SetInParent"), 4), *item(fill, 4)]


def _stem(slot: Slot) -> str:
    """What the functions of the patched record start with: the field is `partial<Record>` or, inside one, a record."""
    target = slot.module.target(slot.field.type)
    assert isinstance(target, PartialType | NamedType)
    name = target.record if isinstance(target, PartialType) else local_name(target)
    return f"{slot.module.stems[name]}_patch"


def _to_pb(module: Module, message: Message) -> list[str]:
    parameters = [
        ("v", [f"m.{patch_name(message.name)}"]),
        ("t", [f"pb.{message.name}"]),
        ("paths", ["wire.Paths"]),
        ("prefix", ['str = ""']),
    ]
    body = [line for slot in slots(module, message) if not slot.field.read_only for line in _store(slot)]
    return [*function(f"{module.stems[message.name]}_patch_to_pb", parameters, ["None"]), *(body or ["    pass"])]


def _store(slot: Slot) -> list[str]:
    path = f"prefix + {python_string(slot.wire.name)}"
    name = item(call("paths.append", path), 8)
    lines = [*condition(f"{slot.value} is not None", 4), *_store_value(slot, path, name)]
    if slot.is_json and not (slot.field.optional or slot.field.nullable):
        # None is a value of `json` like any other.
        return [*condition(slot.given, 4), *name, *slot.store(8)]
    if not (slot.field.optional or slot.field.nullable or slot.field.has_default):
        return lines
    null = item(call(f"{slot.source}.SetInParent"), 8) if slot.wrapped_null else []
    return [*lines, *condition(slot.given, 4, "elif"), *name, *null]


def _store_value(slot: Slot, path: str, name: list[str]) -> list[str]:
    """What names a value in the mask and puts it into the message; records and maps name what they hold."""
    if _is_record(slot):
        inner = f"prefix + {python_string(slot.wire.name + '.')}"
        return item(call(f"{_stem(slot)}_to_pb", slot.value, _inside(slot), "paths", inner), 8)
    if isinstance(slot.module.target(slot.field.type), MapType):
        named = item(call("wire.name_entries", slot.value, "paths", path), 8)
        return [*named, *slot.store_present(8, given_entries(slot.value))]
    return [*name, *slot.store_present(8)]


def _is_record(slot: Slot) -> bool:
    return record_of(slot.field.type, slot.module.types) is not None


def _inside(slot: Slot) -> str:
    """The record's message, inside the one that tells null from absent."""
    return f"{slot.source}.value" if slot.wrapped_null else slot.source


def _dict(module: Module, message: Message) -> list[str]:
    parameters = [("t", [f"pb.{message.name}"]), ("mask", ["wire.Mask | None"])]
    lines = [
        *function(f"{module.stems[message.name]}_patch_dict", parameters, ["dict[str, Any]"]),
        "    d: dict[str, Any] = {}",
        "    for path in wire.named_fields(mask, t):",
        "        match path:",
    ]
    for slot in slots(module, message):
        lines += _read(slot)
    return [
        *lines,
        "            case _:",
        "                d[wire.unknown_path(path)] = None",
        "    return d",
    ]


def _read(slot: Slot) -> list[str]:
    name = python_string(slot.wire.name)
    if slot.field.read_only:
        # AIP-203: a client may send back what it was given.
        return [*case([name, "_"], 12), "                pass"]
    is_map = isinstance(slot.module.target(slot.field.type), MapType)
    inner = "inner" if is_map or _is_record(slot) else "None"
    return [*case([name, inner], 12), *_read_value(slot, is_map)]


def _read_value(slot: Slot, is_map: bool) -> list[str]:
    """A field that is named and has no value is removed, if it may be."""
    removable = slot.field.optional or slot.field.nullable or slot.field.has_default
    key = f"d[{slot.key}]"
    if _is_record(slot):
        value: Expression = call(f"{_stem(slot)}_dict", _inside(slot), "inner")
    elif is_map:
        value = call("wire.read_entries", slot.read_present(), "inner")
    else:
        value = slot.read_present()
    if not slot.presence:
        return assignment(key, value, 16)
    has_inner = is_map or _is_record(slot)
    test = call(f"{slot.source}.HasField", '"value"') if slot.wrapped_null else slot.is_set
    return [
        *assignment(key, "None" if removable else UNREADABLE, 16),
        *condition(replace(test, head=f"inner is not None or {test.head}") if has_inner else test, 16),
        *assignment(key, value, 20),
    ]
