"""`mscgen generate` of everything, beside the commands that make a part of it.

Cold: no output and no cache of ours; Python's own bytecode is there on both sides. The peers do less: models only
(datamodel-codegen), a server only (fastapi-codegen), a client only (openapi-python-client), messages only (buf,
protoc). Nothing to do: the same command a second time.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import specs
from measure import Report, Side, alternate, arguments, middle, mscgen, run, tool


def main() -> None:
    options = arguments(__doc__ or "")
    report = Report()
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        small = root / "30"
        specs.write(specs.spec(30), small)
        beside_peers(report, small, rounds=3 if options.quick else 7, few=options.quick)
        unchanged(report, small, rounds=3 if options.quick else 9)
        grown(report, root, small, rounds=1 if options.quick else 3)
        if not options.quick:
            large = root / "300"
            specs.write(specs.spec(300), large)
            beside_peers(report, large, rounds=3, few=True)
    report.close()


def ours(folder: Path, name: str = "mscgen") -> Side:
    """A project that has only its contract, and no cache."""
    project, cache = folder / "project", folder / "cache"

    def reset() -> None:
        shutil.rmtree(project, ignore_errors=True)
        shutil.rmtree(cache, ignore_errors=True)
        project.mkdir()
        shutil.copy(folder / "contract.yaml", project)

    return Side(name, [*mscgen(), "generate"], project, {"MSCGEN_CACHE_DIR": str(cache)}, reset)


def clean(folder: Path) -> Callable[[], None]:
    def reset() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

    return reset


def peers(folder: Path, few: bool) -> list[Side]:
    """The commands that are there; what is missing is said."""
    out = folder / "out"
    found = []
    models = tool("datamodel-codegen")
    if models:
        facts = [
            "--input",
            "openapi.yaml",
            "--input-file-type",
            "openapi",
            "--output-model-type",
            "pydantic_v2.BaseModel",
        ]
        found.append(
            Side("datamodel-codegen", [models, *facts, "--output", out / "models.py"], folder, None, clean(out))
        )
    protoc = [sys.executable, "-m", "grpc_tools.protoc", "-Iproto", f"--python_out={out}", f"--pyi_out={out}"]
    protoc += [f"--grpc_python_out={out}", "proto/orders30/v1/orders30.proto"]
    found.append(Side("protoc", protoc, folder, None, clean(out)))
    buf = tool("buf")
    if buf:
        # buf's Python plugin is protoc's own; grpcio-tools has that as a module only.
        protoc_command = folder / "protoc"
        protoc_command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m grpc_tools.protoc "$@"\n')
        protoc_command.chmod(0o755)
        path = f"{folder}{os.pathsep}{os.environ['PATH']}"
        found.append(Side("buf generate", [buf, "generate"], folder, {"PATH": path}, clean(out)))
    if few:
        return found
    server = tool("fastapi-codegen", "fastapi-code-generator")
    if server:
        command: list[str | Path] = [server, "--input", "openapi.yaml", "--output", out / "server"]
        found.append(Side("fastapi-codegen", command, folder, None, clean(out)))
    client = tool("openapi-python-client", "openapi-python-client")
    if client:
        command = [client, "generate", "--path", "openapi.yaml", "--output-path", out / "client", "--overwrite"]
        found.append(Side("openapi-python-client", command, folder, None, clean(out)))
    return found


def beside_peers(report: Report, folder: Path, rounds: int, few: bool) -> None:
    """Cold, against every peer."""
    others = peers(folder, few)
    found = alternate([ours(folder), *others], rounds)
    for peer in others:
        report.ratio(
            f"generate {folder.name}, cold, / {peer.name}", found["mscgen"].cpu, found[peer.name].cpu, peer.name
        )
    report.value(f"generate {folder.name}, cold, CPU", found["mscgen"].cpu, "s", "0.9 s at 30 operations")


def unchanged(report: Report, folder: Path, rounds: int) -> None:
    """A second run, and one that finds everything it needs in the cache."""
    first = ours(folder)
    run(first)
    again = Side("again", first.command, first.cwd, first.environment)
    found = alternate([again], rounds)["again"]
    report.value(f"generate {folder.name}, nothing to do, CPU", found.cpu, "s", "0.15 s")


def grown(report: Report, root: Path, small: Path, rounds: int) -> None:
    """1,000 operations: how much more than 30 cost, per operation, and the memory."""
    large = root / "1000"
    specs.write(specs.spec(1000), large)
    side = ours(large)
    found = middle([run(side) for _ in range(rounds)])
    base = middle([run(ours(small)) for _ in range(3)])
    report.value("generate 1000, cold, CPU", found.cpu, "s", "-")
    # A straight line through the start-up cost would give less than 1; more than 1 is worse than linear.
    report.ratio("generate 1000, CPU per operation", found.cpu / 1000, base.cpu / 30, "the same at 30 operations")
    report.ratio("generate 1000, peak memory", found.rss, 300, "300 MiB")


if __name__ == "__main__":
    main()
