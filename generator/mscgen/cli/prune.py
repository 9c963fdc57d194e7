"""`mscgen prune`: handlers of removed operations, out of the way."""

from __future__ import annotations

from pathlib import Path

import click

from mscgen.cli import exits
from mscgen.cli.project import find_contract, project_argument


@click.command()
@project_argument
@click.option("--dry-run", is_flag=True, help="Only list what would be moved.")
def prune(project: Path, dry_run: bool) -> int:
    """Move the handlers and tests of removed operations to .mscgen/pruned/. Nothing is deleted."""
    from mscgen.cli.generate import Options, make_plan
    from mscgen.write.exclusive import exclusive
    from mscgen.write.prune import ASIDE
    from mscgen.write.prune import prune as move_aside

    contract = find_contract(project)
    _, plan, _ = make_plan(contract, Options())
    if plan is None:
        return exits.FINDINGS
    if not plan.orphans:
        click.echo("nothing to prune: every handler has its operation")
        return exits.CLEAN
    if dry_run:
        for path in plan.orphans:
            click.echo(f"would move {path} to {ASIDE}/{path}")
        return exits.CLEAN
    with exclusive(contract.parent, lambda: click.echo("waiting for another mscgen that writes here …", err=True)):
        for source, target in move_aside(contract.parent, plan.orphans):
            click.echo(f"moved {source} to {target}")
    return exits.CLEAN
