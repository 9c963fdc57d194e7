"""Every rule of reading and resolving has a page, and its page's examples are run."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from mscgen.diagnostics import has_errors
from mscgen.read import read
from mscgen.read.pages import PAGES as READ
from mscgen.resolve import resolve
from mscgen.resolve.lock import EMPTY
from mscgen.resolve.pages import PAGES as RESOLVE

PAGES = READ | RESOLVE
PACKAGE = Path(__file__).parents[2] / "generator" / "mscgen"
HEADER = {"mscgen": "1", "service": "order-service", "version": "1.0.0", "auth": "public"}
NEIGHBOURS = {
    "stock.yaml": "types: {Level: {count: int32}}\n"
    "operations: {Count: {http: GET /v1/count, response: Level}, Take: {idempotency: none}}\n",
    "peer.yaml": "types: {Theirs: {back: me.Mine}, Plain: {a: bool}}\ndependencies: {me: {contract: contract.yaml}}\n",
    "broken.yaml": "types: {A: {b: nothing_like_it}}\noperatons: {}\n",
}
# Made by this stage with an id that only appears at run time.
MADE_IDS = {"unknown-error", "unknown-event", "unknown-dependency", "unknown-operation", "unknown-policy"}


def whole(fragment):
    """A fragment with the keys that every contract has."""
    missing = [f"{k}: {v}" for k, v in HEADER.items() if not re.search(rf"^{k}:", fragment, re.M)]
    return "\n".join([*missing, fragment])


def examples(page, kind):
    return re.findall(rf"^## {kind}\n```yaml\n(.*?)\n```", page, re.M | re.S)


def rules_of(fragment, folder):
    for name, text in NEIGHBOURS.items():
        (folder / name).write_text(whole(text), "utf-8")
    contract = folder / "contract.yaml"
    contract.write_text(whole(fragment), "utf-8")
    node, found, _ = read(contract)
    if node is not None and not has_errors(found):
        found += resolve(node, folder, EMPTY)[1]
    return {d.rule for d in found}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_bad_example_of_a_page_is_reported_under_its_name_only(name, tmp_path):
    for fragment in examples(PAGES[name], "Bad"):
        found = rules_of(fragment, tmp_path)
        assert name in found
        assert found - {name} <= {"section-without-emitter", "contract-not-found"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_good_example_of_a_page_is_not_reported(name, tmp_path):
    for fragment in examples(PAGES[name], "Good"):
        found = rules_of(fragment, tmp_path)
        assert name not in found
        assert found <= {"section-without-emitter", "contract-not-found"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_says_in_its_first_line_what_is_wrong(name):
    first = PAGES[name].splitlines()[0]
    assert first.endswith(".")
    assert "## Why it matters\n" in PAGES[name]


def test_every_id_in_the_code_has_a_page_and_every_page_an_id():
    """Ids are literals: the first argument of `error` and `report`, or a constant called RULE."""
    used = set(MADE_IDS)
    for path in [*(PACKAGE / "read").rglob("*.py"), *(PACKAGE / "resolve").rglob("*.py")]:
        if path.name == "pages.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in PAGES:
                used.add(node.value)
            if isinstance(node, ast.Call) and _name(node.func) in ("error", "report", "notice") and node.args:
                used |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
            if (
                isinstance(node, ast.Assign)
                and _name(node.targets[0]) == "RULE"
                and isinstance(node.value, ast.Constant)
            ):
                used.add(node.value.value)
    assert used == set(PAGES)


def _name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
