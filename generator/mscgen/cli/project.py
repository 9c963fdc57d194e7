"""Which project a command works on."""

from __future__ import annotations

from pathlib import Path

import click

from mscgen.cli.exits import Stop

CONTRACT = "contract.yaml"

project_argument = click.argument(
    "project", type=click.Path(path_type=Path, file_okay=False), default=Path("."), metavar="[PROJECT]"
)


def find_contract(start: Path) -> Path:
    """`contract.yaml` in `start` or, when that is the current folder, in the nearest folder above it.

    Raises Stop when there is none.
    """
    folders = [start, *Path.cwd().parents] if start == Path(".") else [start]
    for folder in folders:
        if (folder / CONTRACT).is_file():
            return folder / CONTRACT
    where = "here or in any folder above" if start == Path(".") else f"in {start}"
    raise Stop(f"there is no {CONTRACT} {where}", "mscgen new NAME makes a project with one")
