"""`mscgen lock`: contract.lock and git."""

from __future__ import annotations

import os
from pathlib import Path

import click

from mscgen.cli.exits import CLEAN, FINDINGS, Stop
from mscgen.cli.project import find_contract, project_argument


@click.group()
def lock() -> None:
    """The numbers of the wire in contract.lock."""


@lock.command()
@project_argument
@click.option("--ours", "base", flag_value="ours", help="The side above ======= keeps its numbers.")
@click.option("--theirs", "base", flag_value="theirs", help="The side below ======= keeps its numbers.")
def resolve(project: Path, base: str | None) -> int:
    """Settle a git merge of contract.lock.

    The branch that others already build on keeps every number, by default a main branch, else the side above
    =======; new names of the other branch get new numbers, which are printed.
    """
    from mscgen.diagnostics import Diagnostic
    from mscgen.resolve.lock import dump, resolve_conflict

    path = find_contract(project).with_suffix(".lock")
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        raise Stop(f"there is no readable {path}", f"restore it from git: git checkout HEAD -- {path}") from None
    settled = resolve_conflict(text, str(path), base)
    if isinstance(settled, Diagnostic):
        raise Stop(f"{path}:{settled.span.line}: {settled.message}", settled.help, FINDINGS)
    merged, renumbered = settled
    for change in renumbered:
        click.echo(f"{change.table}.{change.name}: {change.old} -> {change.new}")
    if renumbered:
        click.echo("whoever already talks to a build of the other branch must be built again")
    new = dump(merged)
    if new == text:
        click.echo("nothing to settle")
        return CLEAN
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(new, encoding="utf-8")
    os.replace(draft, path)
    click.echo(f"settled {path}; next: git add {path}, mscgen generate")
    return CLEAN
