"""A stranger reads the OpenAPI document and tries what it says, and what it forbids: the service keeps its word."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import everything
import pytest

pytestmark = [pytest.mark.live, pytest.mark.slow]

CONFIG = f"""
[auth.openapi.api_key]
api_key = "{everything.KEY}"

# A key that was used with another body, and a record that has changed: right answers to right requests.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 304, 401, 403, 404, 409, 412, 422, 503]
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("everything")
    with everything.running(everything.project(folder), folder) as url:
        yield url


def schemathesis(url: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "schemathesis.toml").write_text(CONFIG)
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{url}/openapi.json",
        "--checks=all",
        "--seed=1",
        "--generation-deterministic",
        "--no-color",
        "--warnings=off",
        *options,
    ]
    return subprocess.run(command, cwd=folder, env={**os.environ, "COLUMNS": "160"}, capture_output=True, text=True)


def test_schemathesis_finds_nothing(service, tmp_path):
    examples = os.environ.get("SCHEMATHESIS_EXAMPLES", "25")
    done = schemathesis(service, tmp_path, f"--max-examples={examples}", "--exclude-operation-id=Unwritten")
    assert done.returncode == 0, done.stdout[-12000:] + done.stderr[-2000:]


def test_an_operation_without_a_handler_says_501_as_documented(service, tmp_path):
    options = [
        "--include-operation-id=Unwritten",
        "--max-examples=5",
        "--exclude-checks=not_a_server_error,positive_data_acceptance",
    ]
    done = schemathesis(service, tmp_path, *options)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
