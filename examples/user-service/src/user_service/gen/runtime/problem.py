"""Errors as RFC 9457 problem documents, and back.

`type` is `https://errors.<domain>/<reason>`: the same identity that `status.py` puts into
google.rpc.ErrorInfo, so one error is one thing on both transports. Extension members: `code`,
`reason`, `domain`, `retryable`, and where they apply `details`, `errors`, `retry_after`
(seconds), `trace_id`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, TypeGuard

from pydantic_core import from_json, to_json

from .errors import Code, InvalidRequest, MethodNotAllowed, ServiceError, Unauthenticated, Violation
from .registry import Received, Registry, domain_of, rebuild
from .violations import path_of_pointer, pointer

MEDIA_TYPE: Final = "application/problem+json"
_TYPE_PREFIX: Final = "https://errors."

# What a status means when it comes without a problem document, from a proxy for example.
# Source: gRPC, doc/http-grpc-status-mapping.md.
_CODE_OF_BARE_STATUS: Final[Mapping[int, Code]] = {
    400: Code.INTERNAL,
    401: Code.UNAUTHENTICATED,
    403: Code.PERMISSION_DENIED,
    404: Code.UNIMPLEMENTED,
    429: Code.UNAVAILABLE,
    502: Code.UNAVAILABLE,
    503: Code.UNAVAILABLE,
    504: Code.UNAVAILABLE,
}


def type_uri(domain: str, reason: str) -> str:
    """The problem type of an error."""
    return f"{_TYPE_PREFIX}{domain}/{reason}"


def encode(error: ServiceError, domain: str, *, instance: str = "", trace_id: str = "") -> bytes:
    """The document's bytes. domain: the name of this service. instance: a URI reference."""
    domain = domain_of(error, domain)
    document: dict[str, object] = {
        "type": type_uri(domain, error.reason),
        "title": error.title,
        "status": error.status,
        "detail": error.detail.encode("utf-8", "replace").decode(),
        "code": error.code.value,
        "reason": error.reason,
        "domain": domain,
        "retryable": error.retryable,
    }
    if error.details is not None:
        document["details"] = error.details
    if isinstance(error, InvalidRequest):
        document["errors"] = [
            {"pointer": pointer(v.path), "code": v.code, "detail": v.detail}
            for v in error.violations
        ]
    if error.retry_after is not None:
        document["retry_after"] = error.retry_after
    if instance:
        document["instance"] = instance
    if trace_id:
        document["trace_id"] = trace_id
    return to_json(document, inf_nan_mode="null")


def headers(error: ServiceError) -> list[tuple[bytes, bytes]]:
    """The headers of the answer, without content-length."""
    found = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    if error.retry_after is not None:
        # RFC 9110 §10.2.3 wants whole seconds; rounding up never asks too early.
        found.append((b"retry-after", b"%d" % max(0, math.ceil(error.retry_after))))
    if isinstance(error, Unauthenticated) and error.challenge:
        found.append((b"www-authenticate", error.challenge.encode("latin-1", "replace")))
    if isinstance(error, MethodNotAllowed) and error.allow:
        found.append((b"allow", ", ".join(error.allow).encode("latin-1", "replace")))
    return found


def from_problem(status: int, body: bytes, registry: Registry) -> ServiceError:
    """The exception that a server answered with.

    Never raises: an answer that is no problem document, or says too little, is an `UnknownError`.
    """
    try:
        document = from_json(body)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("type"), str):
        bare = _CODE_OF_BARE_STATUS.get(status, Code.UNKNOWN)
        return rebuild(Received(bare, status, retryable=bare is Code.UNAVAILABLE), registry)
    domain, reason = _identity(document["type"])
    details = document.get("details")
    received = Received(
        code=_code(document.get("code"), status),
        status=status,
        reason=reason,
        domain=domain,
        detail=_text(document.get("detail")),
        metadata={k: to_json(v, inf_nan_mode="null").decode() for k, v in details.items()}
        if isinstance(details, dict)
        else {},
        violations=_violations(document.get("errors")),
        retryable=document.get("retryable") is True,
        retry_after=_seconds(document.get("retry_after")),
    )
    return rebuild(received, registry)


def _identity(uri: str) -> tuple[str, str]:
    domain, slash, reason = uri.removeprefix(_TYPE_PREFIX).rpartition("/")
    return (domain, reason) if slash and uri.startswith(_TYPE_PREFIX) else ("", "UNKNOWN")


def _code(value: object, status: int) -> Code:
    known = next((code for code in Code if code.value == value), None)
    return known or _CODE_OF_BARE_STATUS.get(status, Code.UNKNOWN)


def _violations(value: object) -> tuple[Violation, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        Violation(
            path_of_pointer(_text(item.get("pointer"))),
            _text(item.get("code")),
            _text(item.get("detail")),
        )
        for item in value
        if isinstance(item, dict)
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _seconds(value: object) -> float | None:
    return float(value) if _is_number(value) and value >= 0 else None


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
