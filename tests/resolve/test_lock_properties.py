"""Whatever is done to a contract, a number never changes hands."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mscgen.diagnostics import Span
from mscgen.emit.proto import proto_text
from mscgen.resolve.lock import EMPTY, Entry, Lock, Table, dump, parse
from mscgen.resolve.numbers import Wanted, assign, same_wire_type
from services import contract, load

HERE = Span("contract.yaml", 1, 1, 1, 2)
NAMES = ["a", "b", "c", "d", "e"]
TYPES = ["string", "int32", "int64", "repeated Item", "Item"]

edits = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "rename", "retype", "shuffle"]),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.sampled_from(TYPES),
    ),
    max_size=25,
)


class Contract:
    """One message of a contract that is edited, and the story of every field: who it is, however it is called."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.renamed: dict[str, str] = {}

    def edit(self, verb: str, name: str, other: str, type: str) -> None:
        self.renamed = {}
        if verb == "add":
            self.fields.setdefault(name, type)
        elif verb == "remove":
            self.fields.pop(name, None)
        elif verb == "rename" and name in self.fields and other not in self.fields:
            self.fields[other] = self.fields.pop(name)
            self.renamed[other] = name
        elif verb == "retype" and name in self.fields:
            self.fields[name] = type
        else:
            items = list(self.fields.items())
            random.Random(name + other).shuffle(items)
            self.fields = dict(items)

    def wanted(self) -> list[Wanted]:
        return [Wanted(n, HERE, t, renamed_from=self.renamed.get(n)) for n, t in self.fields.items()]


@given(edits)
def test_no_edit_gives_a_number_to_another_field(steps: list[tuple[str, str, str, str]]) -> None:
    contract, table = Contract(), Table()
    owner: dict[int, str] = {}
    types: dict[int, str] = {}
    for step in steps:
        before = {e.name: e for e in table.entries if not e.removed}
        contract.edit(*step)
        table, numbers, found = assign("Order", table, contract.wanted(), enum=False)
        assert not found
        assert numbers.keys() == contract.fields.keys()
        assert len(set(numbers.values())) == len(numbers)
        for name, number in numbers.items():
            source = contract.renamed.get(name, name)
            if number in owner:
                # Seen before: it is the same name, or the name says that it was renamed from it.
                assert owner[number] in (name, source)
                assert same_wire_type(types[number], contract.fields[name])
            elif source in before:
                assert not same_wire_type(before[source].type, contract.fields[name])
            owner[number], types[number] = name, contract.fields[name]
        for name, entry in before.items():
            if same_wire_type(entry.type, contract.fields.get(name, "")):
                assert numbers[name] == entry.number
        # Nothing is ever forgotten.
        assert owner.keys() <= {e.number for e in table.entries}


@given(edits)
def test_a_name_that_comes_back_unchanged_gets_its_number_back(steps: list[tuple[str, str, str, str]]) -> None:
    contract, table, numbers = Contract(), Table(), {}
    for step in steps:
        contract.edit(*step)
        table, numbers, _ = assign("Order", table, contract.wanted())
    gone, _, _ = assign("Order", table, [])
    assert all(e.removed for e in gone.entries)
    contract.renamed = {}
    back, again, _ = assign("Order", gone, contract.wanted())
    assert again == numbers
    assert back.entries == table.entries


def test_a_name_that_comes_back_with_another_type_gets_a_new_number() -> None:
    table = Table(3, (Entry("note", 2, "string", removed=True),))
    _, numbers, _ = assign("Order", table, [Wanted("note", HERE, "int32")])
    assert numbers == {"note": 3}


def test_widening_an_integer_keeps_the_number() -> None:
    table = Table(2, (Entry("count", 1, "int32"),))
    table, numbers, _ = assign("Order", table, [Wanted("count", HERE, "int64")])
    assert (numbers, table.entries) == ({"count": 1}, (Entry("count", 1, "int64"),))


def test_numbers_that_protobuf_keeps_for_itself_are_skipped() -> None:
    table = Table(18999, (Entry("a", 18999, "string"),))
    _, numbers, _ = assign("Order", table, [Wanted(n, HERE, "string") for n in "abc"])
    assert numbers == {"a": 18999, "b": 20000, "c": 20001}


