"""The page behind every name in brackets: lint rules by their docstrings, errors of earlier stages by their tables."""

from __future__ import annotations

from dataclasses import dataclass

from mscgen.diagnostics import Severity


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
    """Every page by name: lint by family, then reading and resolving."""
    from mscgen.lint.contract import FAMILIES
    from mscgen.lint.contract.waivers import RULES as WAIVER_RULES

    pages = {
        rule.name: Page(rule.name, family, rule.severity, rule.page.strip())
        for family, rules in FAMILIES.items()
        for rule in rules
    }
    pages |= {rule.name: Page(rule.name, "waivers", rule.severity, rule.page.strip()) for rule in WAIVER_RULES}
    return pages


def find_page(name: str) -> Page | None:
    """The page of that name; None when nothing is called so."""
    return all_pages().get(name)
