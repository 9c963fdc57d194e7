"""Projects made for a test: the scaffold, a contract and all that it gives; and the service of one as its own process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mscgen import pipeline, write
from mscgen.model.service import Service
from servers import Server, free_port

EMPTY = "mscgen: 1\nservice: {}\nversion: 1.0.0\nowner: team-a\nauth: public\n"


@dataclass(frozen=True)
class Project:
    """A generated project. service: the meaning of its contract."""

    folder: Path
    service: Service

    @property
    def source(self) -> Path:
        """The folder of its Python package."""
        return self.folder / "src" / self.service.package

    @property
    def proto(self) -> Path:
        """Its proto file."""
        return self.folder / "api" / "gen" / "proto" / self.service.wire.path

    def own_files(self) -> list[Path]:
        """Every file but the runtime's copies and what is not text."""
        found = [p for p in self.folder.rglob("*") if p.is_file() and p.suffix != ".pyc"]
        return sorted(p for p in found if "runtime" not in p.parts and ".git" not in p.parts)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A Python module with arguments, run in the project: `run("ruff", "check", ".")`."""
        env = {**os.environ, "PYTHONPATH": str(self.folder / "src"), **environment}
        return subprocess.run(
            [sys.executable, "-m", *command], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )


class Workshop:
    """Makes projects. The scaffold and the runtime are laid out once per service name, then copied with their .pyc."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def make(self, contract: str) -> Project:
        """The project of a contract that has to be right."""
        name = next(line for line in contract.splitlines() if line.startswith("service:")).split(":")[1].strip(' "')
        self._count += 1
        folder = self._folder / str(self._count) / name
        shutil.copytree(self._base(name), folder)
        return Project(folder, generate(folder, contract))

    def _base(self, name: str) -> Path:
        base = self._folder / "base" / name
        if not base.exists():
            from mscgen.write import scaffold

            base.mkdir(parents=True)
            scaffold.render(base, {"service_name": name, "kind": "service", "example": False})
            generate(base, EMPTY.format(name))
            subprocess.run([sys.executable, "-m", "compileall", "-q", "src"], cwd=base, check=True)
        return base


def generate(folder: Path, contract: str) -> Service:
    """Writes the contract and all that it gives; its meaning. Fails when something is wrong with it."""
    (folder / "contract.yaml").write_text(contract, encoding="utf-8")
    loaded, plan = pipeline.plan(folder / "contract.yaml", folder)
    if plan is None or loaded.service is None or plan.refuse:
        raise AssertionError("\n".join(map(str, [*loaded.diagnostics, *(plan.refuse if plan else ())])))
    write.apply(plan, folder)
    return loaded.service


@dataclass(frozen=True)
class Running:
    """A service that runs: where it is reached, and what it logs."""

    url: str
    grpc: str
    log: Path


@contextmanager
def running(project: Project, **settings: str) -> Iterator[Running]:
    """The project's service as its own process on free ports."""
    http, grpc = free_port(), free_port()
    data = project.folder.parent / "data"
    data.mkdir(exist_ok=True)
    url = f"http://127.0.0.1:{http}"
    environment = {
        **os.environ,
        "PYTHONPATH": str(project.folder / "src"),
        "HOST": "127.0.0.1",
        "HTTP_PORT": str(http),
        "GRPC_PORT": str(grpc),
        "DATA_DIR": str(data),
        **settings,
    }

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    log = data / "log"
    server = Server(url, [sys.executable, "-m", project.service.package], log, ready, {"cwd": data, "env": environment})
    server.start()
    try:
        yield Running(url, f"127.0.0.1:{grpc}", log)
    finally:
        server.stop()
