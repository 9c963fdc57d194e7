"""Findings as workflow commands: GitHub shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from mscgen.cli.report.excerpt import visible
from mscgen.diagnostics import Diagnostic, Span


def commands(found: Iterable[Diagnostic]) -> str:
    """One line a finding: `::error file=…,line=…,col=…,title=rule::message`; the help is part of the message."""
    return "".join(_command(diagnostic) for diagnostic in found)


def _command(diagnostic: Diagnostic) -> str:
    properties = {**_place(diagnostic.span), "title": diagnostic.rule}
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    parts = [diagnostic.message, diagnostic.label, f"help: {diagnostic.help}"]
    parts += [f"note: {n.span.file}:{n.span.line}:{n.span.column}: {n.message}" for n in diagnostic.notes]
    message = "\n".join(visible(part) for part in parts if part)
    return f"::{diagnostic.severity.value} {shown}::{_data(message)}\n"


def _place(span: Span) -> dict[str, str | int]:
    # GitHub takes columns only for a finding on one line, and counts the end inclusively.
    place: dict[str, str | int] = {"file": visible(span.file), "line": span.line}
    if span.end_line == span.line:
        return place | {"col": span.column, "endColumn": max(span.column, span.end_column - 1)}
    return place | {"endLine": span.end_line}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
