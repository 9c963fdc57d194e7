"""Runs every contract rule over a service and applies the waivers written in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.diagnostics import Diagnostic
from mscgen.lint.contract import RULES
from mscgen.lint.waiver import apply_waivers, find_waivers, today

if TYPE_CHECKING:
    from mscgen.lint.waiver import Waiver
    from mscgen.model.service import Service
    from mscgen.read.source import Source


def lint(service: Service, source: Source) -> list[Diagnostic]:
    """Every finding about one contract, waived ones left out, in the order of the file.

    A waiver that is wrong, past its date or useless is a finding too, and cannot be waived.
    """
    found = [diagnostic for rule in RULES for diagnostic in rule.run(service)]
    waivers = find_waivers(source)
    if waivers:
        found = _without_waived(found, waivers)
    return sorted(found, key=lambda d: (d.span.file, d.span.line, d.span.column, d.rule))


def _without_waived(found: list[Diagnostic], waivers: list[Waiver]) -> list[Diagnostic]:
    from mscgen.lint.contract.waivers import RULES as WAIVER_RULES

    kept, uses = apply_waivers(waivers, found, [rule.name for rule in RULES], today())
    return kept + [diagnostic for rule in WAIVER_RULES for use in uses for diagnostic in rule.run(use)]
