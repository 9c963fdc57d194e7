"""What a new user does: new, make run, paste the README's lines, make test, make check."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from servers import free_port, unavailable

pytestmark = pytest.mark.live

PROGRAM = [sys.executable, "-m", "mscgen"]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """One new project for the whole module; nobody changes it."""
    folder = tmp_path_factory.mktemp("new")
    command = [*PROGRAM, "new", "order-service", "--defaults", "--no-git", "--into", str(folder)]
    home = os.environ | {"HOME": str(tmp_path_factory.mktemp("home"))}
    subprocess.run(command, env=home, check=True, capture_output=True)
    return folder / "order-service"


def make(project: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    tools = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"} | env
    return subprocess.run(["make", *arguments], cwd=project, env=tools, capture_output=True, text=True)


@contextmanager
def running(project: Path, *arguments: str) -> Iterator[dict[str, int]]:
    """`make run` on free ports, until the block ends; then SIGINT as from a terminal, and a clean exit."""
    ports = {"HTTP_PORT": free_port(), "GRPC_PORT": free_port()}
    log = project.parent / f"{project.name}.log"
    env = os.environ | {name: str(port) for name, port in ports.items()} | {"DATA_DIR": str(project.parent / "data")}
    with log.open("wb") as out:
        child = subprocess.Popen(
            ["make", "run", *arguments], cwd=project, env=env, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _wait_until_ready(f"http://127.0.0.1:{ports['HTTP_PORT']}/readyz", child, log)
        yield ports
    finally:
        os.killpg(child.pid, signal.SIGINT)
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    assert "service stops" in log.read_text(errors="replace")


def _wait_until_ready(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert child.poll() is None, log.read_text(errors="replace")
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)  # the condition is the answer of the service, the pause only spares the CPU
    pytest.fail("the service did not become ready: " + log.read_text(errors="replace"))


def readme_blocks(project: Path, ports: dict[str, int]) -> list[str]:
    """The shell blocks of the section that is to be pasted, with this run's ports for 8000 and 50051."""
    text = (project / "README.md").read_text().split("## Call it")[1].split("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.S)
    assert any("localhost:8000" in b for b in blocks)
    assert any("localhost:50051" in b for b in blocks)
    ported = (b.replace(":8000", f":{ports['HTTP_PORT']}").replace(":50051", f":{ports['GRPC_PORT']}") for b in blocks)
    return [b.replace("/tmp/", f"{project.parent}/") for b in ported]


def paste(project: Path, blocks: list[str]) -> list[str]:
    """Run the blocks one after the other in one shell; what each printed."""
    if shutil.which("curl") is None or shutil.which("grpcurl", path=str(Path(sys.executable).parent)) is None:
        unavailable("curl and grpcurl are not installed")
    mark = "=== next block ==="
    script = f"\necho '{mark}'\n".join(blocks)
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], cwd=project, env=env, capture_output=True, text=True, timeout=120)
    ended_by_max_time = done.stderr.count("DeadlineExceeded") == 1
    assert done.stderr.count("ERROR") == 1, done.stderr
    assert ended_by_max_time, done.stderr
    return done.stdout.split(mark)


def documents(text: str) -> list[dict]:
    """The JSON objects in a text, whatever stands between them."""
    found, decoder, position = [], json.JSONDecoder(), 0
    while (start := text.find("{", position)) >= 0:
        document, position = decoder.raw_decode(text, start)
        found.append(document)
    return found


def test_every_line_of_the_readme_works_when_pasted(made):
    with running(made, f"PY={sys.executable}") as ports:
        create, read, patch, watch, grpc = paste(made, readme_blocks(made, ports))
    first, again = documents(create)
    assert first == again
    assert (first["title"], first["amount"], first["status"]) == ("first", "12.50", "draft")
    got, second, page_one, page_two = documents(read)
    assert got == first
    assert [one["title"] for one in page_one["orders"]] == ["first"]
    assert page_two["orders"] == [second]
    (patched,) = documents(patch)
    assert patched == first | {"status": "active", "note": "now active"}
    assert documents(watch) == [patched]
    assert "text/event-stream" not in watch
    assert "order_service.v1.OrderService" in grpc
    made_third, got, listed, updated, watched = documents(grpc)
    assert made_third["order"]["title"] == "third"
    assert got["order"]["note"] == "now active"
    assert len(listed["orders"]) == 2
    assert listed["next_page_token"]
    assert updated["order"]["title"] == watched["order"]["title"] == "renamed"


def test_make_test_is_green_and_calls_both_transports(made):
    done = make(made, "test", f"PY={sys.executable}")
    assert done.returncode == 0, done.stdout + done.stderr
    passed = int(re.search(r"(\d+) passed", done.stdout)[1])
    assert passed >= 15
    assert "skipped" not in done.stdout


def test_make_check_has_nothing_to_say(made):
    done = make(made, "check", f"PY={sys.executable}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_make_generate_has_nothing_to_do(made):
    assert "nothing to do" in make(made, "generate").stdout


@pytest.mark.parametrize("resource", ["Schema", "LineItem", "Abcdefghijklmnopqrst"])
def test_any_resource_gives_code_that_tests_and_checkers_accept(tmp_path, resource):
    from mscgen.cli import new

    wish = new.Wish("shop-service", "service", None, True, False)
    answers = {"service_name": "shop-service", "kind": "service", "example": True, "resource": resource}
    folder = tmp_path / "shop-service"
    folder.mkdir()
    new._build(folder, wish, answers)
    for target in ("test", "check"):
        done = make(folder, target, f"PY={sys.executable}")
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_gateway_starts_and_is_ready(tmp_path):
    command = [*PROGRAM, "new", "edge", "--kind", "gateway", "--defaults", "--no-git"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    with running(tmp_path / "edge", f"PY={sys.executable}"):
        pass
    done = make(tmp_path / "edge", "check", f"PY={sys.executable}")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_make_run_makes_its_own_environment(tmp_path):
    """The one test that needs a package registry."""
    subprocess.run([*PROGRAM, "new", "order-service", "--defaults"], cwd=tmp_path, check=True, capture_output=True)
    project = tmp_path / "order-service"
    prepared = make(project, ".venv/installed")
    if prepared.returncode:
        unavailable(f"no package registry answers: {prepared.stderr[-300:]}")
    assert "up to date" in make(project, ".venv/installed").stdout
    with running(project) as ports:
        url = f"http://127.0.0.1:{ports['HTTP_PORT']}/v1/orders"
        assert json.load(urllib.request.urlopen(url, timeout=5)) == {"orders": []}
    assert subprocess.run(["git", "-C", str(project), "status", "--porcelain"], capture_output=True).stdout == b""
