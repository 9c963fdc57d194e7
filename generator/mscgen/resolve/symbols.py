"""Names that fall together in what is generated: proto symbols of one scope, and classes of the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mscgen.diagnostics import Diagnostic, Note, Span, error
from mscgen.model.derived import arm_name, patch_name, patched_records
from mscgen.model.names import json_camel
from mscgen.model.service import Service
from mscgen.model.types import Declared, Union
from mscgen.model.wire import Message, Wire, WireEnum

RULE = "name-collision"


def collisions(
    service: Service,
    types: dict[str, Declared],
    wire: Wire,
    wrappers: Mapping[str, Message],
    spans: Mapping[str, Span],
) -> Iterator[Diagnostic]:
    """Every pair of names that protoc or Python would refuse; nothing for a contract that compiles."""
    yield from _classes(types)
    yield from _package(service, wire, wrappers, spans)
    for message in wire.messages:
        yield from _fields(message, spans)
    for enum in wire.enums:
        yield from _values(enum, spans)


def twice(name: str, span: Span, first: Span) -> Diagnostic:
    """A message that is needed with two different shapes."""
    notes = (Note(first, "the other one"),)
    return error(
        RULE, f"two messages are called `{name}`", span, f"rename the type or operation behind `{name}`", notes=notes
    )


def _classes(types: dict[str, Declared]) -> Iterator[Diagnostic]:
    """Classes that the models need beside the declared types: union arms and patches."""
    made: dict[str, Span] = {}
    wanted = [(arm_name(d, v), v.span) for d in types.values() if isinstance(d, Union) for v in d.variants]
    wanted += [(patch_name(name), types[name].span) for name in patched_records(types)]
    for name, span in wanted:
        clash = types[name].span if name in types else made.get(name)
        if clash is not None:
            notes = (Note(clash, "this one"),)
            help = f"rename the type, so that `{name}` is free for the generated class"
            yield error(RULE, f"the generated class `{name}` has the name of another type", span, help, notes=notes)
        made[name] = span


def _package(
    service: Service, wire: Wire, wrappers: Mapping[str, Message], spans: Mapping[str, Span]
) -> Iterator[Diagnostic]:
    """Messages, enums, the service, and enum values (which protobuf puts beside their enum) share one scope."""
    if not wire.rpcs:
        return
    symbols: dict[str, Span] = {wire.service: service.span}
    for name in [*(m.name for m in wire.messages), *(e.name for e in wire.enums)]:
        span = spans.get(name, service.span)
        if name in symbols or (name in wrappers and name in spans):
            what = "a wrapper message that lists or nulls need" if name in wrappers else "another proto symbol"
            yield error(RULE, f"`{name}` is also the name of {what}", span, "rename the type")
        symbols[name] = span
    for enum in wire.enums:
        for value in enum.values:
            span = spans[enum.name]
            if value.name in symbols:
                notes = (Note(symbols[value.name], "this one"),)
                message = f"the proto name `{value.name}` of a value of `{enum.name}` is taken"
                yield error(RULE, message, span, "rename the value or the enum", notes=notes)
            symbols[value.name] = span


def _fields(message: Message, spans: Mapping[str, Span]) -> Iterator[Diagnostic]:
    """protoc refuses two fields whose JSON names agree, and a oneof with the name of a field."""
    seen: dict[str, str] = {}
    for f in message.fields:
        name = f.json_name or json_camel(f.name)
        if name in seen and message.name in spans:
            text = f"`{seen[name]}` and `{f.name}` of `{message.name}` have the same JSON name `{name}` in protobuf"
            yield error(RULE, text, spans[message.name], "rename one of the two")
        seen[name] = f.name


def _values(enum: WireEnum, spans: Mapping[str, Span]) -> Iterator[Diagnostic]:
    """protoc refuses values that agree without underscores and case, since languages drop the prefix."""
    seen: dict[str, str] = {}
    for value in enum.values:
        key = value.name.replace("_", "").lower()
        if key in seen:
            text = f"values `{seen[key]}` and `{value.name}` of `{enum.name}` differ only in underscores or case"
            yield error(RULE, text, spans[enum.name], "rename one of the two")
        seen[key] = value.name
