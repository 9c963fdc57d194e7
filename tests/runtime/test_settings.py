"""Settings from the environment: defaults that work, mistakes told in one line each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from runtime.settings import InvalidSettings, Settings, load, load_or_exit


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """No `.env` and no variable of the developer's."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


def test_without_any_setting_a_service_runs_embedded():
    settings = load(Settings)
    assert (settings.http_port, settings.grpc_port, settings.grpc_server) == (8000, 50051, "aio")
    assert settings.key_store == "sqlite"
    assert not settings.tls


def test_the_environment_wins_over_dot_env_and_code_over_both(folder, monkeypatch):
    (folder / ".env").write_text("HTTP_PORT=1111\nGRPC_PORT=2222\nLOG_LEVEL=DEBUG\nUNRELATED=1\n")
    monkeypatch.setenv("HTTP_PORT", "3333")
    settings = load(Settings, drain_seconds=1)
    assert (settings.http_port, settings.grpc_port, settings.log_level) == (3333, 2222, "debug")
    assert settings.drain_seconds == 1


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("HTTP_PORT", "")
    settings = load(Settings)
    assert settings.database_url is None
    assert settings.http_port == 8000


@pytest.mark.parametrize(
    ("environment", "store"),
    [
        ({}, "sqlite"),
        ({"REDIS_URL": "redis://r"}, "redis"),
        ({"DATABASE_URL": "postgresql://d"}, "postgres"),
        ({"DATABASE_URL": "postgres://d", "REDIS_URL": "rediss://r"}, "postgres"),
        ({"DATABASE_URL": "postgres://d", "IDEMPOTENCY_STORE": "sqlite"}, "sqlite"),
        ({"DATABASE_URL": "postgres://d", "REDIS_URL": "redis://r", "IDEMPOTENCY_STORE": "redis"}, "redis"),
    ],
)
def test_keys_live_in_the_best_store_there_is_unless_told_otherwise(environment, store, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert load(Settings).key_store == store


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"HTTP_PORT": "99999"}, "HTTP_PORT: Input should be less than or equal to 65535"),
        ({"HTTP_PORT": "http"}, "HTTP_PORT: Input should be a valid integer, unable to parse string as an integer"),
        ({"GRPC_SERVER": "go"}, "GRPC_SERVER: Input should be 'aio' or 'native'"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'"),
        ({"DEADLINE_MAX_SECONDS": "-1"}, "DEADLINE_MAX_SECONDS: Input should be greater than 0"),
        (
            {"CONCURRENCY": "many"},
            "CONCURRENCY: Input should be a valid integer, unable to parse string as an integer; Input should be 'adaptive'",
        ),
        ({"TLS_CERT_FILE": "/nope"}, "TLS_CERT_FILE: Path does not point to a file"),
        ({"TLS_CERT_FILE": sys.executable}, "TLS_CERT_FILE and TLS_KEY_FILE go together"),
        ({"TLS_CLIENT_CA_FILE": sys.executable}, "TLS_CLIENT_CA_FILE needs TLS_CERT_FILE"),
        ({"IDEMPOTENCY_STORE": "postgres"}, "IDEMPOTENCY_STORE=postgres needs DATABASE_URL"),
        ({"IDEMPOTENCY_STORE": "redis"}, "IDEMPOTENCY_STORE=redis needs REDIS_URL"),
        ({"DATABASE_URL": "mysql://u:hunter2@h/d"}, "DATABASE_URL must start with postgresql://"),
        ({"REDIS_URL": "hunter2"}, "REDIS_URL must start with redis://, rediss:// or unix://"),
        ({"HTTP_PORT": "5000", "GRPC_PORT": "5000"}, "HTTP_PORT and GRPC_PORT must differ"),
    ],
)
def test_a_mistake_is_one_line_with_the_name_of_the_variable_and_without_its_value(environment, line, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings) as raised:
        load(Settings)
    assert str(raised.value) == line
    assert "hunter2" not in str(raised.value)


def test_all_mistakes_are_told_at_once(monkeypatch):
    monkeypatch.setenv("HTTP_PORT", "x")
    monkeypatch.setenv("LOG_REQUESTS", "perhaps")
    with pytest.raises(InvalidSettings) as raised:
        load(Settings)
    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == ["HTTP_PORT", "LOG_REQUESTS"]


def test_a_dot_env_that_cannot_be_read_is_a_mistake_and_not_a_traceback(folder):
    (folder / ".env").write_bytes(b"HTTP_PORT=\xff\xfe")
    with pytest.raises(InvalidSettings, match="UTF-8"):
        load(Settings)


def test_origins_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example, https://b.example,")
    assert load(Settings).cors_origins == ("https://a.example", "https://b.example")
    monkeypatch.setenv("CORS_ORIGINS", "*")
    assert load(Settings).cors_origins == ("*",)


def test_secrets_do_not_show_in_the_settings_text(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@h/d")
    settings = load(Settings)
    assert "hunter2" not in repr(settings) + settings.model_dump_json()
    assert settings.database_url is not None
    assert "hunter2" in settings.database_url.get_secret_value()


def test_a_service_adds_settings_of_its_own(monkeypatch):
    class Own(Settings):
        payment_token: SecretStr
        retries: int = 3

    with pytest.raises(InvalidSettings) as raised:
        load(Own)
    assert str(raised.value) == "PAYMENT_TOKEN: Field required"
    monkeypatch.setenv("PAYMENT_TOKEN", "t")
    assert load(Own).retries == 3


def test_every_setting_says_what_it_is():
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_a_process_with_wrong_settings_ends_with_the_lines_and_exit_code_2(monkeypatch, folder):
    templates = Path(__file__).resolve().parents[2] / "templates"
    code = f"import sys; sys.path.insert(0, {str(templates)!r})\nfrom runtime.settings import *\nload_or_exit(Settings)"
    monkeypatch.setenv("HTTP_PORT", "x")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "settings: HTTP_PORT: Input should be a valid integer, unable to parse string as an integer"
    ]
    monkeypatch.delenv("HTTP_PORT")
    assert load_or_exit(Settings).http_port == 8000
