"""Messages that carry a record: `<stem>_to_pb` fills one, `<stem>_dict` reads one."""

from __future__ import annotations

from mscgen.emit.convert.module import Module
from mscgen.emit.convert.patches import read_partial, store_partial
from mscgen.emit.convert.slots import Slot, slots
from mscgen.emit.convert.text import assignment, condition, function, item
from mscgen.model.wire import Message


def record_functions(module: Module, message: Message) -> list[list[str]]:
    """Both functions of a message."""
    return [_to_pb(module, message), _dict(module, message)]


def _to_pb(module: Module, message: Message) -> list[str]:
    parameters = [("v", module.classes(message.record or message.name)), ("t", [f"pb.{message.name}"])]
    body = [line for slot in slots(module, message) for line in _store(slot)]
    return [*function(f"{module.stems[message.name]}_to_pb", parameters, ["None"]), *(body or ["    pass"])]


def _store(slot: Slot) -> list[str]:
    if slot.partial:
        return store_partial(slot)
    if slot.three_states:
        return [*condition(slot.given, 4), *slot.store_nullable(8)]
    if slot.wrapped_null:
        return slot.store_nullable(4)
    if slot.may_be_none:
        return [*condition(f"{slot.value} is not None", 4), *slot.store(8)]
    return slot.store(4)


def _dict(module: Module, message: Message) -> list[str]:
    """First what is always there, in one literal; then what may be absent."""
    entries: list[str] = []
    rest: list[str] = []
    for slot in slots(module, message):
        if slot.partial:
            entries += item(read_partial(slot), 8, f"{slot.key}: ", ",")
        elif slot.presence:
            rest += _read_present(slot)
        elif slot.empty_is_absent:
            rest += [*condition(slot.source, 4), *assignment(f"d[{slot.key}]", slot.read(), 8)]
        else:
            entries += item(slot.read(), 8, f"{slot.key}: ", ",")
    head = function(f"{module.stems[message.name]}_dict", [("t", [f"pb.{message.name}"])], ["dict[str, Any]"])
    literal = ["    d: dict[str, Any] = {", *entries, "    }"] if entries else ["    d: dict[str, Any] = {}"]
    return [*head, *literal, *rest, "    return d"]


def _read_present(slot: Slot) -> list[str]:
    """An absent field is left out, so that its default counts or pydantic says that it is required."""
    absent = assignment(f"d[{slot.key}]", "None", 4) if slot.field.nullable and slot.field.required else []
    return [*absent, *condition(slot.is_set, 4), *slot.read_set(8)]
