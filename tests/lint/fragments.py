"""Small contracts for the tests of lint: a fragment gets the keys that every contract needs, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from mscgen.diagnostics import Diagnostic, has_errors
from mscgen.lint import lint
from mscgen.read import read_text
from mscgen.resolve import resolve
from mscgen.resolve.lock import EMPTY

HEADER = {"mscgen": "1", "service": "shop-service", "version": "1.0.0", "owner": "team-shop", "auth": "public"}
# Where the contracts lie that the examples call; most of them are missing there, as those of other teams are.
CALLEES = Path(__file__).parent / "callees" / "shop-service"


def whole(fragment: str) -> str:
    """The fragment with the header keys it lacks; a fragment that names its service has its header itself."""
    if re.search("^service:", fragment, re.M):
        return fragment
    missing = [f"{key}: {value}" for key, value in HEADER.items() if not re.search(f"^{key}:", fragment, re.M)]
    return "\n".join(missing) + "\n" + fragment


def check(fragment: str) -> list[Diagnostic]:
    """What lint finds in a fragment. Fails when the contract does not even resolve."""
    node, found, source = read_text(whole(fragment), "contract.yaml")
    assert node is not None, found
    assert not has_errors(found), found
    service, found, _ = resolve(node, CALLEES, EMPTY)
    assert service is not None, [f"{d.span.line}: {d.rule}: {d.message}" for d in found if has_errors([d])]
    return lint(service, source)


def rules(fragment: str) -> set[str]:
    """The names of the rules that find something, leaving out that its operations have no `doc:`."""
    return {d.rule for d in check(fragment)} - {"missing-doc"}
