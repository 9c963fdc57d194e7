"""`mscgen template`: the scaffold's released versions."""

from __future__ import annotations

import click

from mscgen.cli.exits import CLEAN, FINDINGS, Stop


@click.group()
def template() -> None:
    """The scaffold versions that this mscgen carries."""


@template.command()
def install() -> int:
    """Put them where a plain `copier update` finds them: ~/.mscgen/scaffold.bundle."""
    from mscgen.write import git, store

    try:
        path = store.install()
        click.echo(f"{path}: {' '.join(store.versions(path))}")
    except git.GitError as failure:
        raise Stop(str(failure), code=FINDINGS) from None
    return CLEAN


@template.command()
@click.option("--again", is_flag=True, help="Replace this version, as long as git has no tag of its name.")
def freeze(again: bool) -> int:
    """Append the scaffold on disk to the history as this version's (a release step, in mscgen's own checkout)."""
    from mscgen.write import git, store

    try:
        click.echo(f"froze {store.freeze(again=again)} in {store.HISTORY}")
    except store.StoreError as refused:
        hint = "mscgen template freeze --again replaces an unreleased one" if "history already" in str(refused) else ""
        raise Stop(str(refused), hint, FINDINGS) from None
    except git.GitError as failure:
        raise Stop(str(failure), code=FINDINGS) from None
    return CLEAN
