"""Names that a contract may not use, one a line. Frozen here: a contract must mean the same everywhere."""

from __future__ import annotations

# What models.py and every handler import, or Python keeps for itself: a class of that name would hide it.
TYPE_NAMES = frozenset(
    {
        "Annotated",
        "AsyncIterator",
        "ConfigDict",
        "Context",
        "Decimal",
        "Deps",
        "False",
        "Field",
        "Float32",
        "Int32",
        "Int64",
        "Literal",
        "Model",
        "None",
        "Patch",
        "StrEnum",
        "True",
        "TypeAliasType",
        "UInt32",
        "UInt64",
        "UUID",
        "WireBytes",
        "WireDate",
        "WireDecimal",
        "WireDuration",
        "WireJson",
        "WireTimestamp",
        "WireUuid",
    }
)
# Errors that every service raises by itself (runtime/errors.py); each reason has one meaning everywhere.
ERROR_NAMES = frozenset(
    {
        "Cancelled",
        "DeadlineExceeded",
        "Internal",
        "InvalidRequest",
        "KeyInUse",
        "KeyMalformed",
        "KeyMissing",
        "KeyReused",
        "LeaseLost",
        "MethodNotAllowed",
        "NotAcceptable",
        "Overloaded",
        "PermissionDenied",
        "PreconditionFailed",
        "RateLimited",
        "RouteNotFound",
        "ServiceError",
        "StoreUnavailable",
        "TooLarge",
        "Unauthenticated",
        "Unimplemented",
        "UnsupportedMediaType",
    }
)
# Modules of the generated package, which every handler file may import.
OPERATION_NAMES = frozenset(
    {
        "app",
        "context",
        "convert",
        "errors",
        "grpc",
        "models",
        "operations",
        "rest",
        "runtime",
    }
)
# Packages that a generated service imports; its own package may not hide them.
PACKAGES = frozenset(
    {
        "copier",
        "fastapi",
        "google",
        "grpc",
        "grpc_health",
        "grpc_reflection",
        "httptools",
        "httpx",
        "httpx2",
        "mscgen",
        "opentelemetry",
        "prometheus_client",
        "psycopg",
        "psycopg_pool",
        "pydantic",
        "pydantic_core",
        "pydantic_settings",
        "pygrpc_native",
        "pytest",
        "redis",
        "starlette",
        "structlog",
        "tests",
        "uvicorn",
        "uvloop",
        "yaml",
    }
)
