"""The memory that makes an unchanged run cheap must never hide a change."""

from __future__ import annotations

from datetime import date

import pytest
from mscgen.write import freshness
from mscgen.write.freshness import recall, remember

from .conftest import managed, stub, times

FILES = [managed("gen/a.py", "a\n"), stub("handlers/a.py", "a\n")]


@pytest.fixture
def remembered(project):
    project.write("contract.yaml", "mscgen: 1\n")
    project.write("../other/contract.yaml", "mscgen: 1\n")
    plan = project.generate(*FILES)
    inputs = [project.root / p for p in ("contract.yaml", "contract.lock", "../other/contract.yaml")]
    remember(project.root, inputs, plan, "a warning")
    assert recall(project.root) == "a warning"
    return project


def test_nothing_changed_says_what_the_last_run_said_and_touches_nothing(remembered):
    before = times(remembered.root)
    assert recall(remembered.root) == "a warning"
    assert times(remembered.root) == before


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("contract.yaml", "mscgen: 1\n# changed\n"),
        ("contract.lock", "{}\n"),
        ("../other/contract.yaml", "mscgen: 2\n"),
        ("../other/contract.yaml", None),
        ("gen/a.py", "edited\n"),
        ("gen/a.py", None),
        ("handlers/a.py", None),
        (".mscgen/manifest.json", "{}"),
        (".mscgen/stage/00000", "a killed run"),
        (".mscgen/fresh.json", "not json"),
        (".mscgen/fresh.json", "[]"),
        (".mscgen/fresh.json", '{"day": 1}'),
    ],
)
def test_any_change_is_noticed(remembered, path, content):
    if content is None:
        (remembered.root / path).unlink()
    else:
        remembered.write(path, content)
    assert recall(remembered.root) is None


def test_a_handler_that_the_user_edits_is_not_our_business(remembered):
    remembered.write("handlers/a.py", "mine\n")
    assert recall(remembered.root) == "a warning"


def test_a_new_day_is_noticed_because_waivers_end(remembered, monkeypatch):
    class Tomorrow(date):
        @classmethod
        def today(cls):
            return date(2999, 1, 1)

    monkeypatch.setattr(freshness, "date", Tomorrow)
    assert recall(remembered.root) is None


def test_another_mscgen_is_noticed(remembered, monkeypatch):
    monkeypatch.setattr(freshness, "__version__", "9.9.9")
    assert recall(remembered.root) is None


def test_a_plan_with_orphans_is_looked_at_every_time(remembered):
    plan = remembered.generate(managed("gen/a.py", "a\n"))
    assert plan.orphans
    remember(remembered.root, [remembered.root / "contract.yaml"], plan, "")
    assert recall(remembered.root) is None
