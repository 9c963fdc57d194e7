"""One finding as people read it: what, where, the text it is about, and what to write instead."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from mscgen.cli.report.excerpt import Sources, excerpt, visible
from mscgen.diagnostics import Diagnostic, Severity, Span

_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTICE: "1;36"}


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours the parts of a finding, or does not."""

    on: bool = False

    def __call__(self, text: str, colour: str) -> str:
        """The text between the escape sequences of an SGR colour (`1;31`)."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.on and text else text


PLAIN = Paint()


def paint_for_stdout() -> Paint:
    """Colour on a terminal, unless NO_COLOR is set (no-color.org) or the terminal is dumb."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Paint(wanted)


def finding(diagnostic: Diagnostic, sources: Sources, paint: Paint) -> str:
    """The whole finding; ends with a line break.

    Everything that came from the contract is made visible first: no text of it reaches the terminal as a command.
    """
    d, colour = diagnostic, _COLOURS[diagnostic.severity]
    place = paint(_place(d.span), "1")
    kind = paint(f"{d.severity.value}[{visible(d.rule)}]", colour)
    lines = [f"{place}: {kind}: {visible(d.message)}", *_marked(d.span, visible(d.label), sources, paint, colour)]
    explain = paint(f"(mscgen explain {visible(d.rule)})", "2")
    lines.append(f"   {paint('help', '1;32')}: {visible(d.help)}     {explain}")
    for note in d.notes:
        lines.append(f"   {paint('note', '1;34')}: {_place(note.span)}: {visible(note.message)}")
        lines += _marked(note.span, "", sources, paint, "1;34")
    return "\n".join(lines) + "\n"


def summary(found: Iterable[Diagnostic], contracts: int) -> str:
    """`1 error, 2 warnings in 1 contract`."""
    severities = [diagnostic.severity for diagnostic in found]
    counts = [_count(severities.count(severity), severity.value) for severity in Severity]
    what = ", ".join(count for count in counts if count) or "no findings"
    return f"{what} in {_count(contracts, 'contract')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def _place(span: Span) -> str:
    return f"{visible(span.file)}:{span.line}:{span.column}"


def _marked(span: Span, label: str, sources: Sources, paint: Paint, colour: str) -> list[str]:
    """The source line with a mark below; nothing where the line cannot be shown."""
    line = sources.line(span.file, span.line)
    if line is None:
        return []
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    text, column, length = excerpt(line, span.column - 1, end)
    bar = paint("|", "34")
    number = paint(f"{span.line:>5}", "34")
    mark = paint("^" * length + (f" {label}" if label else ""), colour)
    return [f"{number} {bar} {text}".rstrip(), f"      {bar} {' ' * column}{mark}"]
