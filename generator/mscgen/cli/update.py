"""`mscgen update`: a newer scaffold for an existing project."""

from __future__ import annotations

from pathlib import Path

import click

from mscgen.cli import exits
from mscgen.cli.project import find_contract, project_argument


@click.command()
@project_argument
@click.option("--to", metavar="TAG", help="Update to this version instead of the newest one.")
@click.option("-d", "--data", multiple=True, metavar="ANSWER=VALUE", help="Change an answer given to mscgen new.")
@click.option("--abort", is_flag=True, help="Drop an update that is not committed yet.")
def update(project: Path, to: str | None, data: tuple[str, ...], abort: bool) -> int:
    """Merge this mscgen's scaffold into the project, then generate.

    Your edits are kept; nothing is committed. Exits with 3 when there are conflicts to resolve.
    """
    from mscgen.write import scaffold

    root = find_contract(project).parent
    try:
        if abort:
            for path in scaffold.abort(root):
                click.echo(f"  kept      {path}   not of the update: yours")
            click.echo("the project is at its last commit again")
            return exits.CLEAN
        report = scaffold.update(root, to=to, data=answers(data))
    except scaffold.ScaffoldError as failure:
        raise exits.Stop(str(failure), failure.hint, exits.FINDINGS) from None
    if report.nothing_to_do:
        click.echo(f"already at {report.new}")
        return exits.CLEAN
    step = f"{report.old} -> {report.new}" if report.old != report.new else f"{report.new} with other answers"
    click.echo(f"scaffold {step}: {len(report.changed)} file(s) changed")
    for path in report.kept:
        click.echo(f"  kept      {path}   the scaffold dropped it, you had edited it")
    for path in report.missed:
        click.echo(f"  missed    {path}   the scaffold changed it, you removed or renamed it")
    for path in report.conflicts:
        click.echo(f"  conflict  {path}", err=True)
    if report.conflicts:
        click.echo(
            "resolve them and git add, then: mscgen generate   (mscgen update --abort drops the update)", err=True
        )
        return exits.CONFLICTS
    from mscgen.cli.generate import Options, run

    code = run(root / "contract.yaml", Options())
    if code == exits.CLEAN:
        click.echo("look at it with git diff, then commit")
    return code


def answers(pairs: tuple[str, ...]) -> dict[str, str]:
    """`key=value` options as a mapping. Raises UsageError for one without `=`."""
    for pair in pairs:
        if "=" not in pair:
            raise click.UsageError(f"-d wants ANSWER=VALUE, not {pair!r}")
    return dict(pair.split("=", 1) for pair in pairs)
