"""gen/context.py: the type of `ctx`, bound to the service's own Deps."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.emit.file import File
from mscgen.emit.render import render
from mscgen.model.service import Service


def emit(service: Service) -> Iterator[File]:
    """One module, and the package's own."""
    folder = f"src/{service.package}/gen"
    template = "managed/service/src/package/gen"
    yield File(f"{folder}/__init__.py", render(f"{template}/__init__.py", name=service.name.raw))
    yield File(f"{folder}/context.py", render(f"{template}/context.py"))
