"""Findings as text, for the commands that show them beside their own output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscgen.pipeline import Loaded

_ENOUGH = 10  # warnings and notices that are shown whole; `mscgen lint` shows all


def text_of(loaded: Loaded) -> str:
    """Every error, and the first warnings and notices, as `mscgen lint` prints them but without colour.

    "" when nothing was found.
    """
    if not loaded.diagnostics:
        return ""
    from mscgen.cli.report import render
    from mscgen.diagnostics import Severity

    errors = [d for d in loaded.diagnostics if d.severity is Severity.ERROR]
    others = [d for d in loaded.diagnostics if d.severity is not Severity.ERROR]
    text = render([*errors, *others[:_ENOUGH]], loaded.source)
    left = len(others) - _ENOUGH
    return text + (f"\n{left} more: mscgen lint shows them all\n" if left > 0 else "")
