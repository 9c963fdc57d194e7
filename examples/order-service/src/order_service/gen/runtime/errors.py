"""Errors that a service answers with: one typed exception, the same on every transport.

A handler raises a `ServiceError`; `problem.py` shows it as an RFC 9457 problem on REST,
`status.py` as a `google.rpc.Status` on gRPC, and a client rebuilds the same exception from either
(`registry.py`). What identifies an error is its domain (the service) and its reason, never the
status: several reasons share one status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pydantic import BaseModel

MAX_VIOLATIONS: Final = 32
MAX_RETRY_AFTER: Final = 31_536_000.0


class Code(StrEnum):
    """The sixteen gRPC error codes; `grpc` is the number on the wire, `http` the status by default.

    Source of the mapping: google/rpc/code.proto.
    """

    grpc: int
    http: int

    def __new__(cls, value: str, grpc: int, http: int) -> Code:
        """A member from its name in lower snake case and its two numbers."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.grpc = grpc
        member.http = http
        return member

    CANCELLED = "cancelled", 1, 499
    UNKNOWN = "unknown", 2, 500
    INVALID_ARGUMENT = "invalid_argument", 3, 400
    DEADLINE_EXCEEDED = "deadline_exceeded", 4, 504
    NOT_FOUND = "not_found", 5, 404
    ALREADY_EXISTS = "already_exists", 6, 409
    PERMISSION_DENIED = "permission_denied", 7, 403
    RESOURCE_EXHAUSTED = "resource_exhausted", 8, 429
    FAILED_PRECONDITION = "failed_precondition", 9, 400
    ABORTED = "aborted", 10, 409
    OUT_OF_RANGE = "out_of_range", 11, 400
    UNIMPLEMENTED = "unimplemented", 12, 501
    INTERNAL = "internal", 13, 500
    UNAVAILABLE = "unavailable", 14, 503
    DATA_LOSS = "data_loss", 15, 500
    UNAUTHENTICATED = "unauthenticated", 16, 401


CODE_OF_NUMBER: Final[Mapping[int, Code]] = MappingProxyType({c.grpc: c for c in Code})


class ServiceError(Exception):
    """The base of every error that may leave the service.

    A contract error is a subclass that sets `code`, `reason` and, where they differ from the
    defaults, `status`, `retryable`, `title` and `details_type`. `detail`, `details` and
    `retry_after` belong to one occurrence and are shown to the caller, so they must not hold
    internal text.

    detail: a sentence for people; the title when empty. details: the fields that the contract
    promises, an instance of `details_type`. retry_after: seconds after which the same call may
    succeed; what is no such time (negative, endless, not a number) counts as none.
    """

    code: Code = Code.UNKNOWN
    status: int = Code.UNKNOWN.http
    reason: str = "UNKNOWN"
    title: str = "Unknown error"
    retryable: bool = False
    details_type: type[BaseModel] | None = None
    details: BaseModel | None

    def __init_subclass__(cls) -> None:
        """Derives the status from the code and the title from the reason unless they are given."""
        own = cls.__dict__
        if "code" in own and "status" not in own:
            cls.status = own["code"].http
        if "reason" in own and "title" not in own:
            cls.title = cls.reason.replace("_", " ").capitalize()

    def __init__(
        self,
        detail: str = "",
        *,
        details: BaseModel | None = None,
        retry_after: float | None = None,
    ) -> None:
        """One occurrence of the error."""
        super().__init__(detail)
        self.detail = detail or self.title
        self.details = details
        usable = retry_after is not None and 0 <= retry_after <= MAX_RETRY_AFTER
        self.retry_after = retry_after if usable else None

    def __str__(self) -> str:
        """The reason and the detail, for logs."""
        return f"{self.reason}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with a request.

    path: names and list positions from the root of the request, as in JSON. code: lower snake case,
    stable. detail: what is expected; it never repeats what was sent.
    """

    path: tuple[str | int, ...]
    code: str
    detail: str


class InvalidRequest(ServiceError):
    """The request does not match the contract; at most `MAX_VIOLATIONS` of its faults are kept."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_REQUEST"
    violations: tuple[Violation, ...] = ()

    def __init__(
        self,
        violations: Iterable[Violation] = (),
        detail: str = "The request does not match the contract.",
    ) -> None:
        """The faults in the order in which they were found."""
        super().__init__(detail)
        self.violations = tuple(violations)[:MAX_VIOLATIONS]


