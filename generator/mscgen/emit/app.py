"""gen/app.py: what main.py builds and serves."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.emit.file import File
from mscgen.emit.grpc import methods_of
from mscgen.emit.layout import lines_of
from mscgen.emit.quote import python_string
from mscgen.emit.render import render
from mscgen.model.service import Service


def emit(service: Service) -> Iterator[File]:
    """One module."""
    rest, grpc = any(o.http is not None for o in service.operations), bool(methods_of(service))
    modules = ["errors", *(["grpc"] if grpc else []), "operations", *(["rest"] if rest else [])]
    text = render(
        "managed/service/src/package/gen/app.py",
        name=python_string(service.name.raw),
        version=python_string(service.version),
        handlers=lines_of([python_string(o.function) for o in service.operations], column=29),
        package=python_string(f"{service.package}.handlers"),
        modules=", ".join(modules),
        rest=rest,
        grpc=grpc,
    )
    yield File(f"src/{service.package}/gen/app.py", text)
