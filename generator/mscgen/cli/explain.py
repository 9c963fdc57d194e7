"""`mscgen explain`: the page of a rule, or everything that holds for one thing of the contract."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mscgen.cli import exits
from mscgen.cli.project import find_contract, project_argument


@click.command()
@click.argument("name", metavar="NAME")
@project_argument
def explain(name: str, project: Path) -> int:
    """Print the page of a rule, or an operation with every default that took effect.

    NAME is what stands in brackets behind a finding, or the name of an operation, event, type, error, dependency or
    policy of contract.yaml.
    """
    from mscgen.cli.pages import find_page

    page = find_page(name)
    if page is not None:
        _print(f"{page.name} · {page.severity.value}\n\n{page.text}\n")
        return exits.CLEAN
    return _explain_thing(name, project)


def _explain_thing(name: str, project: Path) -> int:
    from mscgen import pipeline
    from mscgen.cli.explained import explanations, names
    from mscgen.cli.findings import text_of

    try:
        contract = find_contract(project)
    except exits.Stop as stop:
        raise exits.Stop(f"there is no rule {name}, and {stop}", _hint(name, [])) from None
    loaded = pipeline.load(contract)
    if loaded.service is None:
        _print(text_of(loaded), err=True)
        return exits.FINDINGS
    found = explanations(loaded.service, name)
    if not found:
        raise exits.Stop(f"{contract} has nothing called {name}, and no rule is", _hint(name, names(loaded.service)))
    _print("\n\n".join("\n".join(lines(loaded.service)) for lines in found) + "\n")
    return exits.CLEAN


def _hint(name: str, known: list[str]) -> str:
    from mscgen.cli.pages import all_pages
    from mscgen.read.spelling import closest

    near = closest(name, [*known, *all_pages()])
    return f"did you mean `{near}`?" if near else "mscgen lint --list prints every rule"


def _print(text: str, err: bool = False) -> None:
    """Print what may hold text of the contract: line by line, nothing of it invisible."""
    from mscgen.cli.report.excerpt import visible

    stream = sys.stderr if err else sys.stdout
    encoding = stream.encoding or "utf-8"
    shown = "\n".join(visible(line) for line in text.split("\n"))
    stream.write(shown.encode(encoding, "backslashreplace").decode(encoding))
