"""Findings on their way out: as text with excerpts, as JSON, as GitHub commands, as SARIF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mscgen.cli.report.excerpt import Sources
from mscgen.cli.report.text import PLAIN, Paint, finding
from mscgen.diagnostics import Diagnostic
from mscgen.read import Source

FORMATS = ("text", "json", "github", "sarif")


def render(found: Iterable[Diagnostic], *sources: Source, paint: Paint = PLAIN) -> str:
    """Every finding as text with its excerpt, a blank line between two; ends with a line break unless empty."""
    known = Sources(sources)
    return "\n".join(finding(diagnostic, known, paint) for diagnostic in found)


def machine(format: str, found: Sequence[Diagnostic]) -> str:
    """The findings in one of the formats that programs read; ends with a line break unless empty."""
    if format == "json":
        from mscgen.cli.report.as_json import as_json

        return as_json(found)
    if format == "github":
        from mscgen.cli.report.github import commands

        return commands(found)
    from mscgen.cli.report.sarif import sarif

    return sarif(found)
