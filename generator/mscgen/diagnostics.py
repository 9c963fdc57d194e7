"""Errors are values: where, which rule, what is wrong, what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error stops the pipeline, a warning fails `lint --strict`."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file. Lines and columns count from 1; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that belongs to a finding ("first declared here")."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    rule: the kebab-case id that `mscgen explain` knows.
    message: one line, what is wrong. label: a few words shown under the marked text.
    help: what to write instead; never empty.
    """

    rule: str
    severity: Severity
    message: str
    span: Span
    help: str
    label: str = ""
    notes: tuple[Note, ...] = ()


def error(rule: str, message: str, span: Span, help: str, label: str = "", notes: tuple[Note, ...] = ()) -> Diagnostic:
    """A Diagnostic of severity ERROR: what every stage before lint reports."""
    return Diagnostic(rule, Severity.ERROR, message, span, help, label, notes)


def has_errors(found: Iterable[Diagnostic]) -> bool:
    """Whether the pipeline must stop after the stage that reported these."""
    return any(d.severity is Severity.ERROR for d in found)
