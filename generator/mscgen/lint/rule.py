"""What a rule is: an id, a weight, a page and one function from the model to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from mscgen.diagnostics import Diagnostic, Note, Severity, Span

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule found something; the rule adds its id and severity.

    message: one line, what is wrong, with the names it is about. help: what to write instead.
    label: a few words under the marked text: the arithmetic, or what happens in production.
    """

    span: Span
    message: str
    help: str
    label: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """One rule over S: a Service, a Change of one, or a Workspace.

    name: kebab-case, at least two words. page: the docstring of the rule's module, Markdown: one sentence, then
    the sections of `SECTIONS`.
    """

    name: str
    severity: Severity
    page: str
    check: Callable[[S], Iterable[Finding]]

    @property
    def summary(self) -> str:
        """The first line of the page: what is wrong, in one sentence."""
        return self.page.partition("\n")[0].strip()

    def run(self, subject: S) -> Iterable[Diagnostic]:
        """The rule's findings as diagnostics, in the order in which the rule made them."""
        for found in self.check(subject):
            yield Diagnostic(self.name, self.severity, found.message, found.span, found.help, found.label, found.notes)


SECTIONS = ("What it checks", "Why it matters", "Bad", "Good", "References")
