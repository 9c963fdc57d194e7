"""Lint on a fixed day."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def a_fixed_day(monkeypatch):
    """Waivers end on the same day in every run."""
    monkeypatch.setenv("MSCGEN_TODAY", "2026-11-24")
