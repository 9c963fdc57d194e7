"""From an error's identity back to its type: what a client needs to raise what the server raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

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
    RateLimited,
    RouteNotFound,
    ServiceError,
    StoreUnavailable,
    TooLarge,
    Unauthenticated,
    Unimplemented,
    UnsupportedMediaType,
)


class UnknownError(ServiceError):
    """A received error whose reason is not in the registry, with what is known of it.

    domain: the service that raised it, "" when it did not say. metadata: JSON text for each field of
    its details.
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
