"""From an error's identity back to its type, so that a client raises what the server raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError
from pydantic_core import to_json

from .errors import (
    Cancelled,
    Code,
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    KeyInUse,
    KeyMalformed,
    KeyMissing,
    KeyReused,
    LeaseLost,
    MethodNotAllowed,
    NotAcceptable,
    Overloaded,
    PermissionDenied,
    PreconditionFailed,
    RateLimited,
    RouteNotFound,
    ServiceError,
    StoreUnavailable,
    TooLarge,
    Unauthenticated,
    Unimplemented,
    UnsupportedMediaType,
    Violation,
)

if TYPE_CHECKING:
    from pydantic import BaseModel


class UnknownError(ServiceError):
    """A received error whose reason is not in the registry, with what is known of it.

    domain: the service that raised it, "" when it did not say. metadata: JSON text for each field
    of its details.
    """

    def __init__(
        self,
        code: Code,
        status: int,
        *,
        detail: str = "",
        reason: str = "UNKNOWN",
        domain: str = "",
        retryable: bool = False,
        retry_after: float | None = None,
        metadata: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Keeps the facts of one occurrence on the instance."""
        self.code = code
        self.status = status
        self.reason = reason
        self.title = reason.replace("_", " ").capitalize()
        self.retryable = retryable
        self.domain = domain
        self.metadata = dict(metadata)
        super().__init__(detail, retry_after=retry_after)


FRAMEWORK_ERRORS: Final[tuple[type[ServiceError], ...]] = (
    Cancelled,
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    KeyInUse,
    KeyMalformed,
    KeyMissing,
    KeyReused,
    LeaseLost,
    MethodNotAllowed,
    NotAcceptable,
    Overloaded,
    PermissionDenied,
    PreconditionFailed,
    RateLimited,
    RouteNotFound,
    StoreUnavailable,
    TooLarge,
    Unauthenticated,
    Unimplemented,
    UnsupportedMediaType,
)


@dataclass(frozen=True, slots=True)
class Registry:
    """The errors that one service may answer with, by reason: its contract's and the framework's.

    domain: the name of the service. An error of another domain is never taken for one of these.
    """

    domain: str
    declared: tuple[type[ServiceError], ...] = ()
    by_reason: Mapping[str, type[ServiceError]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Indexes by reason; a contract's error wins over a framework error of the same reason."""
        index = {e.reason: e for e in FRAMEWORK_ERRORS + self.declared}
        object.__setattr__(self, "by_reason", MappingProxyType(index))

    def find(self, domain: str, reason: str) -> type[ServiceError] | None:
        """The error type of that identity."""
        return self.by_reason.get(reason) if domain == self.domain else None


@dataclass(frozen=True, slots=True)
class Received:
    """What an answer said about an error, whichever transport it came by.

    status: HTTP; by gRPC it is the one that belongs to the code. metadata: JSON text of each
    field of the details.
    """

    code: Code
    status: int
    reason: str = "UNKNOWN"
    domain: str = ""
    detail: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    retryable: bool = False
    retry_after: float | None = None


def domain_of(error: ServiceError, domain: str) -> str:
    """The domain to show: that of the service, or of the one that an unknown error came from."""
    return (isinstance(error, UnknownError) and error.domain) or domain


def metadata_of(details: BaseModel | None) -> dict[str, str]:
    """The details as JSON text per field, the form in which ErrorInfo carries them."""
    if details is None:
        return {}
    fields = details.model_dump(mode="json", by_alias=True)
    return {k: to_json(v, inf_nan_mode="null").decode() for k, v in fields.items()}


def rebuild(received: Received, registry: Registry) -> ServiceError:
    """The typed exception, or an `UnknownError` if its type or its details are not known here."""
    kind = registry.find(received.domain, received.reason)
    details = None
    if kind is not None and kind.details_type is not None:
        details = _details(kind.details_type, received.metadata)
        kind = kind if details is not None else None
    if kind is None:
        return UnknownError(
            received.code,
            received.status,
            detail=received.detail,
            reason=received.reason,
            domain=received.domain,
            retryable=received.retryable,
            retry_after=received.retry_after,
            metadata=received.metadata,
        )
    # Subclasses have initialisers of their own shape, so only the base's is run.
    error = kind.__new__(kind)
    ServiceError.__init__(error, received.detail, details=details, retry_after=received.retry_after)
    if isinstance(error, InvalidRequest):
        error.violations = received.violations
    return error


def _details(kind: type[BaseModel], metadata: Mapping[str, str]) -> BaseModel | None:
    # A newer server may send fields that this client does not know; models forbid them, so drop
    # them.
    known = {info.alias or name for name, info in kind.model_fields.items()}
    members = (f"{to_json(k).decode()}:{v}" for k, v in metadata.items() if k in known)
    try:
        return kind.model_validate_json("{" + ",".join(members) + "}")
    except ValidationError:
        return None
