"""gen/runtime/: the runtime, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.emit.file import File
from mscgen.emit.render import runtime_files
from mscgen.model.service import Service


def emit(service: Service) -> Iterator[File]:
    """Every file of templates/runtime."""
    for path, text in runtime_files():
        yield File(f"src/{service.package}/gen/runtime/{path}", text)
