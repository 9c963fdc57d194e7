"""The runtime is tested as it lies in templates/, before it is copied into any service."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "templates", ROOT / "tests"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import servers  # noqa: E402


@pytest.fixture
def anyio_backend() -> str:
    """The runtime is asyncio's, not trio's."""
    return "asyncio"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a `.env` nor a variable of the developer's changes a test."""
    for name in ("DATABASE_URL", "REDIS_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "TRACEPARENT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def redis_url():
    with servers.redis_server() as server:
        yield server.url


@pytest.fixture(scope="session")
def postgres_url():
    with servers.postgres_server() as server:
        yield server.url
