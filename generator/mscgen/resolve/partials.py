"""`partial<T>`: of a record, once in a request, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mscgen.diagnostics import Note, Span
from mscgen.model.derived import local_name, references
from mscgen.model.operation import Operation
from mscgen.model.types import Field, NamedType, PartialType, Record, TypeRef

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope


def partial_fields(record: Record) -> list[Field]:
    """The fields of a record that are partial updates."""
    return [f for f in record.fields if isinstance(f.type, PartialType)]


def check_partials(scope: Scope, operations: Iterable[Operation], payloads: Iterable[Record]) -> None:
    """Reports partial updates of something else than a record, and those outside of a request."""
    operations = list(operations)
    for operation in operations:
        _check_answers(scope, operation)
    records = [d for d in scope.types.values() if isinstance(d, Record)]
    holders = {r.name: r for r in (*records, *payloads) if partial_fields(r)}
    if not holders:
        return
    requests = {o.request.name: o.request for o in operations}
    for record in requests.values():
        _one_partial(scope, record)
    for record in holders.values():
        _check_targets(scope, record)
        if record.inline and record.name not in requests:
            _report(scope, record, record.span, f"`{record.name}`")
    for declared in scope.types.values():
        _check_references(scope, references(declared), holders, declared.span, declared.name)
    for operation in operations:
        answers = [type for _, type in operation.http.responses] if operation.http is not None else []
        for type in {*answers, operation.response} - {None}:
            answer = scope.record(type)
            if answer is not None and answer.name in holders and not (answer.inline and answer.name not in requests):
                _report(scope, answer, operation.span, f"the response of {operation.name}")


def _check_answers(scope: Scope, operation: Operation) -> None:
    """A bare `partial<T>` as an answer."""
    answers = [type for _, type in operation.http.responses] if operation.http is not None else []
    if any(isinstance(type, PartialType) for type in (*answers, operation.response)):
        at = operation.declared.get("response", operation.declared.get("http", operation.span))
        scope.report("bad-type", "`partial` is for requests", at, "answer with the whole record")


def _check_targets(scope: Scope, record: Record) -> None:
    for field in partial_fields(record):
        assert isinstance(field.type, PartialType)
        if not isinstance(scope.types.get(field.type.record), Record):
            message = f"`partial` takes a record; `{field.type.record}` is none"
            scope.report("wrong-type", message, field.span, "name a record under `types`")


def _one_partial(scope: Scope, record: Record) -> None:
    """One partial update per request: there is one body, and one `update_mask`."""
    partials = partial_fields(record)
    for extra in partials[1:]:
        scope.report("bad-type", "a request holds one `partial`", extra.span, "split the operation in two")
    for field in partials:
        if field.optional or field.nullable:
            help = "remove it: a partial update without any key says the same"
            scope.report("bad-type", "a `partial` is neither optional nor nullable", field.span, help)
    mask = record.field("update_mask")
    if partials and mask is not None:
        help = "rename it; gRPC carries the mask of the partial update under this name"
        scope.report("name-collision", "`update_mask` is taken", mask.span, help)


def _check_references(
    scope: Scope, found: Iterable[TypeRef], holders: dict[str, Record], span: Span, name: str
) -> None:
    for ref in found:
        if isinstance(ref, NamedType) and local_name(ref) in holders:
            _report(scope, holders[local_name(ref)], span, f"`{name}`")


def _report(scope: Scope, record: Record, user: Span, what: str) -> None:
    field = partial_fields(record)[0]
    notes = (Note(user, "used here"),) if user != record.span else ()
    help = "keep the partial update in the request itself, and answer with the whole record"
    scope.report("bad-type", f"`partial` is for requests, and this one is in {what}", field.span, help, notes=notes)
