"""Operations: the static facts of each, and the decorator that ties a handler to its operation.

`gen/operations.py` has one of these per operation. The decorator is typed by the request, the
response and the context, so a handler with a wrong signature is an error of the type checker in the
handler's own file.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from .errors import ServiceError

I = TypeVar("I")  # noqa: E741
O = TypeVar("O")  # noqa: E741
C = TypeVar("C")


class Kind(StrEnum):
    """The four call kinds of gRPC; on REST only the first two exist."""

    UNARY = "unary"
    SERVER_STREAM = "server_stream"
    CLIENT_STREAM = "client_stream"
    BIDI_STREAM = "bidi_stream"


@dataclass(frozen=True, slots=True)
class Keyed:
    """The operation takes effect once per idempotency key.

    ttl: seconds for which an outcome is kept. fingerprint: the request fields that must agree when
    a key is used again; () is all of them.
    """

    ttl: float = 86400.0
    fingerprint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `count` calls in `seconds`, of all callers together or of each."""

    count: int
    seconds: float
    per_caller: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call: callers known by one of `schemes` (`jwt`, `api_key`, `mtls`) who hold all
    `scopes`."""

    schemes: tuple[str, ...]
    scopes: tuple[str, ...] = ()


class Operation:
    """What is known of an operation before any request comes.

    name: in the contract. request: the model of one request message. response: the type of one
    response message, None when the answer is empty. deadline: seconds the whole call may take, or
    None. idempotency: `safe`, `natural` or `none`, or `Keyed`. access: None for everybody. errors:
    what the contract says it may answer with.
    """

    kind: Kind

    def __init__(
        self,
        name: str,
        *,
        request: Any,
        response: Any,
        deadline: float | None = None,
        idempotency: str | Keyed = "none",
        access: Access | None = None,
        rate_limit: RateLimit | None = None,
        errors: tuple[type[ServiceError], ...] = (),
        deprecated: bool = False,
    ) -> None:
        """Only facts of the contract; the handler comes by the decorator."""
        self.name = name
        self.request = request
        self.response = response
        self.deadline = deadline
        self.idempotency = idempotency
        self.access = access
        self.rate_limit = rate_limit
        self.errors = errors
        self.deprecated = deprecated
        self.handler: Callable[..., Any] | None = None

    def __repr__(self) -> str:
        """`<unary operation CreateOrder>`."""
        return f"<{self.kind} operation {self.name}>"

    @property
    def keyed(self) -> Keyed | None:
        """The terms of its idempotency keys, if it has any."""
        return self.idempotency if isinstance(self.idempotency, Keyed) else None

    @property
    def written(self) -> bool:
        """Whether it has a handler, and one that does not say `ctx.unimplemented()`."""
        code = getattr(self.handler, "__code__", None)
        return self.handler is not None and "unimplemented" not in getattr(code, "co_names", ())

    def _remember(self, handler: Callable[..., Any], wanted: str) -> None:
        """Takes the handler; the second one for an operation is a mistake that must not wait for a
        request."""
        if wanted == "yields" and inspect.iscoroutinefunction(handler):
            raise TypeError(f"the handler of {self.name} must `yield` its messages")
        if wanted == "returns" and inspect.isasyncgenfunction(handler):
            raise TypeError(f"the handler of {self.name} returns one message; it must not `yield`")
        known = self.handler
        if known is not None and (known.__module__, known.__qualname__) != (
            handler.__module__,
            handler.__qualname__,
        ):
            raise TypeError(
                f"{self.name} has two handlers: {known.__module__}.{known.__qualname__}"
                f" and {handler.__module__}.{handler.__qualname__}"
            )
        self.handler = handler


class Unary(Operation, Generic[I, O, C]):
    """One request, one response."""

    kind = Kind.UNARY

    def __call__(
        self, handler: Callable[[I, C], Coroutine[Any, Any, O]]
    ) -> Callable[[I, C], Coroutine[Any, Any, O]]:
        """The decorator. Raises TypeError for a second handler or one that yields."""
        self._remember(handler, "returns")
        return handler


class ServerStream(Operation, Generic[I, O, C]):
    """One request, many responses; the handler is an async generator."""

    kind = Kind.SERVER_STREAM

    def __call__(
        self, handler: Callable[[I, C], AsyncIterator[O]]
    ) -> Callable[[I, C], AsyncIterator[O]]:
        """The decorator. Raises TypeError for a second handler or one that does not yield."""
        self._remember(handler, "yields")
        return handler


class ClientStream(Operation, Generic[I, O, C]):
    """Many requests, one response."""

    kind = Kind.CLIENT_STREAM

    def __call__(
        self, handler: Callable[[AsyncIterator[I], C], Coroutine[Any, Any, O]]
    ) -> Callable[[AsyncIterator[I], C], Coroutine[Any, Any, O]]:
        """The decorator. Raises TypeError for a second handler or one that yields."""
        self._remember(handler, "returns")
        return handler


class BidiStream(Operation, Generic[I, O, C]):
    """Many requests, many responses, in any order."""

    kind = Kind.BIDI_STREAM

    def __call__(
        self, handler: Callable[[AsyncIterator[I], C], AsyncIterator[O]]
    ) -> Callable[[AsyncIterator[I], C], AsyncIterator[O]]:
        """The decorator. Raises TypeError for a second handler or one that does not yield."""
        self._remember(handler, "yields")
        return handler
