"""`errors:`: names, gRPC codes, HTTP statuses and details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.model.names import Name
from mscgen.model.operation import Error
from mscgen.model.types import Record
from mscgen.read.node import MAPPING, SCALAR, Node
from mscgen.resolve.fields import bare_type, inline_record

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

# google.rpc.Code → HTTP, as in google/rpc/code.proto.
STATUS = {
    "invalid_argument": 400,
    "failed_precondition": 400,
    "out_of_range": 400,
    "unauthenticated": 401,
    "permission_denied": 403,
    "not_found": 404,
    "already_exists": 409,
    "aborted": 409,
    "resource_exhausted": 429,
    "cancelled": 499,
    "unknown": 500,
    "internal": 500,
    "data_loss": 500,
    "unimplemented": 501,
    "unavailable": 503,
    "deadline_exceeded": 504,
}
# Codes after which the same call may succeed (AIP-194); the others need a changed call or a person.
RETRYABLE = frozenset({"unavailable", "resource_exhausted"})


def resolve_errors(scope: Scope) -> dict[str, Error]:
    """The domain errors, in file order."""
    return {key.text: _error(scope, key, node) for key, node in scope.section("errors").entries}


def _error(scope: Scope, key: Node, node: Node) -> Error:
    long = node.kind == MAPPING
    code = node.text_of("code") if long else node.text
    status = node.get("status") if long else None
    retryable = node.get("retryable") if long else None
    details = node.get("details") if long else None
    return Error(
        name=Name(key.text),
        code=code,
        status=int(status.text) if status is not None else STATUS[code],
        span=key.span,
        doc=node.text_of("doc") if long else "",
        details=_details(scope, key, details) if details is not None else None,
        retryable=node.flag_of("retryable") if retryable is not None else code in RETRYABLE,
    )


def _details(scope: Scope, key: Node, node: Node) -> Record | None:
    """A named record, or the inline one as `<Error>Details`."""
    if node.kind == SCALAR:
        return named_record(scope, node)
    record = inline_record(scope, f"{key.text}Details", node, key, key.text)
    return scope.synthesize(record, key)


def named_record(scope: Scope, node: Node) -> Record | None:
    """The record that a type string names; None after reporting that it does not."""
    bound = bare_type(scope, node)
    if bound is None:
        return None
    record = scope.record(bound[0])
    if record is None:
        help = "name a record, or write its fields inline"
        scope.report("wrong-type", f"`{node.text}` is not a record", node.span, help)
    return record


def references(scope: Scope, node: Node | None, known: dict[str, Error]) -> tuple[Error, ...]:
    """The errors that an operation lists."""
    found: dict[str, Error] = {}
    for item in node.items if node is not None else ():
        if item.text not in known:
            scope.unknown("error", item.text, scope.keys("errors"), item.span, "errors")
        elif item.text in found:
            scope.report("duplicate-value", f"`{item.text}` is listed twice", item.span, "remove one of the two")
        else:
            found[item.text] = known[item.text]
    return tuple(found.values())
