"""gen/operations.py: one typed object per operation, which is also the decorator of its handler."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.emit.annotations import Annotations
from mscgen.emit.file import File
from mscgen.emit.imports import Imports
from mscgen.emit.layout import WIDTH, bracket, lines_of, tuple_of
from mscgen.emit.quote import docstring, python_string
from mscgen.emit.render import render
from mscgen.model.operation import Auth, Idempotency, IdempotencyMode, Kind, Operation, RateLimit
from mscgen.model.service import Service
from mscgen.model.types import TypeRef

_CLASSES = {
    Kind.UNARY: "Unary",
    Kind.SERVER_STREAM: "ServerStream",
    Kind.CLIENT_STREAM: "ClientStream",
    Kind.BIDI_STREAM: "BidiStream",
}
_RUNTIME = ".runtime.operation"


def emit(service: Service) -> Iterator[File]:
    """The module, also for a service without operations."""
    imports = Imports(taken=frozenset(o.function for o in service.operations) | {"ALL"})
    imports.name(_RUNTIME, "Operation")
    several = imports.builtin("tuple")
    entries = [_entry(service, operation, imports) for operation in service.operations]
    text = render(
        "managed/service/src/package/gen/operations.py",
        imports=imports.text(),
        entries=entries,
        tuple=several,
        all=lines_of([o.function for o in service.operations], column=24 + len(several)),
    )
    yield File(f"src/{service.package}/gen/operations.py", text)


def responses(operation: Operation) -> list[TypeRef | None]:
    """The types that the handler may answer with; more than one when statuses are mapped to types."""
    if operation.http is not None and len(operation.http.responses) > 1:
        return [ref for _, ref in operation.http.responses]
    return [operation.response]


def _entry(service: Service, operation: Operation, imports: Imports) -> str:
    kind = imports.name(_RUNTIME, _CLASSES[operation.kind])
    context = imports.name(".context", "Context")
    types = Annotations(service.types, imports, ".models", ".runtime.scalars")
    request = types.model(operation.request.name)
    response = types.any_of(responses(operation))
    head = _subscript(f"{operation.function} = {kind}", [request, response, context])
    arguments = [python_string(operation.name.raw), f"request={request}", f"response={response}"]
    arguments += _facts(operation, imports)
    text = head + "(" + "".join(f"\n    {a}," for a in arguments) + "\n)\n"
    return text + docstring(operation.doc) + "\n" if operation.doc else text


def _subscript(head: str, items: list[str]) -> str:
    """`head[items]` as ruff lays it out in front of an opened bracket."""
    flat = f"{head}[{', '.join(items)}]"
    if len(flat) + 1 <= WIDTH:
        return flat
    middle = ", ".join(items)
    if len(middle) + 4 <= WIDTH:
        return f"{head}[\n    {middle}\n]"
    return f"{head}[" + "".join(f"\n    {item}," for item in items) + "\n]"


def _facts(operation: Operation, imports: Imports) -> list[str]:
    found = []
    if operation.deadline is not None:
        found.append(f"deadline={operation.deadline!r}")
    found.append(_idempotency(operation.idempotency, imports))
    if not operation.auth.public and operation.auth.schemes:
        found.append(_access(operation.auth, imports))
    if operation.rate_limit is not None:
        found.append(f"rate_limit={_rate_limit(operation.rate_limit, imports)}")
    if operation.errors:
        names = [imports.name(".errors", e.name.raw, "Error") for e in operation.errors]
        found.append(tuple_of("errors=", names, 4))
    if operation.deprecated:
        found.append("deprecated=True")
    return found


def _idempotency(value: Idempotency, imports: Imports) -> str:
    if value.mode is not IdempotencyMode.KEYED:
        return f"idempotency={python_string(value.mode.value)}"
    arguments = [f"ttl={float(value.ttl)!r}"]
    if value.fingerprint:
        arguments.append(tuple_of("fingerprint=", [python_string(name) for name in value.fingerprint], 8))
    return bracket(f"idempotency={imports.name(_RUNTIME, 'Keyed')}(", arguments, ")", 4)


def _access(auth: Auth, imports: Imports) -> str:
    arguments = [tuple_of("", [python_string(scheme.kind) for scheme in auth.schemes], 8)]
    if auth.scopes:
        arguments.append(tuple_of("scopes=", [python_string(scope) for scope in auth.scopes], 8))
    return bracket(f"access={imports.name(_RUNTIME, 'Access')}(", arguments, ")", 4)


def _rate_limit(limit: RateLimit, imports: Imports) -> str:
    per_caller = ", per_caller=True" if limit.per_caller else ""
    return f"{imports.name(_RUNTIME, 'RateLimit')}({limit.count}, {limit.seconds!r}{per_caller})"
