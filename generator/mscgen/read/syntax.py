"""What a YAML parser says when it gives up, in words that say what to write instead."""

from __future__ import annotations

from typing import Any

from mscgen.diagnostics import Diagnostic, Note, Span, error
from mscgen.read.source import Source

# A part of what libyaml says → the way out. The first that fits counts.
_HELP = (
    ("tab", "indent with spaces; YAML does not allow tabs there"),
    ("mapping values are not allowed", "quote a value that holds `: `, or correct the indentation of this line"),
    ("could not find expected ':'", "a key needs `: ` and a value; check the line above for a missing colon or quote"),
    ("did not find expected key", "align this line with its neighbours; a quote or bracket above may be left open"),
    ("did not find expected ',' or", "close the bracket, or put a comma between the entries"),
    ("unexpected end of stream", "close the quote or bracket that starts here"),
    ("while scanning a quoted scalar", "close the quote"),
    ("unknown escape", "use single quotes for text with backslashes: '\\d+'"),
    ("brace in flow", 'quote it: `{http: "GET /v1/orders/{order_id}"}`'),
    ("cannot start any token", "quote a text that starts with `@`, `` ` `` or `%`"),
)


def syntax_error(failure: Any, source: Source) -> Diagnostic:
    """The finding for a MarkedYAMLError, with a place inside the file."""
    conflict = next((n for n, text in enumerate(source.lines, 1) if text.startswith("<<<<<<< ")), None)
    if conflict is not None:
        help = "keep what is right of both sides, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`"
        return error("yaml-syntax", "a git merge stopped here", Span(source.file, conflict, 1, conflict, 8), help)
    mark = failure.problem_mark or failure.context_mark
    line = min(mark.line + 1, len(source.lines)) if mark else 1
    column = min(mark.column + 1, len(source.line(line)) + 1) if mark else 1
    problem = str(failure.problem or failure.context)
    if mark is not None and source.line(line)[column - 1 : column] == "\t":
        problem = "a tab cannot stand here"
    whole = f"{failure.context or ''} {problem}"
    if mark is not None and source.line(line)[column - 1 : column] == "{" and "flow" in whole:
        problem = "`{` inside a text of a flow mapping"
        whole = "brace in flow"
    help = next((h for part, h in _HELP if part in whole), "check the indentation, quotes and brackets here and above")
    notes: tuple[Note, ...] = ()
    start = failure.context_mark
    if start is not None and start.line + 1 < line:
        begun = Span(source.file, start.line + 1, start.column + 1, start.line + 1, start.column + 2)
        notes = (Note(begun, str(failure.context)),)
    return error("yaml-syntax", problem, Span(source.file, line, column, line, column + 1), help, notes=notes)
