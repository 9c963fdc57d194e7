"""Messages that carry a tagged union: one oneof, whose arms are the records."""

from __future__ import annotations

from mscgen.emit.convert.module import Module
from mscgen.emit.convert.text import assignment, call, condition, function, item
from mscgen.emit.convert.values import UNREADABLE, member
from mscgen.emit.quote import python_string
from mscgen.model.derived import arm_name
from mscgen.model.types import Union
from mscgen.model.wire import Message


def union_functions(module: Module, message: Message) -> list[list[str]]:
    """Both functions of a message."""
    union = module.types[message.name]
    assert isinstance(union, Union)
    return [_to_pb(module, message, union), _dict(module, message, union)]


def _to_pb(module: Module, message: Message, union: Union) -> list[str]:
    parameters = [("v", [f"m.{union.name}"]), ("t", [f"pb.{message.name}"])]
    lines = function(f"{module.stems[message.name]}_to_pb", parameters, ["None"])
    arms = {variant.tag: arm_name(union, variant) for variant in union.variants}
    last = len(message.fields) - 1
    for i, field in enumerate(message.fields):
        # The last arm is what is left: then a type checker sees that none is missing.
        if i < last:
            lines += condition(call("isinstance", "v", f"m.{arms[field.name]}"), 4, "elif" if i else "if")
        elif last:
            lines.append("    else:")
        place, indent = member("t", field.name), 8 if last else 4
        lines += item(call(f"{place}.SetInParent"), indent)
        lines += item(call(f"{module.stems[field.type]}_to_pb", "v", place), indent)
    return lines


def _dict(module: Module, message: Message, union: Union) -> list[str]:
    lines = function(f"{module.stems[message.name]}_dict", [("t", [f"pb.{message.name}"])], ["Any"])
    oneof = message.fields[0].oneof or union.discriminator
    lines += assignment("arm", call("t.WhichOneof", python_string(oneof)), 4)
    for field in message.fields:
        tag = python_string(field.name)
        lines += condition(f"arm == {tag}", 4)
        lines += [
            "        return {",
            f"            {python_string(union.discriminator)}: {tag},",
            *item(call(f"{module.stems[field.type]}_dict", member("t", field.name)), 12, "**", ","),
            "        }",
        ]
    return [*lines, f"    return {UNREADABLE}"]
