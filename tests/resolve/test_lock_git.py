"""The lock in real git merges: what can clash conflicts, what cannot merges, and both come out right."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from mscgen.diagnostics import Diagnostic
from mscgen.resolve.lock import Lock, dump, parse, read_lock, resolve_conflict
from services import contract, load

OPERATION = {"http": "GET /v1/orders", "request": {}, "response": "Order"}


class Branches:
    """A repository that holds a contract.lock, changed on `main` and on `feature`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "contract.lock"
        self.git("init", "-q", "-b", "main")
        self.generate({"id": "string"}, {"sku": "string"})
        self.git("add", ".")
        self.git("commit", "-qm", "base")

    def git(self, *args: str, fails: bool = False) -> str:
        done = subprocess.run(["git", *args], cwd=self.folder, capture_output=True, text=True)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout

    def generate(self, order: dict[str, Any], item: dict[str, Any]) -> Lock:
        """What `mscgen generate` does to the lock."""
        lock, found = read_lock(self.file)
        assert not found
        types = {"Order": {"fields": {**order, "items": "list<Item>"}}, "Item": {"fields": item}}
        service, new, problems = load(contract(types=types, operations={"GetOrder": OPERATION}), lock)
        assert service is not None, problems
        self.file.write_text(dump(new), encoding="utf-8")
        return new

    def change(self, branch: str, order: dict[str, Any], item: dict[str, Any]) -> None:
        self.git("checkout", "-q", *([branch] if branch == "main" else ["-b", branch, "main"]))
        self.generate(order, item)
        self.git("commit", "-qam", f"on {branch}")

    def merge_or_leave_marks(self, branch: str) -> None:
        """Both outcomes are fine: a clean merge, and conflict marks that are settled."""
        subprocess.run(["git", "merge", "--no-edit", branch], cwd=self.folder, capture_output=True, check=False)

    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")


@pytest.fixture
def branches(tmp_path: Path) -> Branches:
    return Branches(tmp_path)


def numbers(lock: Lock, table: str) -> dict[str, int]:
    return {e.name: e.number for e in lock.messages[table].entries}


def settled(text: str) -> Lock:
    result = resolve_conflict(text, "contract.lock")
    assert not isinstance(result, Diagnostic), result
    return result[0]


def test_two_branches_that_add_to_one_type_conflict_and_main_keeps_its_number(branches: Branches) -> None:
    branches.change("feature", {"id": "string", "note": "string"}, {"sku": "string"})
    branches.change("main", {"id": "string", "gift": "bool"}, {"sku": "string"})
    branches.git("merge", "feature", fails=True)
    assert isinstance(parse(branches.text(), "contract.lock"), Diagnostic)
    lock = settled(branches.text())
    assert numbers(lock, "Order") == {"id": 1, "items": 2, "gift": 3, "note": 4}
    branches.file.write_text(dump(lock), encoding="utf-8")
    merged = branches.generate({"note": "string", "gift": "bool", "id": "string"}, {"sku": "string"})
    assert numbers(merged, "Order") == numbers(lock, "Order")


@pytest.mark.parametrize("way", ["merge", "rebase"])
def test_a_feature_that_takes_in_main_gives_way_to_it(branches: Branches, way: str) -> None:
    branches.change("feature", {"id": "string", "note": "string"}, {"sku": "string"})
    branches.change("main", {"id": "string", "gift": "bool"}, {"sku": "string"})
    branches.git("checkout", "-q", "feature")
    branches.git(way, "main", fails=True)
    assert numbers(settled(branches.text()), "Order") == {"id": 1, "items": 2, "gift": 3, "note": 4}


def test_branches_that_add_to_different_types_merge_by_themselves(branches: Branches) -> None:
    branches.change("feature", {"id": "string", "note": "string"}, {"sku": "string"})
    branches.change("main", {"id": "string"}, {"sku": "string", "price": "decimal"})
    branches.git("merge", "-q", "--no-edit", "feature")
    lock = parse(branches.text(), "contract.lock")
    assert isinstance(lock, Lock)
    assert (numbers(lock, "Order")["note"], numbers(lock, "Item")["price"]) == (3, 2)


def test_a_field_removed_on_one_branch_stays_reserved_beside_the_other_branchs_field(branches: Branches) -> None:
    branches.change("feature", {"id": "string", "note": "string"}, {"sku": "string"})
    branches.change("main", {}, {"sku": "string"})
    branches.merge_or_leave_marks("feature")
    merged = settled(branches.text())
    branches.file.write_text(dump(merged), encoding="utf-8")
    lock = branches.generate({"note": "string"}, {"sku": "string"})
    assert [(e.name, e.number, e.removed) for e in lock.messages["Order"].entries] == [
        ("id", 1, True),
        ("items", 2, False),
        ("note", 3, False),
    ]
