"""Errors as google.rpc.Status bytes for the `grpc-status-details-bin` trailer, and back.

ErrorInfo{reason, domain, metadata} is the identity, metadata holding the JSON text of each field
of the details; BadRequest the violations; RetryInfo the time to wait (0 s: retryable, no time
known); RequestInfo the trace id.
"""

from __future__ import annotations

from typing import Any, Final

from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

from .errors import CODE_OF_NUMBER, Code, InvalidRequest, ServiceError, Violation
from .registry import Received, Registry, domain_of, metadata_of, rebuild
from .violations import field, path_of_field

TRAILER: Final = "grpc-status-details-bin"

# Trailers have to stay under 8 KiB together: base64 makes 5 KiB of details 6.7 KiB, and a message
# of 256 bytes becomes up to 768 when it is percent-encoded.
MAX_BYTES: Final = 5 * 1024
MAX_MESSAGE: Final = 256


def message(error: ServiceError) -> str:
    """The text for `grpc-message`, at most `MAX_MESSAGE` bytes."""
    data = error.detail.encode("utf-8", "replace")
    if len(data) > MAX_MESSAGE:
        return data[: MAX_MESSAGE - 3].decode("utf-8", "ignore") + "…"
    return data.decode()


def encode(error: ServiceError, domain: str, *, trace_id: str = "") -> bytes:
    """The status' bytes, at most `MAX_BYTES`. domain: the name of this service.

    Too many violations are cut from the end; details that do not fit are left out, and a client
    then sees an `UnknownError` of the same reason.
    """
    status = status_pb2.Status(code=error.code.grpc, message=message(error))
    info = error_details_pb2.ErrorInfo(
        reason=error.reason, domain=domain_of(error, domain), metadata=metadata_of(error.details)
    )
    status.details.add().Pack(info)
    if status.ByteSize() > MAX_BYTES - 256:
        info.ClearField("metadata")
        status.details[0].Pack(info)
    if error.retryable or error.retry_after is not None:
        status.details.add().Pack(_retry_info(error.retry_after or 0.0))
    if trace_id:
        status.details.add().Pack(error_details_pb2.RequestInfo(request_id=trace_id))
    if isinstance(error, InvalidRequest):
        _add_violations(status, error.violations)
    return bytes(status.SerializeToString())


def from_status(data: bytes, registry: Registry) -> ServiceError:
    """The exception that a server answered with.

    Never raises: bytes that are no Status, or say too little, are an `UnknownError`.
    """
    status = status_pb2.Status()
    try:
        status.ParseFromString(data)
        received = _received(status)
    except DecodeError:
        received = Received(Code.UNKNOWN, Code.UNKNOWN.http)
    return rebuild(received, registry)


def from_code(number: int, text: str, registry: Registry) -> ServiceError:
    """The exception for an answer without details: all that is known is the code."""
    code = CODE_OF_NUMBER.get(number, Code.UNKNOWN)
    retryable = code is Code.UNAVAILABLE
    return rebuild(Received(code, code.http, detail=text, retryable=retryable), registry)


def _retry_info(seconds: float) -> Any:
    info = error_details_pb2.RetryInfo()
    info.retry_delay.FromNanoseconds(round(seconds * 1e9))
    return info


def _add_violations(status: Any, violations: tuple[Violation, ...]) -> None:
    bad = error_details_pb2.BadRequest()
    left = MAX_BYTES - status.ByteSize() - 64
    for violation in violations:
        item = bad.field_violations.add(
            field=field(violation.path),
            description=violation.detail,
            reason=violation.code.upper(),
        )
        left -= item.ByteSize() + 4
        if left < 0:
            del bad.field_violations[-1]
            break
    status.details.add().Pack(bad)


def _received(status: Any) -> Received:
    code = CODE_OF_NUMBER.get(status.code, Code.UNKNOWN)
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    may_retry = False
    for detail in status.details:
        may_retry = detail.Unpack(retry) or may_retry
        _ = detail.Unpack(info) or detail.Unpack(bad)
    seconds = retry.retry_delay.ToNanoseconds() / 1e9
    return Received(
        code=code,
        status=code.http,
        reason=info.reason or "UNKNOWN",
        domain=info.domain,
        detail=status.message,
        metadata=dict(info.metadata),
        violations=tuple(
            Violation(path_of_field(v.field), v.reason.lower(), v.description)
            for v in bad.field_violations
        ),
        retryable=may_retry,
        retry_after=seconds if seconds > 0 else None,
    )
