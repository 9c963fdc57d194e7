"""Findings as one JSON object, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mscgen.diagnostics import Diagnostic, Severity, Span

VERSION = 1


def as_json(found: Sequence[Diagnostic]) -> str:
    """`{"version": 1, "summary": {…}, "diagnostics": […]}`; lines and columns count from 1, ends are exclusive."""
    severities = [diagnostic.severity for diagnostic in found]
    document = {
        "version": VERSION,
        "summary": {f"{severity.value}s": severities.count(severity) for severity in Severity},
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in found],
    }
    return json.dumps(document, indent=2) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "label": diagnostic.label,
        "help": diagnostic.help,
        "notes": [{"message": note.message, **_place(note.span)} for note in diagnostic.notes],
    }


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