class Cancelled(ServiceError):
    """The caller went away."""

    code = Code.CANCELLED
    reason = "CANCELLED"


class Unauthenticated(ServiceError):
    """The caller is unknown. `challenge` is the value of WWW-Authenticate on REST."""

    code = Code.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"
    challenge: str = ""

    def __init__(self, detail: str = "Credentials are required.", *, challenge: str = "") -> None:
        """detail must not say which part of the credentials was wrong."""
        super().__init__(detail)
        self.challenge = challenge


class PermissionDenied(ServiceError):
    """The caller is known and may not do this."""

    code = Code.PERMISSION_DENIED
    reason = "PERMISSION_DENIED"


class RouteNotFound(ServiceError):
    """No operation has this path."""

    code = Code.NOT_FOUND
    reason = "ROUTE_NOT_FOUND"


class MethodNotAllowed(ServiceError):
    """The path exists, not with this method. `allow` holds the methods that do."""

    code = Code.UNIMPLEMENTED
    status = 405
    reason = "METHOD_NOT_ALLOWED"
    allow: tuple[str, ...] = ()

    def __init__(self, allow: Iterable[str] = ()) -> None:
        """allow: the methods of the path."""
        super().__init__()
        self.allow = tuple(allow)


class NotAcceptable(ServiceError):
    """No representation that the caller accepts can be produced."""

    code = Code.INVALID_ARGUMENT
    status = 406
    reason = "NOT_ACCEPTABLE"


class UnsupportedMediaType(ServiceError):
    """The body's media type is not one that the operation reads."""

    code = Code.INVALID_ARGUMENT
    status = 415
    reason = "UNSUPPORTED_MEDIA_TYPE"


class TooLarge(ServiceError):
    """The body or message is over the limit; gRPC's own servers use RESOURCE_EXHAUSTED for it."""

    code = Code.RESOURCE_EXHAUSTED
    status = 413
    reason = "TOO_LARGE"


class PreconditionFailed(ServiceError):
    """The record is not in the version that the caller's If-Match names: it has changed since."""

    code = Code.ABORTED
    status = 412
    reason = "PRECONDITION_FAILED"


class DeadlineExceeded(ServiceError):
    """The time for the call is over; whether its effects happened is unknown to the caller."""

    code = Code.DEADLINE_EXCEEDED
    reason = "DEADLINE_EXCEEDED"


class Unimplemented(ServiceError):
    """The operation has no handler yet."""

    code = Code.UNIMPLEMENTED
    reason = "UNIMPLEMENTED"


class Overloaded(ServiceError):
    """Shed before any work was done, so every operation may be retried."""

    code = Code.UNAVAILABLE
    reason = "TEMPORARY_REDUCED_CAPACITY"
    retryable = True


class RateLimited(ServiceError):
    """This caller is over its quota; nothing was done."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "QUOTA_EXCEEDED"
    retryable = True


class KeyMissing(ServiceError):
    """The operation is keyed and no idempotency key was sent."""

    code = Code.INVALID_ARGUMENT
    reason = "IDEMPOTENCY_KEY_MISSING"


class KeyMalformed(ServiceError):
    """The idempotency key is empty, too long, or has characters that a key cannot have."""

    code = Code.INVALID_ARGUMENT
    reason = "IDEMPOTENCY_KEY_MALFORMED"


class KeyReused(ServiceError):
    """The idempotency key was used before with another request."""

    code = Code.FAILED_PRECONDITION
    status = 422
    reason = "IDEMPOTENCY_KEY_REUSED"


class KeyInUse(ServiceError):
    """A request with the same idempotency key is still running."""

    code = Code.ABORTED
    reason = "IDEMPOTENCY_KEY_IN_USE"
    retryable = True


class LeaseLost(ServiceError):
    """The request outlived its lease and another attempt has taken the key over."""

    code = Code.ABORTED
    reason = "IDEMPOTENCY_LEASE_LOST"
    retryable = True


class StoreUnavailable(ServiceError):
    """A store that the operation cannot work without does not answer."""

    code = Code.UNAVAILABLE
    reason = "STORE_UNAVAILABLE"
    retryable = True


class Internal(ServiceError):
    """Any fault of the service itself; it takes no text, so no internal text can leave by it."""

    code = Code.INTERNAL
    reason = "INTERNAL"

    def __init__(self) -> None:
        """The cause belongs in `__cause__` and in the log."""
        super().__init__("Internal error.")
