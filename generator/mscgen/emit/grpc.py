"""gen/grpc.py: the path and the converters of every operation on gRPC."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.emit.file import File
from mscgen.emit.layout import lines_of
from mscgen.emit.quote import python_string
from mscgen.emit.render import render
from mscgen.model.operation import Operation
from mscgen.model.service import Service


def emit(service: Service) -> Iterator[File]:
    """The module; nothing for a service without gRPC operations."""
    methods = [_method(operation, path) for operation, path in methods_of(service)]
    if methods:
        text = render("managed/service/src/package/gen/grpc.py", methods=lines_of(methods, column=30))
        yield File(f"src/{service.package}/gen/grpc.py", text)


def methods_of(service: Service) -> list[tuple[Operation, str]]:
    """The operations on gRPC with their paths: `package.Service/Method`."""
    full_name = ".".join(part for part in (service.wire.package, service.wire.service) if part)
    names = {rpc.operation: rpc.name for rpc in service.wire.rpcs}
    return [(o, f"{full_name}/{names[o.name.raw]}") for o in service.operations if o.name.raw in names]


def _method(operation: Operation, path: str) -> str:
    arguments = [
        f"operations.{operation.function}",
        python_string(path),
        f"decode=convert.decode_{operation.function}",
        f"encode=convert.encode_{operation.function}",
    ]
    return "Method(" + "".join(f"\n        {a}," for a in arguments) + "\n    )"
