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
    lines = function(
        f"{module.stems[message.name]}_to_pb", [("v", [f"m.{union.name}"]), ("t", [f"pb.{message.name}"])], "None"
    )
    fields = {f.name: f for f in message.fields}
    for i, variant in enumerate(union.variants):
        place = member("t", variant.tag)
        # The last arm is what is left: then a type checker sees that none is missing.
        last = i == len(union.variants) - 1
        test = call("isinstance", "v", f"m.{arm_name(union, variant)}")
        if last and i:
            lines.append("    else:")
        elif not last:
            lines += condition(test, 4, "elif" if i else "if")
        indent = 4 if last and not i else 8
        lines += item(call(f"{place}.SetInParent"), indent)
        lines += item(call(f"{module.stems[fields[variant.tag].type]}_to_pb", "v", place), indent)
    return lines


def _dict(module: Module, message: Message, union: Union) -> list[str]:
    lines = function(f"{module.stems[message.name]}_dict", [("t", [f"pb.{message.name}"])], "Any")
    oneof = message.fields[0].oneof or union.discriminator
    lines += assignment("arm", call("t.WhichOneof", python_string(oneof)), 4)
    fields = {f.name: f for f in message.fields}
    for variant in union.variants:
        tag = python_string(variant.tag)
        source = call(f"{module.stems[fields[variant.tag].type]}_dict", member("t", variant.tag))
        lines += condition(f"arm == {tag}", 4)
        lines += [
            "        return {",
            f"            {python_string(union.discriminator)}: {tag},",
            *item(source, 12, "**", ","),
            "        }",
        ]
    return [*lines, f"    return {UNREADABLE}"]
