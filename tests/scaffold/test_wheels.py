"""Two machines, offline: one has only the older mscgen, the other only the newer one and a home of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import yaml
from mscgen import __version__
from mscgen.resources import data_root
from mscgen.write import store

from .conftest import commit, git, replace

pytestmark = pytest.mark.slow

SOURCES = ("generator", "templates", "schemas", "copier.yml", "pyproject.toml", "README.md")


def checkout(target: Path) -> Path:
    """A copy of what a wheel is built from."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", "node_modules")
    for name in SOURCES:
        source = data_root() / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignored)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target / name)
    return target


def older_checkout(target: Path) -> Path:
    """The same mscgen, as it would be had its first released scaffold been its last."""
    root = checkout(target)
    history = (root / store.HISTORY).read_bytes()
    oldest = store.released(history)[0]
    replace(root / "generator/mscgen/__init__.py", f'"{__version__}"', f'"{oldest.removeprefix("v")}"')
    repository = target.parent / f"{target.name}-history"
    store._load(repository, history)
    git(repository, "checkout", "-q", "-f", oldest)
    shutil.rmtree(root / "templates" / "scaffold")
    shutil.copytree(repository / "templates" / "scaffold", root / "templates" / "scaffold")
    shutil.copy(repository / "copier.yml", root)
    git(repository, "checkout", "-q", "--detach", oldest)
    git(repository, "branch", "-qf", "main", oldest)
    newer = [tag for tag in store.released(history) if tag != oldest]
    git(repository, "tag", "-d", *newer)
    stream = subprocess.run(
        ["git", "-C", str(repository), "fast-export", "main", oldest], capture_output=True, check=True
    )
    (root / store.HISTORY).write_bytes(stream.stdout)
    return root


class Machine:
    """An interpreter with one mscgen wheel, the dependencies of this one, and a home of its own."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
        self.python = folder / "venv" / "bin" / "python"
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "-q", "--no-deps", "--no-index"]
        subprocess.run([*pip, str(wheel)], check=True)
        library = next((folder / "venv" / "lib").glob("python*")) / "site-packages"
        (library / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")

    def run(self, cwd: Path, *command: str, code: int = 0) -> str:
        env = os.environ | {"HOME": str(self.home), "MSCGEN_CACHE_DIR": str(self.folder / "cache")}
        env.pop("PYTHONPATH", None)
        done = subprocess.run([str(self.python), "-m", *command], cwd=cwd, env=env, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


def build(root: Path, out: Path) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(root)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    folder = tmp_path_factory.mktemp("machines")
    older = build(older_checkout(folder / "older"), folder / "older-dist")
    newer = build(checkout(folder / "newer"), folder / "newer-dist")
    return Machine(folder / "a", older), Machine(folder / "b", newer), newer


@pytest.fixture(scope="module")
def edited(machines, tmp_path_factory) -> Path:
    """A project made on machine A, with an edit of its user."""
    a, _, _ = machines
    folder = tmp_path_factory.mktemp("on-a")
    a.run(folder, "mscgen", "new", "order-service", "--defaults")
    project = folder / "order-service"
    replace(project / "README.md", "## Settings\n", "## Settings\n\nThe user's introduction.\n")
    git(project, "add", "-A")
    git(project, "-c", "user.name=A Tester", "-c", "user.email=tester@localhost", "commit", "-qm", "user")
    return project


@pytest.fixture
def cloned(edited, tmp_path) -> Path:
    """Its clone on machine B."""
    git(tmp_path, "clone", "-q", str(edited), str(tmp_path / "b"))
    return tmp_path / "b"


def make_test(project: Path, machine: Machine) -> None:
    done = subprocess.run(["make", "test", f"PY={machine.python}"], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def scaffold_version(project: Path) -> str:
    return yaml.safe_load((project / ".copier-answers.yml").read_text())["_commit"]


def test_the_wheel_and_the_checkout_hold_the_same_templates(machines):
    _, _, wheel = machines
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "schemas"):
        for file in (data_root() / folder).rglob("*"):
            relative = file.relative_to(data_root()).as_posix()
            hidden = any(part.startswith(".") and "cache" in part for part in file.parts) or "__pycache__" in file.parts
            if file.is_file() and not hidden and file.suffix != ".pyc":
                assert f"mscgen/_data/{relative}" in names
    assert "mscgen/_data/copier.yml" in names


def test_mscgen_update_brings_the_newer_scaffold_offline_and_keeps_the_edit(machines, cloned):
    _, b, _ = machines
    assert scaffold_version(cloned) != f"v{__version__}"
    said = b.run(cloned, "mscgen", "update")
    assert re.search(rf"scaffold v[\d.]+ -> v{re.escape(__version__)}: \d+ file", said)
    assert scaffold_version(cloned) == f"v{__version__}"
    text = (cloned / "README.md").read_text()
    assert "The user's introduction." in text
    assert "## Keeping up" in text
    assert (cloned / "compose.yaml").is_file()
    make_test(cloned, b)
    commit(cloned, "updated")
    assert b.run(cloned, "mscgen", "update") == f"already at v{__version__}\n"
    b.run(cloned, "mscgen", "generate", "--check")


def test_the_older_scaffold_is_one_that_people_could_have_worked_with(machines, cloned):
    a, _, _ = machines
    make_test(cloned, a)


def test_plain_copier_does_the_same_after_template_install(machines, cloned):
    _, b, _ = machines
    b.run(cloned, "mscgen", "template", "install")
    b.run(cloned, "copier", "update", "--defaults", "--quiet")
    assert scaffold_version(cloned) == f"v{__version__}"
    assert "The user's introduction." in (cloned / "README.md").read_text()
    assert not list(cloned.rglob("*.rej"))
    commit(cloned, "updated")


def test_a_conflict_is_reported_with_3_and_the_update_can_be_dropped(machines, cloned):
    _, b, _ = machines
    text = (cloned / "Makefile").read_text()
    (cloned / "Makefile").write_text(text.replace("-m pytest", "-m pytest -x"))
    commit(cloned, "user")
    said = b.run(cloned, "mscgen", "update", code=3)
    assert "conflict  Makefile" in said
    b.run(cloned, "mscgen", "update", "--abort")
    assert git(cloned, "status", "--porcelain") == ""


def test_the_older_mscgen_does_not_take_a_newer_project_back(machines, cloned):
    a, b, _ = machines
    b.run(cloned, "mscgen", "update")
    commit(cloned, "updated")
    said = a.run(cloned, "mscgen", "update", code=1)
    assert "a scaffold does not go back" in said
    assert f"install mscgen {__version__} or newer" in said


def test_an_installation_cannot_freeze(machines, cloned):
    _, b, _ = machines
    assert "in a checkout" in b.run(cloned, "mscgen", "template", "freeze", code=1)
