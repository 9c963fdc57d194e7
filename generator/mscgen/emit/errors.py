"""gen/errors.py: the errors of the contract as exceptions, beside those of the runtime that a handler may raise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mscgen.emit import layout
from mscgen.emit.file import File
from mscgen.emit.imports import Imports, member_key
from mscgen.emit.quote import docstring, python_string
from mscgen.emit.render import render
from mscgen.model.operation import Error
from mscgen.model.service import Service

# Of the runtime's errors, those that are a handler's to raise.
_FOR_HANDLERS = (
    "InvalidRequest",
    "Overloaded",
    "PermissionDenied",
    "PreconditionFailed",
    "RateLimited",
    "ServiceError",
    "Unauthenticated",
    "Violation",
)
_RUNTIME = ".runtime.errors"


@dataclass(frozen=True, slots=True)
class View:
    """One exception class, every attribute ready to be written."""

    name: str
    doc: str
    code: str
    status: int
    reason: str
    retryable: bool
    details: str
    init: str


def emit(service: Service) -> Iterator[File]:
    """The module, also for a contract without errors."""
    declared = [e.name.raw for e in service.errors.values()]
    imports = Imports(taken=frozenset([*declared, "DECLARED"]))
    code = imports.name(_RUNTIME, "Code") if declared else ""
    parent = imports.name(_RUNTIME, "ServiceError")
    exported = [imports.name(_RUNTIME, name) for name in _FOR_HANDLERS if name not in declared]
    errors = [_view(error, imports) for error in service.errors.values()]
    text = render(
        "managed/service/src/package/gen/errors.py",
        names=sorted({*exported, *declared, "DECLARED"}, key=member_key),
        errors=errors,
        code=code,
        parent=parent,
        declared=layout.lines_of(declared, column=len(f"DECLARED: tuple[type[{parent}], ...] = ")),
        imports=imports.text(),
    )
    yield File(f"src/{service.package}/gen/errors.py", text)


def _view(error: Error, imports: Imports) -> View:
    details = imports.name(".models", error.details.name, "Model") if error.details is not None else ""
    parameters = ["self", 'detail: str = ""', "*", f"details: {details}", "retry_after: float | None = None"]
    return View(
        name=error.name.raw,
        doc=docstring(error.doc or f"{error.name.raw}.", indent=4),
        code=error.code.upper(),
        status=error.status,
        reason=python_string(error.name.const),
        retryable=error.retryable,
        details=details,
        init="    " + layout.signature("def __init__(", parameters, ") -> None:", indent=4),
    )
