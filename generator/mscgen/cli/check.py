"""`mscgen check`: which operations nobody has written yet."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mscgen.cli import exits
from mscgen.cli.project import find_contract, project_argument

if TYPE_CHECKING:
    from mscgen.model.service import Service


@click.command()
@project_argument
def check(project: Path) -> int:
    """List the operations without a handler body; exit with 1 if there are any."""
    from mscgen import pipeline
    from mscgen.cli.findings import text_of

    contract = find_contract(project)
    loaded = pipeline.load(contract)
    if loaded.service is None:
        click.echo(text_of(loaded), nl=False, err=True)
        return exits.FINDINGS
    open_ones = list(unimplemented(loaded.service, contract.parent))
    for place, operation, why in open_ones:
        click.echo(f"{place}: {operation} {why}")
    total = len(loaded.service.operations)
    if not open_ones:
        click.echo(f"all {total} operations are implemented")
        return exits.CLEAN
    click.echo(f"{len(open_ones)} of {total} operations answer 501 / UNIMPLEMENTED")
    return exits.FINDINGS


def unimplemented(service: Service, root: Path) -> Iterator[tuple[str, str, str]]:
    """(place, operation, why) of every operation whose handler is missing, broken or still raises `unimplemented()`."""
    if service.kind == "gateway":
        return  # a gateway's operations are composed, not written
    for operation in service.operations:
        path = f"src/{service.package}/handlers/{operation.function}.py"
        try:
            tree = ast.parse((root / path).read_bytes())
        except FileNotFoundError:
            yield path, operation.name.raw, "has no handler file: run mscgen generate"
        except (SyntaxError, ValueError) as broken:
            line = getattr(broken, "lineno", None) or 1
            yield f"{path}:{line}", operation.name.raw, "has a handler that is not Python"
        else:
            for line in _unimplemented_lines(tree):
                yield f"{path}:{line}", operation.name.raw, "is not implemented"


def _unimplemented_lines(tree: ast.Module) -> list[int]:
    """The first call of `….unimplemented()`; an empty list when there is none."""
    calls = (
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "unimplemented"
    )
    return sorted(calls)[:1]
