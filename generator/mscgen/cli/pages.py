"""The page behind every name in brackets: lint rules by their docstrings, errors of earlier stages by their tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mscgen.diagnostics import Severity

# What the earlier stages tell without stopping; everything else that they report is an error.
_NOTICES = frozenset({"contract-not-found", "section-without-emitter"})


@dataclass(frozen=True, slots=True)
class Page:
    """name: the id in brackets. text: Markdown; its first line says in one sentence what is wrong."""

    name: str
    family: str
    severity: Severity
    text: str

    @property
    def summary(self) -> str:
        """The first sentence."""
        return self.text.partition("\n")[0].strip()


def all_pages() -> dict[str, Page]:
    """Every page by name: lint by family, then what reading and resolving report."""
    return {page.name: page for page in (*rule_pages(), *stage_pages())}


def rule_pages() -> Iterable[Page]:
    """The rules of lint, by family; the ones about waivers last."""
    from mscgen.lint.contract import FAMILIES
    from mscgen.lint.contract.waivers import RULES as WAIVER_RULES

    for family, rules in FAMILIES.items():
        yield from (Page(rule.name, family, rule.severity, rule.page.strip()) for rule in rules)
    yield from (Page(rule.name, "waivers", rule.severity, rule.page.strip()) for rule in WAIVER_RULES)


def stage_pages() -> Iterable[Page]:
    """What reading and resolving report."""
    from mscgen.read.pages import PAGES as READ
    from mscgen.resolve.pages import PAGES as RESOLVE

    for family, pages in (("read", READ), ("resolve", RESOLVE)):
        for name, text in pages.items():
            yield Page(name, family, Severity.NOTICE if name in _NOTICES else Severity.ERROR, text.strip())


def find_page(name: str) -> Page | None:
    """The page of that name; None when nothing is called so."""
    return all_pages().get(name)
