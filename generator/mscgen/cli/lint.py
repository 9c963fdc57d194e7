"""`mscgen lint`: what is wrong with a contract, all of it at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mscgen.cli import exits
from mscgen.cli.project import CONTRACT, find_contract

if TYPE_CHECKING:
    from mscgen.diagnostics import Diagnostic

_FORMATS = ("text", "json", "github", "sarif")


@click.command()
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, metavar="[PATH]...")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", help="How to print what was found.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option("--list", "listing", is_flag=True, help="Print every rule and what it finds, then stop.")
def lint(paths: tuple[Path, ...], form: str, strict: bool, listing: bool) -> int:
    """Check contracts: their form, their meaning, and what will break in production.

    PATH is a contract or a project folder; without one, contract.yaml here or above. Exits with 1 when there are
    errors. A finding is waived by a comment on its line or above it:
    `# mscgen: allow RULE until 2027-06-30: reason`.
    """
    if listing:
        click.echo(_rules(), nl=False)
        return exits.CLEAN
    contracts = [_contract(path) for path in paths] or [find_contract(Path("."))]
    return run(contracts, form, strict)


def run(contracts: list[Path], form: str = "text", strict: bool = False) -> int:
    """Check the contracts, print what was found, and return the exit code."""
    import gc

    gc.disable()  # hardly anything here is garbage before the end, and looking for it costs a fifth of a large run
    try:
        found, text = _check(contracts, form)
    finally:
        gc.enable()
    sys.stdout.write(_printable(text))
    sys.stdout.flush()
    return _exit_code(found, strict)


def _check(contracts: list[Path], form: str) -> tuple[list[Diagnostic], str]:
    """What is wrong with the contracts, and the same as text."""
    from mscgen import pipeline
    from mscgen.cli.report import machine, render
    from mscgen.cli.report.text import paint_for_stdout, summary

    checked = [pipeline.check(contract) for contract in contracts]
    found = [d for loaded in checked for d in sorted(loaded.diagnostics, key=lambda d: (d.span.line, d.span.column))]
    if form != "text":
        return found, machine(form, found)
    text = render(found, *(loaded.source for loaded in checked), paint=paint_for_stdout())
    return found, text + "\n" * bool(text) + summary(found, len(checked)) + "\n"


def _contract(path: Path) -> Path:
    """The contract that a path means. Raises Stop when there is none."""
    contract = path / CONTRACT if path.is_dir() else path
    if not contract.exists():
        raise exits.Stop(f"there is no {contract}", "name a contract, or the folder of a project")
    return contract


def _exit_code(found: list[Diagnostic], strict: bool) -> int:
    severities = {diagnostic.severity.value for diagnostic in found}
    if any(diagnostic.rule == "unreadable-file" for diagnostic in found):
        return exits.CANNOT_RUN
    return exits.FINDINGS if "error" in severities or (strict and "warning" in severities) else exits.CLEAN


def _printable(text: str) -> str:
    """The text as far as the terminal's encoding has its characters, the others spelled out."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _rules() -> str:
    from mscgen.cli.pages import all_pages

    pages = all_pages().values()
    width = max(len(page.name) for page in pages)
    lines = []
    for family in dict.fromkeys(page.family for page in pages):
        lines.append(f"{family}")
        lines += [f"  {p.name:<{width}}  {p.severity.value:<7}  {p.summary}" for p in pages if p.family == family]
    return "\n".join(lines) + "\n"
