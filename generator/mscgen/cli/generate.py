"""`mscgen generate`: contract → files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mscgen.cli import exits
from mscgen.cli.project import find_contract, project_argument

if TYPE_CHECKING:
    from mscgen.pipeline import Loaded
    from mscgen.write import File, Plan

NOTHING_TO_DO = "nothing to do: everything is up to date"


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: `check`, `diff` and `dry_run` change nothing on disk."""

    check: bool = False
    diff: bool = False
    dry_run: bool = False
    adopt: tuple[str, ...] = ()
    discard: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether the run may change the project."""
        return not (self.check or self.diff or self.dry_run)


@click.command()
@project_argument
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if anything would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show the plan.")
@click.option("--watch", is_flag=True, help="Run again whenever the contract changes.")
@click.option(
    "--adopt", multiple=True, metavar="PATH", help="Keep a hand-edited managed file: it is yours from now on."
)
@click.option("--discard", multiple=True, metavar="PATH", help="Drop what was written by hand in a managed file.")
def generate(
    project: Path, check: bool, diff: bool, dry_run: bool, watch: bool, adopt: tuple[str, ...], discard: tuple[str, ...]
) -> int:
    """Bring the generated files up to date with contract.yaml.

    Prints the plan, then does it. Touches only files whose bytes change, never yours, and refuses to overwrite a
    managed file that was edited by hand.
    """
    if watch and (check or diff or dry_run):
        raise click.UsageError("--watch writes, so it does not go with --check, --diff or --dry-run")
    contract = find_contract(project)
    root = contract.parent
    options = Options(check, diff, dry_run, _below(root, adopt), _below(root, discard))
    if watch:
        from mscgen.cli.watch import watch as run_again

        return run_again(contract, lambda: run(contract, options))
    return run(contract, options)


def _below(root: Path, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Paths as the plan prints them; absolute ones become relative to the project."""
    return tuple(os.path.relpath(p, root.absolute()) if os.path.isabs(p) else p for p in paths)


def run(contract: Path, options: Options) -> int:
    """One run; returns its exit code."""
    from mscgen.write.freshness import recall

    root = contract.parent
    said = None if options.adopt or options.discard else recall(root)
    if said is not None:
        click.echo(said, nl=False, err=True)
        click.echo(NOTHING_TO_DO)
        return exits.CLEAN
    if not options.writes:
        return _look(contract, options)
    from mscgen.write.exclusive import exclusive

    with exclusive(root, lambda: click.echo("waiting for another mscgen that writes here …", err=True)):
        return _write(contract, options)


def _look(contract: Path, options: Options) -> int:
    """--check, --diff and --dry-run: the same plan, and no byte on disk."""
    from mscgen.cli.plan_text import describe, diff, summary
    from mscgen.write.apply import pending

    if pending(contract.parent):
        raise exits.Stop("an earlier run was interrupted", "mscgen generate finishes it", exits.FINDINGS)
    _, plan, _ = make_plan(contract, options)
    if plan is None:
        return exits.FINDINGS
    if options.diff:
        for piece in diff(plan):
            click.echo(piece, nl=False)
    else:
        for line in describe(plan):
            click.echo(line)
        click.echo(f"would be: {summary(plan)}" if plan.changes or plan.refuse else NOTHING_TO_DO)
    return exits.FINDINGS if plan.refuse or (options.check and plan.changes) else exits.CLEAN


def _write(contract: Path, options: Options) -> int:
    from mscgen import pipeline
    from mscgen.cli.plan_text import describe, summary
    from mscgen.write import apply, recover
    from mscgen.write.freshness import remember

    root = contract.parent
    if recover(root) is not None:
        click.echo("finished an earlier run that was interrupted")
    _, plan, said = make_plan(contract, options)
    if plan is None:
        return exits.FINDINGS
    for line in describe(plan):
        click.echo(line)
    if plan.refuse:
        click.echo(f"nothing was written: {len(plan.refuse)} file(s) are not mscgen's to overwrite", err=True)
        return exits.FINDINGS
    skipped = apply(plan, root)
    for path in skipped:
        click.echo(f"left alone: {path} changed while mscgen was running", err=True)
    if not skipped:
        remember(root, pipeline.inputs(contract), plan, said)
    click.echo(summary(plan) if plan.changes else NOTHING_TO_DO)
    return exits.FINDINGS if skipped else exits.CLEAN


def make_plan(
    contract: Path, options: Options, seeds: Iterable[File] = (), folder: str = ""
) -> tuple[Loaded, Plan | None, str]:
    """The plan, with the findings shown on stderr; also their text. The plan is None when there are errors.

    folder: what findings call the contract's folder, where it is going to have another name.

    Raises Stop for an `--adopt` or `--discard` path at which nothing is refused.
    """
    from mscgen import pipeline
    from mscgen.cli.findings import text_of

    with _progress() as emitted:
        loaded, plan = pipeline.plan(contract, contract.parent, options.adopt, options.discard, seeds, emitted)
    said = text_of(loaded)
    if folder:
        said = said.replace(f"{contract.parent.name}/", f"{folder}/")
    click.echo(said, nl=False, err=True)
    if plan is not None and plan.unused:
        raise exits.Stop(f"nothing is refused at {', '.join(plan.unused)}", "mscgen generate --dry-run lists what is")
    return loaded, plan, said


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A counter on the terminal while many files are made; nothing when stderr is a file or a pipe."""
    count = 0

    def emitted(path: str) -> None:
        nonlocal count
        count += 1
        if count % 50 == 0 and sys.stderr.isatty():
            print(f"\r  {count} files …", end="", file=sys.stderr, flush=True)

    try:
        yield emitted
    finally:
        if count >= 50 and sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
