"""Stage 4: from a service to files in memory. Nothing here reads or writes a project."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.emit import (
    app,
    context,
    convert,
    docs,
    errors,
    grpc,
    models,
    openapi,
    operations,
    pb,
    proto,
    rest,
    runtime,
    stubs,
    tests,
)
from mscgen.emit.file import File
from mscgen.model.service import Service

# In the order in which a person reads what they write.
EMITTERS = (
    models.emit,
    convert.emit,
    operations.emit,
    errors.emit,
    context.emit,
    rest.emit,
    grpc.emit,
    app.emit,
    runtime.emit,
    stubs.emit,
    tests.emit,
    proto.emit,
    pb.emit,
    openapi.emit,
    docs.emit,
)


def emit(service: Service) -> Iterator[File]:
    """Every file of the service."""
    for emitter in EMITTERS:
        yield from emitter(service)
