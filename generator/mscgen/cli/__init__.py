"""The command line: parse flags, call the pipeline, print. One file a command, each imported when it is used."""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from mscgen import __version__
from mscgen.cli import exits

# The order of the help text.
COMMANDS = {
    "new": "mscgen.cli.new:new",
    "generate": "mscgen.cli.generate:generate",
    "lint": "mscgen.cli.lint:lint",
    "explain": "mscgen.cli.explain:explain",
    "check": "mscgen.cli.check:check",
    "update": "mscgen.cli.update:update",
    "prune": "mscgen.cli.prune:prune",
    "lock": "mscgen.cli.lock:lock",
    "template": "mscgen.cli.template:template",
}


class _Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="mscgen %(version)s")
def mscgen() -> None:
    """One service contract in, a production microservice out.

    Exit codes: 0 clean, 1 findings, 2 cannot run, 3 a bug of mscgen (update: 3 conflicts, 4 a bug).
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """The program: runs one command and exits with its code."""
    gc.set_threshold(100_000, 50, 50)  # a run makes much and frees little before its end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without the characters still shows the rest
    if arguments is not None:
        sys.exit(run(list(arguments)))
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass  # the reader is gone and has all it wanted
    os._exit(code)  # nothing is left to close, and taking a large contract's objects apart costs a tenth of a run


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; whatever goes wrong ends in one line on stderr."""
    try:
        result = mscgen.main(arguments, prog_name="mscgen", standalone_mode=False)
        return result if isinstance(result, int) else exits.CLEAN
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return exits.INTERRUPTED
    except click.ClickException as wrong:
        wrong.show()
        return exits.CANNOT_RUN
    except exits.Stop as stop:
        return _say(str(stop), stop.hint, stop.code)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the reader is gone; the interpreter flushes at exit
        return exits.CLEAN
    except OSError as refused:
        where = f": {refused.filename}" if refused.filename else ""
        return _say(f"{refused.strerror or refused}{where}", "", exits.CANNOT_RUN)
    except Exception as bug:
        return _report(bug, arguments)


def _say(message: str, hint: str, code: int) -> int:
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"hint: {hint}", err=True)
    return code


def _report(bug: Exception, arguments: list[str]) -> int:
    if os.environ.get("MSCGEN_DEBUG"):
        import traceback

        traceback.print_exc()
    message = f"{type(bug).__name__}: {bug}".splitlines()[0]
    click.echo(f"mscgen {__version__} failed, and that is its own fault: {message}", err=True)
    click.echo("hint: please report it with the contract; MSCGEN_DEBUG=1 shows where it happened", err=True)
    return exits.BUG_IN_UPDATE if arguments[:1] == ["update"] else exits.BUG
