"""Template repositories with two versions, and projects made from the older one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from mscgen.resources import data_root
from mscgen.write import scaffold, store

BINARY = b"\x89PNG\0 the scaffold's"


def git(cwd: Path, *args: str) -> str:
    return subprocess.run(["git", "-C", str(cwd), *args], check=True, capture_output=True, text=True).stdout


def commit(cwd: Path, message: str, tag: str | None = None) -> None:
    if not (cwd / ".git").exists():
        git(cwd, "init", "-q", "-b", "main")
    git(cwd, "add", "-A", "-f")
    git(cwd, "commit", "-qm", message)
    if tag:
        git(cwd, "tag", tag)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def template_repo(tmp_path) -> Path:
    """The scaffold on disk as a git repository, with files that only these tests need, tagged v1.0.0."""
    repo = tmp_path / "template"
    for path, file in store.live_files():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, repo / path)
    service = repo / "templates/scaffold/service"
    (service / "legacy.cfg").write_text("old = 1\n")
    (service / "dropme.cfg").write_text("drop: me\nx: 1\n")
    (service / "renamed.cfg").write_text("a = 1\nb = 2\n")
    (service / "logo.bin").write_bytes(BINARY)
    (service / "icon.bin").write_bytes(BINARY)
    (service / "setup.sh").write_text("#!/bin/sh\necho 1\n")
    (service / "logging.yaml").write_text("level: info\n")
    commit(repo, "v1", "v1.0.0")
    return repo


def newer_template(repo: Path) -> None:
    """v2.0.0: one change of each kind."""
    service = repo / "templates/scaffold/service"
    replace(service / "Makefile.jinja", "\t$(PY) -m pytest\n", "\t$(PY) -m pytest --strict-markers\n")
    with open(service / "README.md.jinja", "a", encoding="utf-8") as readme:
        readme.write("\n## New in v2\n")
    (service / "legacy.cfg").unlink()
    (service / "dropme.cfg").unlink()
    (service / "renamed.cfg").rename(service / "settings.cfg")
    (service / "icon.bin").write_bytes(BINARY + b" v2")
    (service / "setup.sh").write_text("#!/bin/sh\necho 2\n")
    (service / "setup.sh").chmod(0o755)
    (service / "logging.yaml").write_text("level: info\nformat: json\n")
    (service / "notes.txt").write_text("from the scaffold\n")
    (service / "metrics.toml.jinja").write_text("port = {{ metrics_port }}\n")
    with open(service / "contract.yaml.jinja", "a", encoding="utf-8") as contract:
        contract.write("# v2\n")
    with open(repo / "copier.yml", "a", encoding="utf-8") as questions:
        questions.write("\nmetrics_port: {type: int, default: 9090}\n")
    commit(repo, "v2", "v2.0.0")


@pytest.fixture
def installed(monkeypatch, template_repo, home):
    """`installed("1.0.0")`: the mscgen of that version, with that scaffold, is the one on this machine."""

    def install(target: Path | None = None) -> Path:
        path = home / ".mscgen/scaffold.bundle"
        path.parent.mkdir(exist_ok=True)
        git(template_repo, "bundle", "create", "-q", str(path), "--tags")
        return path

    def choose(version: str) -> None:
        monkeypatch.setattr(store, "__version__", version)
        if version == "2.0.0" and "v2.0.0" not in git(template_repo, "tag"):
            newer_template(template_repo)
        install()

    monkeypatch.setattr(store, "install", install)
    choose("1.0.0")
    return choose


@pytest.fixture
def project(tmp_path, installed) -> Path:
    """A committed project made from v1.0.0."""
    folder = tmp_path / "work" / "order-service"
    folder.mkdir(parents=True)
    scaffold.render(folder, {"service_name": "order-service", "kind": "service", "example": True, "resource": "Order"})
    commit(folder, "scaffold")
    return folder


def _live(repo: Path) -> Path:
    shutil.copytree(data_root() / "templates" / "scaffold", repo / "templates" / "scaffold")
    shutil.copy(data_root() / "copier.yml", repo)
    identity = ("-c", "user.name=A Tester", "-c", "user.email=tester@localhost")
    git(repo, "init", "-q", "-b", "main")
    git(repo, "add", "-A", "-f")
    git(repo, *identity, "commit", "-qm", "live")
    git(repo, "tag", "v1.0.0")
    return repo


@pytest.fixture(scope="session")
def live(tmp_path_factory) -> Path:
    """The scaffold on disk as copier wants it, a git repository with copier.yml at its root; nobody changes it."""
    return _live(tmp_path_factory.mktemp("live") / "template")


@pytest.fixture
def live_repo(tmp_path) -> Path:
    """The same for one test, to be changed."""
    return _live(tmp_path / "live")
