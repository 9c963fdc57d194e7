"""contract.lock as a file: what is written, what is refused, how a merge is settled."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from mscgen.diagnostics import Diagnostic
from mscgen.resolve.lock import EMPTY, Entry, Lock, Table, dump, parse, read_lock, resolve_conflict
from mscgen.resources import data_root

FILE = "contract.lock"
BASE = Lock(
    messages={"Order": Table(3, (Entry("id", 1, "string"), Entry("items", 2, "map<string, Item>")))},
    enums={"Status": Table(2, (Entry("paid", 1),))},
)

names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
types = st.sampled_from(["string", "repeated Item", "map<string, Item>", "google.protobuf.Timestamp", "Order"])


@st.composite
def tables(draw, kinds):
    entries, live = [], set()
    for number in sorted(draw(st.sets(st.integers(1, 30), max_size=6))):
        name, removed = draw(names), draw(st.booleans())
        if name in live and not removed:
            continue
        live |= set() if removed else {name}
        entries.append(Entry(name, number, draw(kinds), removed))
    return Table(draw(st.integers(1, 40)), tuple(entries))


pascal = st.from_regex(r"[A-Z][a-zA-Z0-9]{0,8}", fullmatch=True)
locks = st.builds(
    Lock, st.dictionaries(pascal, tables(types), max_size=4), st.dictionaries(pascal, tables(st.just("")), max_size=3)
)


@given(locks)
def test_a_lock_survives_being_written_and_read(lock: Lock) -> None:
    assert parse(dump(lock), FILE) == lock


@given(locks)
def test_a_lock_is_yaml_that_its_schema_describes(lock: Lock) -> None:
    schema = json.loads((data_root() / "schemas" / "lock.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(dump(lock)), schema)


def test_a_lock_is_one_name_a_line_in_the_order_of_the_numbers() -> None:
    assert dump(BASE).splitlines()[2:] == [
        "mscgen_lock: 1",
        "enums:",
        "  Status:",
        "    next: 2",
        "    names:",
        "    - {number: 1, name: paid}",
        "messages:",
        "  Order:",
        "    next: 3",
        "    names:",
        "    - {number: 1, name: id, type: string}",
        '    - {number: 2, name: items, type: "map<string, Item>"}',
    ]


def test_a_missing_lock_is_empty_and_an_unreadable_one_an_error(tmp_path: Path) -> None:
    assert read_lock(tmp_path / FILE) == (EMPTY, [])
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    _, found = read_lock(tmp_path / FILE)
    assert "not UTF-8" in found[0].message
    assert found[0].help


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "help"),
    [
        ("mscgen_lock: 1", "mscgen_lock: 7", 3, "version 7", "update mscgen"),
        ("mscgen_lock: 1\n", "", 3, "did not write", "git"),
        ("name: id,", "name: items,", 14, "Order.items a second time", "mscgen lock resolve"),
        (
            "number: 1, name: id",
            "number: 2, name: id",
            14,
            "number 2 of Order for both id and items",
            "mscgen lock resolve",
        ),
        ("    next: 3", "    next: three", 11, "did not write", "git"),
        ("messages:", "<<<<<<< HEAD\nmessages:", 9, "unsettled git merge", "mscgen lock resolve"),
        (
            "  Order:",
            "  Order:\n    next: 1\n    names: []\n  Order:",
            13,
            "Order a second time",
            "mscgen lock resolve",
        ),
    ],
)
def test_a_damaged_lock_says_what_is_wrong_and_where(old: str, new: str, line: int, message: str, help: str) -> None:
    text = dump(BASE)
    assert old in text
    found = parse(text.replace(old, new, 1), FILE)
    assert isinstance(found, Diagnostic)
    assert (message in found.message, help in found.help, found.span.line) == (True, True, line), found


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(parse(text, FILE), Lock | Diagnostic)
    assert not isinstance(resolve_conflict(text, FILE), Exception)


def conflict(ours: str, theirs: str, their_label: str = "feature") -> str:
    """What git leaves of two branches that each added one line to Order."""
    head, tail = dump(BASE).replace("next: 3", "next: 4"), ""
    return f"{head}<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> {their_label}\n{tail}"


OURS, THEIRS = "    - {number: 3, name: gift, type: bool}", "    - {number: 3, name: note, type: string}"


def test_a_merge_is_settled_for_the_branch_that_is_merged_into() -> None:
    settled = resolve_conflict(conflict(OURS, THEIRS), FILE)
    assert not isinstance(settled, Diagnostic)
    lock, changed = settled
    assert [(e.name, e.number) for e in lock.messages["Order"].entries[2:]] == [("gift", 3), ("note", 4)]
    assert lock.messages["Order"].next == 5
    assert [(c.table, c.name, c.old, c.new) for c in changed] == [("Order", "note", 3, 4)]
    assert parse(dump(lock), FILE) == lock


@pytest.mark.parametrize("label", ["main", "origin/main", "upstream/master", "develop", "0123456789" * 4])
def test_what_is_merged_from_the_main_branch_or_pulled_keeps_its_numbers(label: str) -> None:
    settled = resolve_conflict(conflict(OURS, THEIRS, label), FILE)
    assert not isinstance(settled, Diagnostic)
    assert [(e.name, e.number) for e in settled[0].messages["Order"].entries[2:]] == [("note", 3), ("gift", 4)]


def test_the_side_can_be_chosen() -> None:
    settled = resolve_conflict(conflict(OURS, THEIRS, "main"), FILE, base="ours")
    assert not isinstance(settled, Diagnostic)
    assert settled[0].messages["Order"].live("gift") == Entry("gift", 3, "bool")


def test_conflict_marks_with_the_common_ancestor_are_understood() -> None:
    text = conflict(OURS, THEIRS).replace("=======", "||||||| 1234567\n=======")
    assert not isinstance(resolve_conflict(text, FILE), Diagnostic)


def test_one_number_for_two_names_after_a_clean_merge_is_settled() -> None:
    text = dump(BASE) + THEIRS + "\n" + OURS + "\n"
    settled = resolve_conflict(text, FILE)
    assert not isinstance(settled, Diagnostic)
    assert [(e.name, e.number) for e in settled[0].messages["Order"].entries[2:]] == [("note", 3), ("gift", 4)]


def test_a_name_that_one_branch_removed_stays_reserved_or_live_as_the_base_says() -> None:
    removed = dump(BASE).replace("type: string}", "type: string, removed: true}")
    text = f"<<<<<<< HEAD\n{removed}=======\n{dump(BASE)}>>>>>>> feature\n"
    settled = resolve_conflict(text, FILE)
    assert not isinstance(settled, Diagnostic)
    assert settled[0].messages["Order"].entries[0] == Entry("id", 1, "string", removed=True)


@given(locks, locks)
def test_a_settled_merge_keeps_every_number_of_the_base_and_gives_none_twice(base: Lock, other: Lock) -> None:
    text = f"<<<<<<< HEAD\n{dump(base)}=======\n{dump(other)}>>>>>>> feature\n"
    settled = resolve_conflict(text, FILE)
    assert not isinstance(settled, Diagnostic)
    lock, _ = settled
    for name, table in base.messages.items():
        kept = {(e.name, e.number, e.removed) for e in lock.messages[name].entries}
        assert {(e.name, e.number, e.removed) for e in table.entries} <= kept
    for name, table in other.messages.items():
        assert {e.name for e in table.entries} <= {e.name for e in lock.messages[name].entries}
    assert parse(dump(lock), FILE) == lock
