"""What may differ between two runs of the same service: environment variables and `.env`.

Each field is the variable of its name in capitals. A service adds its own settings by subclassing.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    Field,
    FilePath,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

S = TypeVar("S", bound="Settings")

Port = Annotated[int, Field(ge=0, le=65535)]


class InvalidSettings(Exception):
    """Settings that cannot be used; the text is one line per setting and holds no values."""


class Settings(BaseSettings):
    """The settings that every service has."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    host: str = Field("0.0.0.0", description="Address that both servers listen on.")
    http_port: Port = Field(8000, description="Port of REST; 0 takes a free one.")
    grpc_port: Port = Field(50051, description="Port of gRPC; 0 takes a free one.")
    grpc_server: Literal["aio", "native"] = Field(
        "aio", description="`aio` is grpc.aio; `native` is pygrpc-native: faster, without TLS."
    )
    tls_cert_file: FilePath | None = Field(
        None, description="PEM certificate chain; turns TLS on for both servers."
    )
    tls_key_file: FilePath | None = Field(None, description="PEM private key of the certificate.")
    tls_client_ca_file: FilePath | None = Field(
        None, description="PEM authorities; callers must then show a certificate of theirs (mTLS)."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins that browsers may call from, separated by commas; `*` is any."
    )

    deadline_max_seconds: PositiveFloat = Field(
        30.0, description="No unary call may take longer, whatever contract and caller say."
    )
    concurrency: PositiveInt | Literal["adaptive"] = Field(
        "adaptive", description="Calls at the same time: a number, or `adaptive` to find it."
    )
    concurrency_max: PositiveInt = Field(200, description="What `adaptive` never goes above.")
    max_body_bytes: PositiveInt = Field(1 << 20, description="Largest REST request body.")
    max_message_bytes: PositiveInt = Field(4 << 20, description="Largest gRPC request message.")

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe line that is written."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="`auto` is `console` on a terminal and `json` elsewhere."
    )
    log_requests: bool = Field(True, description="Write one line for every call.")

    data_dir: Path = Field(Path("data"), description="Folder of the embedded SQLite database.")
    database_url: SecretStr | None = Field(
        None, description="`postgresql://…`; the embedded database is then not used."
    )
    database_pool: PositiveInt = Field(10, description="Connections to the database at most.")
    redis_url: SecretStr | None = Field(None, description="`redis://…`")
    idempotency_store: Literal["auto", "sqlite", "postgres", "redis"] = Field(
        "auto", description="Where keys live; `auto`: PostgreSQL, else Redis, else SQLite."
    )

    drain_seconds: NonNegativeFloat = Field(
        20.0, description="Time for running calls to end after SIGTERM."
    )
    drain_delay_seconds: NonNegativeFloat = Field(
        0.0, description="Time between turning unready and refusing new calls."
    )
    docs: bool = Field(True, description="Serve the API's description under /docs.")
    reflection: bool = Field(True, description="Answer gRPC reflection, for grpcurl.")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _agree(self) -> Settings:
        if self.http_port == self.grpc_port != 0:
            raise ValueError("HTTP_PORT and GRPC_PORT must differ")
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            raise ValueError("TLS_CERT_FILE and TLS_KEY_FILE go together")
        if self.tls_client_ca_file is not None and self.tls_cert_file is None:
            raise ValueError("TLS_CLIENT_CA_FILE needs TLS_CERT_FILE")
        if self.database_url is not None and not self.database_url.get_secret_value().startswith(
            ("postgres://", "postgresql://")
        ):
            raise ValueError("DATABASE_URL must start with postgresql://")
        if self.redis_url is not None and not self.redis_url.get_secret_value().startswith(
            ("redis://", "rediss://", "unix://")
        ):
            raise ValueError("REDIS_URL must start with redis://, rediss:// or unix://")
        needed = {"postgres": self.database_url, "redis": self.redis_url}
        if needed.get(self.idempotency_store, "") is None:
            name = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}[self.idempotency_store]
            raise ValueError(f"IDEMPOTENCY_STORE={self.idempotency_store} needs {name}")
        return self

    @property
    def tls(self) -> bool:
        """Whether both servers speak TLS."""
        return self.tls_cert_file is not None

    @property
    def key_store(self) -> Literal["sqlite", "postgres", "redis"]:
        """The idempotency store, `auto` resolved."""
        if self.idempotency_store != "auto":
            return self.idempotency_store
        if self.database_url is not None:
            return "postgres"
        return "sqlite" if self.redis_url is None else "redis"


def load(kind: type[S], **given: Any) -> S:
    """The settings from the environment; `given` wins over it. Raises InvalidSettings."""
    try:
        return kind(**given)
    except ValidationError as error:
        raise InvalidSettings(_lines(error)) from None
    except SettingsError as error:
        raise InvalidSettings(str(error)) from None
    except UnicodeDecodeError:
        raise InvalidSettings(".env is not UTF-8") from None
    except OSError as error:
        raise InvalidSettings(f"{error.filename}: {error.strerror}") from None


def load_or_exit(kind: type[S], **given: Any) -> S:
    """The settings, or one clear line per fault on stderr and exit code 2."""
    try:
        return load(kind, **given)
    except InvalidSettings as error:
        for line in str(error).splitlines():
            print(f"settings: {line}", file=sys.stderr)
        sys.exit(2)


def _lines(error: ValidationError) -> str:
    faults: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_input=False):
        variable = f"{str(item['loc'][0]).upper()}: " if item["loc"] else ""
        faults.setdefault(variable, []).append(item["msg"].removeprefix("Value error, "))
    # A setting that may be one of several kinds has a fault for each; it is still one mistake.
    return "\n".join(variable + "; ".join(found) for variable, found in faults.items())
