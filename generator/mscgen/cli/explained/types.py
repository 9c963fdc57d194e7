"""Types and errors: what they hold and who uses them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mscgen.cli.explained import Explain
from mscgen.cli.explained.layout import columns, row, title
from mscgen.cli.explained.written import written, written_field
from mscgen.lint.places import reachable, response_types
from mscgen.model.operation import Error, Operation
from mscgen.model.service import Service
from mscgen.model.types import Alias, Declared, Enum, NamedType, Record


def find(service: Service, name: str) -> list[Explain]:
    """The explanation of the type of that name, if there is one."""
    declared = service.types.get(name)
    return [partial(_type, name, declared)] if declared is not None else []


def find_error(service: Service, name: str) -> list[Explain]:
    """The explanation of the error of that name, if there is one."""
    error = service.errors.get(name)
    return [partial(_error, error)] if error is not None else []


def _type(name: str, declared: Declared, service: Service) -> Iterator[str]:
    yield from title(name, f"{_kind(declared)} of {service.name.raw}", declared.span, declared.doc)
    if isinstance(declared, Alias):
        yield from row("type", written(declared.type))
    elif isinstance(declared, Record):
        yield from row("fields", *columns((f.name.raw, written_field(f)) for f in declared.fields))
    elif isinstance(declared, Enum):
        yield from row("values", *(value.json for value in declared.values))
    else:
        yield from row("variants", *columns((v.tag, written(v.type)) for v in declared.variants))
        yield from row("told apart by", declared.discriminator)
    yield from row("sent to", *_users(name, service, lambda op: [f.type for f in op.request.fields]))
    yield from row("answered by", *_users(name, service, lambda op: list(response_types(op))))


def _kind(declared: Declared) -> str:
    return type(declared).__name__.lower()


def _users(name: str, service: Service, roots: object) -> Iterator[str]:
    assert callable(roots)
    found = [op.name.raw for op in service.operations if _mentions(name, op, service, roots(op))]
    if found:
        yield ", ".join(found)


def _mentions(name: str, op: Operation, service: Service, types: list[NamedType]) -> bool:
    return name in reachable(list(types), service)


def _error(error: Error, service: Service) -> Iterator[str]:
    yield from title(error.name.raw, f"error of {service.name.raw}", error.span, error.doc)
    yield from row("REST", f"{error.status}, application/problem+json")
    yield from row("gRPC", error.code.upper())
    yield from row("retry", "the same call may succeed later" if error.retryable else "the same call fails again")
    if error.details is not None:
        yield from row("details", *columns((f.name.raw, written_field(f)) for f in error.details.fields))
    raised = [op.name.raw for op in service.operations if any(e.name.raw == error.name.raw for e in op.errors)]
    yield from row("raised by", ", ".join(raised) or "no operation")
