"""Small contracts for the tests of lint: a fragment gets the keys that every contract needs, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mscgen.diagnostics import Diagnostic
from mscgen.lint import lint
from mscgen.read import read_text
from mscgen.resolve import resolve
from mscgen.resolve.lock import EMPTY

HEADER = {"mscgen": "1", "service": "shop-service", "version": "1.0.0", "owner": "team-shop", "auth": "public"}
# Where the contracts lie that the examples call; most of them are missing there, as those of other teams are.
CALLEES = Path(__file__).parent / "callees" / "shop-service"
TODAY = "2026-11-24"


def whole(fragment: str) -> str:
    """The fragment with the header keys it lacks; a fragment that names its service has its header itself."""
    if re.search("^service:", fragment, re.M):
        return fragment
    missing = [f"{key}: {value}" for key, value in HEADER.items() if not re.search(f"^{key}:", fragment, re.M)]
    return "\n".join(missing) + "\n" + fragment


def check(fragment: str, folder: Path = CALLEES) -> list[Diagnostic]:
    """What lint finds in a fragment. Fails when the contract does not even resolve."""
    node, found, source = read_text(whole(fragment), "contract.yaml")
    assert node is not None, found
    assert not found, found
    service, found, _ = resolve(node, folder, EMPTY)
    assert service is not None, [f"{d.span.line}: {d.rule}: {d.message}" for d in found]
    return lint(service, source)


@pytest.fixture(autouse=True)
def a_fixed_day(monkeypatch):
    """Waivers end on the same day in every run."""
    monkeypatch.setenv("MSCGEN_TODAY", TODAY)


@pytest.fixture
def findings():
    """`check`, for tests."""
    return check


@pytest.fixture
def rules_in():
    """The names of the rules that find something in a fragment, leaving out that its operations have no `doc:`."""
    return lambda fragment: {d.rule for d in check(fragment)} - {"missing-doc"}
