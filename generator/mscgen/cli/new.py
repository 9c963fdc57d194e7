"""`mscgen new`: a project that runs, from a name."""

from __future__ import annotations

import keyword
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mscgen.cli import exits

if TYPE_CHECKING:
    from mscgen.write import File


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    name: str
    kind: str
    contract: Path | None
    defaults: bool
    git: bool


@click.command()
@click.argument("name")
@click.option("--defaults", is_flag=True, help="Ask nothing.")
@click.option("--kind", type=click.Choice(["service", "gateway"]), default="service", show_default=True)
@click.option(
    "--contract", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Start from this contract."
)
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), default=Path("."), help="Parent folder.")
@click.option("--no-git", is_flag=True, help="No git repository, no first commit.")
def new(name: str, defaults: bool, kind: str, contract: Path | None, into: Path, no_git: bool) -> int:
    """Make the project NAME: scaffold, contract, generated code, a working example."""
    _check_name(name)
    target = into / name
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise exits.Stop(f"{target} exists and is not empty", "choose another name, or --into another folder")
    if contract is not None:
        kind = _check_contract(contract, name)
    wish = Wish(name, kind, contract, defaults or not sys.stdin.isatty(), not no_git)
    answers = _ask(wish)
    click.echo(f"{target}:")
    into.mkdir(parents=True, exist_ok=True)
    with _aside(target) as folder:
        _build(folder, wish, answers)
    click.echo(f"\nnext:\n  cd {shlex.quote(str(target))}")
    click.echo("  make run     # REST http://localhost:8000/docs, gRPC localhost:50051")
    click.echo("  make test    # README.md has calls to paste\n  edit contract.yaml, then: mscgen generate")
    return exits.CLEAN


def _build(folder: Path, wish: Wish, answers: dict[str, Any]) -> None:
    from mscgen import pipeline
    from mscgen.cli.generate import Options, make_plan
    from mscgen.write import apply, scaffold
    from mscgen.write.exclusive import exclusive
    from mscgen.write.freshness import remember

    if wish.contract is not None:
        shutil.copyfile(wish.contract, folder / "contract.yaml")
        lock = wish.contract.with_suffix(".lock")
        if lock.is_file():
            shutil.copyfile(lock, folder / "contract.lock")
    try:
        scaffold.render(folder, answers)
    except scaffold.ScaffoldError as failure:
        raise exits.Stop(str(failure), failure.hint, exits.FINDINGS) from None
    _step("scaffold", f"{sum(1 for p in folder.rglob('*') if p.is_file())} files, yours, updated by mscgen update")
    seeds = list(_example(answers)) if answers.get("example") else []
    contract = folder / "contract.yaml"
    _, plan, said = make_plan(contract, Options(), seeds, wish.name)
    if plan is None or plan.refuse:
        raise exits.Stop("the contract has errors; nothing was made", code=exits.FINDINGS)
    with exclusive(folder, lambda: None):
        apply(plan, folder)
        if not said:  # findings name the folder as it is seen from here: the first generate says them anew
            remember(folder, pipeline.inputs(contract), plan, said)
    _step("contract", f"contract.yaml{': ' + answers['resource'] if seeds else ''}")
    _step("generate", f"{len(plan.create)} files from contract.yaml")
    if wish.git:
        _step("git", _first_commit(folder, wish.name))


def _example(answers: dict[str, Any]) -> Iterator[File]:
    from mscgen.emit.example import Example, emit_example, plural
    from mscgen.model.names import snake

    package, resource = snake(answers["service_name"]), answers["resource"]
    yield from emit_example(Example(package, f"{package}.v1", resource, plural(resource)))


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", name) or "--" in name:
        hint = "small letters, digits and hyphens, a letter first, at most 63: order-service"
        raise exits.Stop(f"{name!r} is not a service name", hint)
    from mscgen.resolve.reserved import PACKAGES

    package = name.replace("-", "_")
    if keyword.iskeyword(package) or package in sys.stdlib_module_names or package in PACKAGES:
        message = f"a service called {name} would hide the Python package {package}"
        raise exits.Stop(message, f"call it {name}-service")


def _check_contract(contract: Path, name: str) -> str:
    """The kind of a given contract, which is looked at before anything is made of it."""
    from mscgen import pipeline
    from mscgen.cli.findings import text_of
    from mscgen.diagnostics import has_errors

    loaded = pipeline.check(contract)
    if loaded.service is None or has_errors(loaded.diagnostics):
        click.echo(text_of(loaded), nl=False, err=True)
        raise exits.Stop("the contract has errors; nothing was made", code=exits.FINDINGS)
    if loaded.service.name.raw != name:
        called = loaded.service.name.raw
        raise exits.Stop(f"{contract} describes {called}, not {name}", f"mscgen new {called} --contract {contract}")
    return loaded.service.kind


def _ask(wish: Wish) -> dict[str, Any]:
    """The scaffold's answers: at most three questions, none without a terminal."""
    from mscgen.emit.example import default_resource, plural
    from mscgen.resolve.reserved import TYPE_NAMES

    answers: dict[str, Any] = {"service_name": wish.name, "kind": wish.kind}
    if wish.kind == "service":
        answers["example"] = wish.contract is None
    if answers.get("example"):
        answers["resource"] = default_resource(wish.name, TYPE_NAMES)
    if wish.contract is not None or wish.defaults:
        return answers
    if "resource" in answers:
        answers["resource"] = click.prompt("What is it about? One word", answers["resource"], value_proc=_resource)
    answers["owner"] = click.prompt("Which team owns it?", f"team-{wish.name.removesuffix('-service')}")
    about = plural(answers["resource"]).lower() if "resource" in answers else "the services behind it"
    answers["doc"] = click.prompt("What does it do? One line", f"Keeps {about}.")
    return answers


def _resource(given: str) -> str:
    from mscgen.emit.example import resource_fault
    from mscgen.resolve.reserved import TYPE_NAMES

    fault = resource_fault(given, TYPE_NAMES)
    if fault:
        raise click.UsageError(fault)
    return given


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A folder beside the target that becomes the target at the end, or vanishes: no half-made project."""
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        folder.chmod(0o777 & ~_umask())
        yield folder
        os.rename(folder, target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _first_commit(folder: Path, name: str) -> str:
    from mscgen.write import git

    try:
        if git.is_inside_work_tree(folder):
            return "inside a repository already: commit the project, updates need it"
        git.run(folder, "init", "-q", "-b", "main")
        git.run(folder, "add", "-A")
        who = [] if git.attempt(folder, "config", "user.email").stdout.strip() else _NOBODY
        quiet = ["-c", "commit.gpgsign=false"]
        git.run(folder, *who, *quiet, "commit", "-q", "--no-verify", "-m", f"{name}, as mscgen made it")
    except git.GitError as failure:
        return f"no first commit ({failure}); updates need one"
    return "first commit" + (" (git knows no user.email: as mscgen)" if who else "")


_NOBODY = ["-c", "user.name=mscgen", "-c", "user.email=mscgen@localhost"]


def _step(name: str, what: str) -> None:
    click.echo(f"  {click.style(f'{name:<9}', fg='green')} {what}")
