"""gen/convert.py: models to protobuf messages and back, one plain function per message and direction.

Reading builds one plain dict for a whole request and validates it once; writing fills the message in place. Both forms
are the fastest of those measured, and nothing is looked up by name at run time.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator

from mscgen.emit.convert.module import Module, codecs, open_module
from mscgen.emit.convert.patches import patch_functions
from mscgen.emit.convert.records import record_functions
from mscgen.emit.convert.rpcs import rpc_functions
from mscgen.emit.convert.text import Comprehension, assignment, call
from mscgen.emit.convert.unions import union_functions
from mscgen.emit.convert.values import enum_table, wrapper_functions
from mscgen.emit.file import File
from mscgen.emit.header import lines as header
from mscgen.emit.pb import module_path
from mscgen.emit.quote import python_string
from mscgen.model.names import enum_member
from mscgen.model.service import Service
from mscgen.model.wire import WireEnum

_DOC = '''"""The messages of the proto as models, and back.

`decode_<operation>` and `encode_<operation>` are for a server, `encode_<operation>_request` and
`decode_<operation>_reply` for a client. Decoding raises DecodeError for bytes that are no message,
and ValidationError for values that the contract does not allow; encoding raises ValueError for what
protobuf cannot carry. Timestamps and durations are cut to microseconds.
"""
'''


def emit(service: Service) -> Iterator[File]:
    """The module; nothing for a service without gRPC."""
    if service.wire.rpcs:
        yield File(f"src/{service.package}/gen/convert.py", convert_text(service))


def convert_text(service: Service) -> str:
    """The text of the module."""
    module = open_module(service)
    functions = [function for name in sorted(module.messages) for function in _message(module, name)]
    operations = {o.name.raw: o for o in service.operations}
    names = codecs(service)
    rpcs = [
        function
        for rpc in service.wire.rpcs
        for function in rpc_functions(module, rpc, operations[rpc.operation], names[rpc.operation])
    ]
    functions += wrapper_functions(module)
    enums = [line for enum in service.wire.enums for line in _enum(enum)]
    validators = [
        line
        for name, source in sorted(module.validators.items())
        for line in assignment(f"{name}: Final", call("wire.validator", source), 0)
    ]
    parts = [[*enums], *functions, validators, *rpcs]
    body = "\n\n\n".join("\n".join(part) for part in parts if part)
    return f"{header('#')}{_DOC}\n{_imports(service, module)}\n{_gap(enums)}{body}\n"


def _gap(enums: list[str]) -> str:
    """isort wants two lines before a function, one before an assignment."""
    return "" if enums else "\n"


def _message(module: Module, name: str) -> list[list[str]]:
    message = module.messages[name]
    if message.kind == "record":
        return [*record_functions(module, message), *patch_functions(module, message)]
    return union_functions(module, message) if message.kind == "union" else []


def _enum(enum: WireEnum) -> list[str]:
    to_pb, from_pb = enum_table(enum.enum, "TO_PB"), enum_table(enum.enum, "FROM_PB")
    lines = [f"{to_pb}: Final = {{"]
    for value in enum.values:
        if value.value is not None:
            lines.append(f"    m.{enum.enum}.{enum_member(value.value)}: {_number(enum, value.name)},")
    return [
        *lines,
        "}",
        *assignment(f"{from_pb}: Final", Comprehension("k", (f"for k, v in {to_pb}.items()",), "v"), 0),
    ]


def _number(enum: WireEnum, name: str) -> str:
    """The constant of a value; one whose name is a Python keyword has none."""
    return f"pb.{enum.name}.Value({python_string(name)})" if keyword.iskeyword(name) else f"pb.{name}"


def _imports(service: Service, module: Module) -> str:
    """The import block. What is imported from models does not change with the contract's types."""
    imports = module.imports
    imports.name("typing", "Any")
    imports.name("typing", "Final")
    imports.name(".runtime", "wire")
    imports.alias(".", "models", "m")
    *package, stub = module_path(service)
    imports.alias("." + ".".join(package), stub, "pb")
    return imports.text()
