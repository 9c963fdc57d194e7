"""Operations: what a service does, on which transports, and how each may fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mscgen.diagnostics import Span
from mscgen.model.names import Name, python_function
from mscgen.model.types import Field, Literal, Record, TypeRef


class Kind(StrEnum):
    """The four call kinds of gRPC."""

    UNARY = "unary"
    SERVER_STREAM = "server_stream"
    CLIENT_STREAM = "client_stream"
    BIDI_STREAM = "bidi_stream"


class IdempotencyMode(StrEnum):
    """RFC 9110 §9.2 in the contract: `keyed` is made idempotent by a key that the caller sends."""

    SAFE = "safe"
    NATURAL = "natural"
    KEYED = "keyed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Idempotency:
    """ttl: seconds that an outcome is kept. fingerprint: request fields compared on reuse; () is all of them."""

    mode: IdempotencyMode
    ttl: float = 86400.0
    fingerprint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Error:
    """A domain error. `code` is a gRPC code name in lower snake; `status` its HTTP status."""

    name: Name
    code: str
    status: int
    span: Span
    doc: str = ""
    details: Record | None = None
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class AuthScheme:
    """How callers prove who they are: `jwt`, `api_key` or `mtls`, with the scheme's parameters."""

    kind: str
    issuer: str = ""
    audience: str = ""
    jwks_url: str = ""
    header: str = "x-api-key"


@dataclass(frozen=True, slots=True)
class Auth:
    """Who may call. Both empty: `public`. `declared` is False when neither operation nor service says anything."""

    schemes: tuple[AuthScheme, ...] = ()
    scopes: tuple[str, ...] = ()
    declared: bool = True
    span: Span | None = None

    @property
    def public(self) -> bool:
        """Whether anybody may call."""
        return self.declared and not self.schemes


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """A method and a path template whose `{names}` are request fields."""

    method: str
    path: str
    span: Span

    @property
    def parameters(self) -> tuple[str, ...]:
        """The request fields in the path, in order."""
        return tuple(part.split("}")[0] for part in self.path.split("{")[1:])


@dataclass(frozen=True, slots=True)
class HttpBinding:
    """Where each request field travels on REST.

    path, query, header: request field names. body: the name of the one field that is the whole body, `*` when
    the fields of `body_fields` form an object, or None for no body. responses: success status → type (None: no body).
    """

    route: HttpRoute
    also: tuple[HttpRoute, ...]
    path_fields: tuple[str, ...]
    query_fields: tuple[str, ...]
    header_fields: tuple[tuple[str, str], ...]
    body: str | None
    body_fields: tuple[str, ...]
    responses: tuple[tuple[int, TypeRef | None], ...]
    reply_headers: tuple[tuple[str, str], ...] = ()

    @property
    def status(self) -> int:
        """The first success status."""
        return self.responses[0][0]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `count` calls in `seconds`, for all callers together or for each."""

    count: int
    seconds: float
    per_caller: bool = False


@dataclass(frozen=True, slots=True)
class Cache:
    """Seconds for which an answer may be reused, and reused when the origin fails (RFC 5861)."""

    max_age: float
    stale_if_error: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """A declared call of a dependency's operation; `each` is a bounded fan-out of at most `max` calls."""

    dependency: str
    operation: str
    span: Span
    each: bool = False
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One field of a composed response. `fallback`: None, "omit", or a literal value."""

    field: str
    call: Call
    arguments: tuple[tuple[str, str], ...]
    span: Span
    omit: bool = False
    has_value: bool = False
    value: Literal = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the service does.

    request: always a record; the synthesized `<Name>Request` when written inline or empty.
    response: None when there is nothing to say. For a stream it is the type of one message.
    results: success status → type, more than one entry when the contract maps several (the handler's
    return type is then the union of the types).
    deadline: seconds for the whole call; None for streams, which have no end by nature.
    examples: requests, written with contract names. extensions: the `x-…` keys.
    defaults: what the language filled in: (key, value, why), for `mscgen explain`.
    declared: the keys that the contract wrote, and where each key stands.
    """

    name: Name
    request: Record
    response: TypeRef | None
    kind: Kind
    idempotency: Idempotency
    deadline: float | None
    span: Span
    http: HttpBinding | None = None
    grpc: str | None = None
    doc: str = ""
    errors: tuple[Error, ...] = ()
    calls: tuple[tuple[Call, ...], ...] = ()
    emits: tuple[str, ...] = ()
    paginate: str | None = None
    auth: Auth = Auth()
    rate_limit: RateLimit | None = None
    cache: Cache | None = None
    compose: tuple[Branch, ...] = ()
    deprecated: bool = False
    renamed_from: str | None = None
    examples: tuple[Literal, ...] = ()
    defaults: tuple[tuple[str, str, str], ...] = ()
    declared: dict[str, Span] = field(default_factory=dict, compare=False)
    extensions: dict[str, Literal] = field(default_factory=dict)

    @property
    def function(self) -> str:
        """The Python function and module of the handler."""
        return python_function(self.name.raw)

    def request_fields(self, names: tuple[str, ...]) -> tuple[Field, ...]:
        """The request's fields of these contract names."""
        return tuple(f for f in self.request.fields if f.name.raw in names)
