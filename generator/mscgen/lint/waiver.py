"""Waivers: `# mscgen: allow <rule>, <rule> until 2026-12-31: reason` on the line of a finding or above it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mscgen.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from mscgen.read.source import Source

# Compiled by `re` at the first waiver of a run: most contracts have none.
_ALLOW = r"""(?x)mscgen:\s*allow\s+
    (?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*)
    (?:\s+until\s+(?P<until>[^\s:]+))?
    (?:\s*:\s*(?P<reason>.*))?$"""
_NAME = r"[\w-]+"
_DATE = r"\d{4}-\d{2}-\d{2}"


@dataclass(frozen=True, slots=True)
class Waiver:
    """One comment addressed to lint.

    rules: each name with its place; empty when the comment cannot be read. until: an ISO date, or "" without a valid
    one. covers: the line whose findings it takes away.
    """

    span: Span
    covers: int
    rules: tuple[tuple[str, Span], ...] = ()
    until: str = ""
    reason: str = ""

    def holds(self, today: str) -> bool:
        """Whether it takes anything away on that ISO date; its last day counts."""
        return bool(self.rules and self.reason and self.until >= today)


@dataclass(frozen=True, slots=True)
class Use:
    """A waiver on one day: what the rules about waivers judge.

    known: every rule that can be waived. used: the rules of which it took a finding away.
    """

    waiver: Waiver
    today: str
    known: frozenset[str]
    used: frozenset[str]


def today() -> str:
    """The ISO date of the system clock; `MSCGEN_TODAY` overrides it."""
    from datetime import date

    return os.environ.get("MSCGEN_TODAY") or date.today().isoformat()


def find_waivers(source: Source) -> list[Waiver]:
    """Every comment of the file that is addressed to mscgen, readable or not."""
    return [_parse(source, line, column, text) for line, column, text in source.comments]


def apply_waivers(
    waivers: Iterable[Waiver], found: Iterable[Diagnostic], known: Collection[str], today: str
) -> tuple[list[Diagnostic], list[Use]]:
    """The findings that no waiver takes away, and each waiver with what it did."""
    at: dict[tuple[str, int, str], list[int]] = {}
    waivers = list(waivers)
    for index, waiver in enumerate(waivers):
        if waiver.holds(today):
            for rule, _ in waiver.rules:
                at.setdefault((waiver.span.file, waiver.covers, rule), []).append(index)
    used: list[set[str]] = [set() for _ in waivers]
    kept = []
    for diagnostic in found:
        takers = at.get((diagnostic.span.file, diagnostic.span.line, diagnostic.rule))
        if takers is None:
            kept.append(diagnostic)
        else:
            used[takers[0]].add(diagnostic.rule)
    names = frozenset(known)
    return kept, [Use(w, today, names, frozenset(u)) for w, u in zip(waivers, used, strict=True)]


def _parse(source: Source, line: int, column: int, text: str) -> Waiver:
    end = column + len("# ") + len(text)
    span = Span(source.file, line, column, line, end)
    covers = _covered_line(source, line, column)
    match = re.match(_ALLOW, text)
    if match is None:
        return Waiver(span, covers)
    start = column + len("# ")
    rules = tuple(
        (name[0], Span(source.file, line, start + name.start(), line, start + name.end()))
        for name in re.compile(_NAME).finditer(text, match.start("rules"), match.end("rules"))
    )
    return Waiver(span, covers, rules, _iso_date(match["until"] or ""), (match["reason"] or "").strip())


def _covered_line(source: Source, line: int, column: int) -> int:
    """The comment's own line, or for a comment that stands alone the next line that is neither blank nor comment."""
    if source.line(line)[: column - 1].strip():
        return line
    for number in range(line + 1, len(source.lines) + 1):
        text = source.line(number).strip()
        if text and not text.startswith("#"):
            return number
    return line


def _iso_date(text: str) -> str:
    from datetime import date

    if not re.fullmatch(_DATE, text):
        return ""
    try:
        date.fromisoformat(text)
    except ValueError:
        return ""
    return text
