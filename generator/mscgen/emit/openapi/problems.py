"""What may go wrong, as RFC 9457 problems: the contract's errors and those of the request path.

Several errors share one status, so a problem is told by its `reason`, never by its status. Names of these
components have a dot and so never meet a type of the contract. The statuses are those of
`templates/runtime/errors.py`; tests/live proves that the server answers no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from mscgen.emit.jsonschema import Lowering, Schema
from mscgen.model.operation import Error, IdempotencyMode, Operation
from mscgen.model.service import Service
from mscgen.model.types import NamedType

MEDIA_TYPE = "application/problem+json"
_BASE = "problem.Problem"


@dataclass(frozen=True, slots=True)
class Standard:
    """A problem of the request path: its component, its status, the reasons it comes with."""

    name: str
    status: int
    reasons: tuple[str, ...]
    doc: str
    headers: tuple[str, ...] = ()

    @property
    def schema(self) -> str:
        """The name of its schema."""
        return f"problem.{self.name}"


STANDARD = (
    Standard(
        "InvalidRequest",
        400,
        ("INVALID_REQUEST", "IDEMPOTENCY_KEY_MISSING", "IDEMPOTENCY_KEY_MALFORMED"),
        "The request does not match the contract.",
    ),
    Standard("Unauthenticated", 401, ("UNAUTHENTICATED",), "The caller is unknown.", ("WWW-Authenticate",)),
    Standard("PermissionDenied", 403, ("PERMISSION_DENIED",), "The caller may not do this."),
    Standard("NotAcceptable", 406, ("NOT_ACCEPTABLE",), "No representation that the caller accepts can be produced."),
    Standard(
        "KeyInUse",
        409,
        ("IDEMPOTENCY_KEY_IN_USE", "IDEMPOTENCY_LEASE_LOST"),
        "A request with the same idempotency key is still running; retry later.",
        ("Retry-After",),
    ),
    Standard(
        "PreconditionFailed", 412, ("PRECONDITION_FAILED",), "What was to be changed has changed since it was read."
    ),
    Standard("TooLarge", 413, ("TOO_LARGE",), "The body is over the limit."),
    Standard("UnsupportedMediaType", 415, ("UNSUPPORTED_MEDIA_TYPE",), "The body is not of the documented type."),
    Standard("KeyReused", 422, ("IDEMPOTENCY_KEY_REUSED",), "The idempotency key was used with another request."),
    Standard("RateLimited", 429, ("QUOTA_EXCEEDED",), "The caller is over its quota.", ("Retry-After",)),
    Standard("Internal", 500, ("INTERNAL", "UNKNOWN"), "A fault of the service."),
    Standard("Unimplemented", 501, ("UNIMPLEMENTED",), "The operation has no handler yet."),
    Standard(
        "Unavailable",
        503,
        ("TEMPORARY_REDUCED_CAPACITY", "STORE_UNAVAILABLE"),
        "The service takes no more calls now; nothing was done.",
        ("Retry-After",),
    ),
    Standard("DeadlineExceeded", 504, ("DEADLINE_EXCEEDED",), "The time for the call is over."),
)
_BY_STATUS = {s.status: s for s in STANDARD}

_HEADERS: dict[str, Schema] = {
    "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer", "minimum": 0}},
    "WWW-Authenticate": {"description": "The scheme that is expected.", "schema": {"type": "string"}},
}

_PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457. `reason` within `domain` tells which problem it is.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "The gRPC status code, in lower snake case."},
        "reason": {"type": "string"},
        "domain": {"type": "string"},
        "retryable": {"type": "boolean"},
        "retry_after": {"type": "number", "minimum": 0},
        "details": {"type": "object"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["pointer", "code", "detail"],
            },
        },
        "trace_id": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail", "code", "reason", "domain", "retryable"],
}


def schema_name(error: Error) -> str:
    """The schema of a contract error."""
    return f"error.{error.name.raw}"


def reason(error: Error) -> str:
    """The reason that identifies the error on the wire."""
    return error.name.const


def schemas(service: Service, lowering: Lowering) -> dict[str, Schema]:
    """The base problem, one schema for each contract error, one for each problem of the request path."""
    found: dict[str, Schema] = {schema_name(e): _error_schema(e, lowering) for e in service.errors.values()}
    found[_BASE] = _PROBLEM
    for standard in STANDARD:
        reasons: Schema = (
            {"const": standard.reasons[0]} if len(standard.reasons) == 1 else {"enum": [*standard.reasons]}
        )
        facts: Schema = {"status": {"const": standard.status}, "reason": reasons}
        found[standard.schema] = _narrowed({"description": standard.doc}, facts, ["status", "reason"], lowering)
    return found


def responses() -> dict[str, Any]:
    """The answers that consist of one problem of the request path."""
    return {s.name: _response(s.doc, {"$ref": f"#/components/schemas/{s.schema}"}, s.headers) for s in STANDARD}


def of(op: Operation, conditional: bool = False) -> dict[str, Any]:
    """Every answer of an operation that is a problem, by status in ascending order. conditional: it takes If-Match."""
    standard = {status: _BY_STATUS[status] for status in [*_statuses(op), *([412] if conditional else [])]}
    declared: dict[int, list[Error]] = {}
    for error in op.errors:
        declared.setdefault(error.status, []).append(error)
    found: dict[str, Any] = {}
    for status in sorted({*standard, *declared}):
        errors = declared.get(status, [])
        if errors:
            found[str(status)] = _declared(status, errors, standard.get(status))
        else:
            found[str(status)] = {"$ref": f"#/components/responses/{standard[status].name}"}
    return found


def _statuses(op: Operation) -> list[int]:
    """The statuses that the request path can answer with, whatever the handler does."""
    http = op.http
    assert http is not None
    found = [400, 406, 500, 501, 503, 504]
    if not op.auth.public:
        found += [401, 403]
    if http.body is not None:
        found += [413, 415]
    if op.idempotency.mode is IdempotencyMode.KEYED:
        found += [409, 422]
    if op.rate_limit is not None:
        found.append(429)
    return found


def _declared(status: int, errors: list[Error], standard: Standard | None) -> Any:
    """One answer for all errors of a status, the request path's among them."""
    names = [(reason(e), schema_name(e)) for e in errors]
    docs = [e.doc or f"{e.name.raw}." for e in errors]
    if standard is not None:
        names += [(r, standard.schema) for r in standard.reasons]
        docs.append(standard.doc)
    mapping = {why: f"#/components/schemas/{name}" for why, name in names}
    refs = [{"$ref": target} for target in dict.fromkeys(mapping.values())]
    schema: Schema = refs[0]
    if len(refs) > 1:
        schema = {"oneOf": refs, "discriminator": {"propertyName": "reason", "mapping": mapping}}
    headers = ("Retry-After",) if any(e.retryable for e in errors) or (standard and standard.headers) else ()
    return _response(" ".join(docs) or HTTPStatus(status).phrase, schema, headers)


def _error_schema(error: Error, lowering: Lowering) -> Schema:
    facts: Schema = {
        "status": {"const": error.status},
        "code": {"const": error.code},
        "reason": {"const": reason(error)},
        "retryable": {"const": error.retryable},
    }
    required = ["status", "code", "reason", "retryable"]
    if error.details is not None:
        facts["details"] = lowering.type(NamedType(error.details.name))
        required.append("details")
    return _narrowed({"description": error.doc} if error.doc else {}, facts, required, lowering)


def _narrowed(said: Schema, facts: Schema, required: list[str], lowering: Lowering) -> Schema:
    return {**said, "allOf": [lowering.ref(_BASE)], "type": "object", "properties": facts, "required": required}


def _response(doc: str, schema: Schema, headers: tuple[str, ...]) -> Any:
    found: dict[str, Any] = {"description": doc}
    if headers:
        found["headers"] = {name: _HEADERS[name] for name in headers}
    found["content"] = {MEDIA_TYPE: {"schema": schema}}
    return found
