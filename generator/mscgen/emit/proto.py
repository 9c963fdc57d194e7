"""The .proto file: what callers in any language build on. Passes `buf lint` (STANDARD) and `buf format` as it is.

The wire is finished in resolve; this only writes it. Every text of the contract becomes a comment, and nothing in
a comment can end it: a proto comment ends with its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mscgen.emit.file import File
from mscgen.emit.quote import proto_comment, proto_string
from mscgen.emit.render import render
from mscgen.model.service import Service
from mscgen.model.wire import Message, Reserved, Rpc, WireEnum, WireField

FOLDER = "api/gen/proto"


@dataclass(frozen=True, slots=True)
class Block:
    """A message, enum or service: `before` is its comment, `lines` are ready, without indentation."""

    before: str
    head: str
    lines: tuple[str, ...]


def emit(service: Service) -> Iterator[File]:
    """The proto, and buf's configuration beside it; nothing for a service without gRPC."""
    if not service.wire.rpcs:
        return
    yield File("api/gen/buf.yaml", render("managed/service/api/gen/buf.yaml", keeps_wire=service.keeps_wire))
    yield File(f"{FOLDER}/{service.wire.path}", proto_text(service))


def proto_text(service: Service) -> str:
    """The text of the .proto file."""
    wire = service.wire
    # In a package such as `acme.google.v1`, `google.protobuf` would be looked for in `acme.google`.
    hidden = "google" in wire.package.split(".")[1:]
    blocks = [_service(service), *map(_enum, wire.enums), *(_message(m, hidden) for m in wire.messages)]
    return render(
        "managed/service/api/gen/proto/service.proto",
        package=wire.package,
        imports=wire.imports,
        blocks=blocks,
    )


def _service(service: Service) -> Block:
    wire = service.wire
    names = {rpc.name for rpc in wire.rpcs}
    lines: list[str] = []
    for rpc in wire.rpcs:
        lines += _comment(rpc.doc)
        lines += _rpc(rpc, names, wire.package)
    return Block(proto_comment(service.doc), f"service {wire.service}", tuple(lines))


def _rpc(rpc: Rpc, names: set[str], package: str) -> list[str]:
    # Inside a service, protoc takes the name of an rpc for the rpc, also where a message is meant.
    request, response = (f".{package}.{m}" if m in names else m for m in (rpc.request, rpc.response))
    request = ("stream " if rpc.request_stream else "") + request
    response = ("stream " if rpc.response_stream else "") + response
    options = ["option deprecated = true;"] if rpc.deprecated else []
    if rpc.idempotency_level is not None:
        options.append(f"option idempotency_level = {rpc.idempotency_level};")
    head = f"rpc {rpc.name}({request}) returns ({response})"
    return [f"{head} {{", *(f"  {o}" for o in options), "}"] if options else [f"{head};"]


def _enum(enum: WireEnum) -> Block:
    lines = ["option deprecated = true;"] if enum.deprecated else []
    lines += _reserved(enum.reserved)
    for value in enum.values:
        lines += _comment(value.doc)
        options = " [deprecated = true]" if value.deprecated else ""
        lines.append(f"{value.name} = {value.number}{options};")
    return Block(proto_comment(enum.doc), f"enum {enum.name}", tuple(lines))


def _message(message: Message, hidden: bool) -> Block:
    lines = ["option deprecated = true;"] if message.deprecated else []
    lines += _reserved(message.reserved)
    oneof: str | None = None
    for field in message.fields:
        if field.oneof != oneof:
            lines += ["}"] if oneof else []
            lines += [f"oneof {field.oneof} {{"] if field.oneof else []
            oneof = field.oneof
        pad = "  " if oneof else ""
        lines += [pad + line for line in _comment(field.doc)]
        lines += [pad + line for line in _field(field, hidden)]
    lines += ["}"] if oneof else []
    return Block(proto_comment(message.doc), f"message {message.name}", tuple(lines))


def _field(field: WireField, hidden: bool) -> list[str]:
    type = field.type.replace("google.protobuf", ".google.protobuf") if hidden else field.type
    label = "repeated " if field.repeated else "optional " if field.optional else ""
    options = ["deprecated = true"] if field.deprecated else []
    if field.sensitive:
        options.append("debug_redact = true")
    if field.json_name is not None:
        options.append(f"json_name = {proto_string(field.json_name)}")
    head = f"{label}{type} {field.name} = {field.number}"
    if not options:
        return [f"{head};"]
    if len(options) == 1:
        return [f"{head} [{options[0]}];"]
    # buf format puts several options on lines of their own.
    return [f"{head} [", *(f"  {o}," for o in options[:-1]), f"  {options[-1]}", "];"]


def _reserved(reserved: Reserved) -> list[str]:
    lines = []
    if reserved.numbers:
        lines.append(f"reserved {', '.join(_ranges(reserved.numbers))};")
    if reserved.names:
        lines.append(f"reserved {', '.join(proto_string(n) for n in reserved.names)};")
    return lines


def _ranges(numbers: tuple[int, ...]) -> list[str]:
    """`3, 7 to 9`."""
    ranges: list[list[int]] = []
    for n in numbers:
        if ranges and n == ranges[-1][-1] + 1:
            ranges[-1].append(n)
        else:
            ranges.append([n])
    return [str(r[0]) if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in ranges]


def _comment(text: str) -> list[str]:
    return proto_comment(text).splitlines()