@pytest.mark.parametrize(
    ("wanted", "message", "help"),
    [
        ([Wanted("x", HERE, "string", pinned=1)], "number 1 is `id`", "4 is free"),
        ([Wanted("x", HERE, "string", pinned=2)], "number 2 was `gone`", "4 is free"),
        ([Wanted("id", HERE, "string", pinned=9)], "`id` already has number 1", "pin 1"),
        ([Wanted("x", HERE, "string", pinned=19500)], "19500 is not a field number", "1 to 536870911"),
        ([Wanted("x", HERE, "string", pinned=0)], "0 is not a field number", "1 to 536870911"),
        (
            [Wanted("x", HERE, "string", pinned=7), Wanted("y", HERE, "string", pinned=7)],
            "number 7 is pinned twice",
            "a number that is free",
        ),
    ],
)
def test_a_pin_that_cannot_be_carried_out_is_an_error(wanted: list[Wanted], message: str, help: str) -> None:
    table = Table(4, (Entry("id", 1, "string"), Entry("gone", 2, "string", removed=True)))
    if all(w.name != "id" for w in wanted):
        wanted = [Wanted("id", HERE, "string"), *wanted]
    _, _, found = assign("Order", table, wanted)
    assert [message in d.message and help in d.help for d in found] == [True], found


def test_a_pin_is_kept_and_others_number_around_it() -> None:
    wanted = [Wanted("a", HERE, "string"), Wanted("b", HERE, "string", pinned=1), Wanted("c", HERE, "string")]
    _, numbers, found = assign("Order", Table(), wanted)
    assert (numbers, found) == ({"a": 2, "b": 1, "c": 3}, [])


# ---- the same through a whole contract


def record(fields: dict[str, str], **more: Any) -> dict[str, Any]:
    return contract(
        types={"Order": {"fields": {"keep": "string", **fields}, **more}, "Item": {"sku": "string"}},
        operations={"GetOrder": {"http": "GET /v1/orders/{id}", "request": {"id": "string"}, "response": "Order"}},
    )


def run(text: dict[str, Any], lock: Lock) -> tuple[str, Lock]:
    service, new, found = load(text, lock)
    assert service is not None, found
    assert parse(dump(new), "contract.lock") == new
    return proto_text(service), new


def test_reordering_a_contract_changes_no_byte_of_the_proto() -> None:
    one = {"a": "string", "b": "int32", "c": "list<Item>"}
    proto, lock = run(record(one), EMPTY)
    again, lock_again = run(record(dict(reversed(one.items()))), lock)
    assert (proto, dump(lock)) == (again, dump(lock_again))


def test_a_removed_field_is_reserved_by_number_and_name_and_can_come_back() -> None:
    first, lock = run(record({"note": "string"}), EMPTY)
    without, lock = run(record({}), lock)
    assert 'reserved 2;\n  reserved "note";' in without
    assert run(record({"note": "string"}), lock)[0] == first
    other, _ = run(record({"note": "int64"}), lock)
    assert "reserved 2;\n" in other
    assert "int64 note = 3;" in other
    assert '"note"' not in other


def test_a_renamed_record_and_operation_keep_their_numbers() -> None:
    text = record({"items": "list<Item>", "again": "list<list<Item>>"})
    proto, lock = run(text, EMPTY)
    types = text["types"]
    fields = {"again": "list<list<Line>>", "items": "list<Line>", "keep": "string"}
    types["Purchase"] = {"fields": fields, "renamed_from": "Order"}
    types["Line"] = {"fields": types.pop("Item"), "renamed_from": "Item"}
    del types["Order"]
    operation = text["operations"].pop("GetOrder")
    text["operations"]["FetchOrder"] = {**operation, "response": "Purchase", "renamed_from": "GetOrder"}
    renamed, lock = run(text, lock)
    undone = renamed.replace("FetchOrder", "GetOrder").replace("Purchase", "Order").replace("Line", "Item")
    undone = undone.replace("purchase", "order")
    assert sorted(undone.splitlines()) == sorted(proto.splitlines())


def test_a_removed_enum_value_is_reserved() -> None:
    def text(*values: str) -> dict[str, Any]:
        made = record({"status": "Status"})
        made["types"]["Status"] = {"enum": list(values)}
        return made

    _, lock = run(text("open", "paid"), EMPTY)
    proto, lock = run(text("paid", "sent"), lock)
    assert 'reserved 1;\n  reserved "STATUS_OPEN";' in proto
    assert "STATUS_PAID = 2;\n  STATUS_SENT = 3;" in proto
