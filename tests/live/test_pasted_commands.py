"""The lines of docs/gen/api.md, pasted into a shell while the service runs: each is a call that the contract allows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import everything
import pytest
from markdown_it import MarkdownIt
from servers import free_port

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The project, the REST address and the gRPC port of the running service."""
    folder = tmp_path_factory.mktemp("everything")
    made = everything.project(folder)
    port = free_port()
    with everything.running(made, folder, port) as url:
        yield made, url, port


def commands(made: Path, tool: str) -> dict[str, str]:
    """The pasted text of each operation, with `tool`."""
    text = (made / "docs/gen/api.md").read_text(encoding="utf-8")
    found = {}
    for part in text.split('<a id="op-')[1:]:
        name = part.split('"')[0]
        blocks = [t.content for t in MarkdownIt().parse(part) if t.type == "fence"]
        lines = [line for block in blocks for line in block.strip().split("\n\n") if line.startswith(tool)]
        if lines:
            found[name] = lines[0]
    return found


def paste(text: str) -> subprocess.CompletedProcess[str]:
    # The tools of this environment come first; `uuidgen` may be missing where the tests run.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    text = text if shutil.which("uuidgen") else text.replace("$(uuidgen)", "0d6f2c9e-1111-4a4b-9c9c-3b1c6f1d2e3f")
    return subprocess.run(
        ["sh", "-c", text], env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=60
    )


def test_every_curl_line_is_a_call_that_the_service_understands(service):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    made, url, _ = service
    wrong = {}
    for name, line in commands(made, "curl").items():
        line = line.replace("http://localhost:8000", url).replace("x-key: …", f"x-key: {everything.KEY}")
        done = paste(line.replace("curl ", "curl -s -w '\\n%{http_code}' ", 1))
        status = done.stdout.rsplit("\n", 1)[-1]
        allowed = {"200", "201", "202", "204", "404"} | ({"501"} if name == "Unwritten" else set())
        if status not in allowed:
            wrong[name] = line + "\n" + done.stdout + done.stderr
    assert not wrong


def test_every_grpcurl_line_is_a_call_that_the_service_understands(service):
    if not Path(sys.executable).with_name("grpcurl").exists() and shutil.which("grpcurl") is None:
        pytest.skip("grpcurl is not installed")
    made, _, port = service
    wrong = {}
    for name, line in commands(made, "grpcurl").items():
        line = line.replace("localhost:50051", f"127.0.0.1:{port}").replace("x-key: …", f"x-key: {everything.KEY}")
        done = paste(line)
        code = re.search(r"Code: (\w+)", done.stderr)
        allowed = {"NotFound"} | ({"Unimplemented"} if name == "Unwritten" else set())
        if done.returncode and (code is None or code[1] not in allowed):
            wrong[name] = line + "\n" + done.stdout + done.stderr
    assert not wrong
