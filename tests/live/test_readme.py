"""The README tells the truth: its tour is walked, its snippets stand in what is generated."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.live


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """One line of the tour, with `mscgen` being this checkout's and `make` using this interpreter."""
    words = command.split("#")[0].split()
    if words[0] == "mscgen":
        words = [sys.executable, "-m", *words]
    if words[0] == "make":
        words.append(f"PY={sys.executable}")
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, env=os.environ)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The service of the tour."""
    folder = tmp_path_factory.mktemp("tour")
    tour = next(b for b in blocks("sh") if "mscgen new" in b).splitlines()
    made = run(tour[0], folder)
    assert made.returncode == 0, made.stderr
    return folder / tour[1].removeprefix("cd ")


def test_the_tours_commands_work(project):
    tour = next(b for b in blocks("sh") if "mscgen new" in b).splitlines()
    later = next(b for b in blocks("sh") if "mscgen lint" in b).splitlines()
    for line in [*tour[2:], *later]:
        if not line.startswith("make run"):
            out = run(line, project)
            assert out.returncode == 0, f"{line}\n{out.stdout}{out.stderr}"


def test_the_tours_contract_is_the_one_that_new_writes(project):
    contract = (project / "contract.yaml").read_text(encoding="utf-8")
    for snippet in blocks("yaml"):
        assert snippet in contract


def test_the_tours_handler_is_the_one_that_new_writes(project):
    handler = (project / "src/order_service/handlers/create_order.py").read_text(encoding="utf-8")
    for snippet in blocks("python"):
        assert snippet in handler


def test_the_two_commands_exist():
    for line in blocks("sh")[0].splitlines():
        script = ROOT / line.split()[1]
        assert script.is_file()
        assert os.access(script, os.X_OK)


def test_every_linked_page_exists():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert "://" in target or (ROOT / target).exists(), target
