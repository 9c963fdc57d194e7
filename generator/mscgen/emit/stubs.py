"""The handler of each operation and its test: written once, then the user's."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.emit.annotations import Annotations
from mscgen.emit.file import File, Owner
from mscgen.emit.imports import Imports
from mscgen.emit.layout import signature
from mscgen.emit.operations import responses
from mscgen.emit.quote import docstring
from mscgen.emit.render import render
from mscgen.model.names import python_function
from mscgen.model.operation import Kind, Operation
from mscgen.model.service import Service


def emit(service: Service) -> Iterator[File]:
    """Two files for each operation."""
    for operation in service.operations:
        path = f"src/{service.package}/handlers/{{}}.py"
        yield _file(path, operation, handler(service, operation))


def _file(path: str, operation: Operation, text: str) -> File:
    before = operation.renamed_from
    moved_from = path.format(python_function(before)) if before else None
    return File(path.format(operation.function), text, Owner.STUB, moved_from)


def handler(service: Service, operation: Operation) -> str:
    """The handler that is still to be written."""
    gen = f"{service.package}.gen"
    imports = Imports(service.package, frozenset({operation.function, "request", "requests", "ctx"}))
    imports.name(gen, "operations")
    context = imports.name(f"{gen}.context", "Context")
    types = Annotations(service.types, imports, f"{gen}.models")
    request = types.model(operation.request.name)
    returns, argument = types.any_of(responses(operation)), f"request: {request}"
    yields = operation.kind in (Kind.SERVER_STREAM, Kind.BIDI_STREAM)
    if yields:
        returns = f"{imports.name('collections.abc', 'AsyncIterator')}[{returns}]"
    if operation.kind in (Kind.CLIENT_STREAM, Kind.BIDI_STREAM):
        argument = f"requests: {imports.name('collections.abc', 'AsyncIterator')}[{request}]"
    head = f"async def {operation.function}("
    return render(
        "stubs/service/handler.py",
        imports=imports.text(),
        function=operation.function,
        signature=signature(head, [argument, f"ctx: {context}"], f") -> {returns}:"),
        doc=docstring(operation.doc or f"{operation.name.raw}.", indent=4),
        yields=yields,
    )
