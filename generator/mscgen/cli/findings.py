"""Findings as text, for the commands that show them beside their own output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscgen.pipeline import Loaded


def text_of(loaded: Loaded) -> str:
    """Every finding in the one shape that `mscgen lint` prints, without colour; "" when there is none."""
    if not loaded.diagnostics:
        return ""
    from mscgen.cli.report import render

    return render(loaded.diagnostics, loaded.source)
