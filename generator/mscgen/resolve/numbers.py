"""Numbers for the names of one message or enum: those of the lock stay, new names get numbers nobody ever had."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mscgen.diagnostics import Diagnostic, Note, Span, error
from mscgen.resolve.lock import Entry, Table

# protobuf keeps this range for its own implementation.
FIRST_INTERNAL, LAST_INTERNAL = 19000, 19999
LAST_FIELD = 2**29 - 1
LAST_VALUE = 2**31 - 1

# Types whose values travel alike: widening an integer is no new field.
_VARINTS = frozenset({"int32", "int64", "uint32", "uint64"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name of the contract that needs a number. type: how it travels, as in the lock."""

    name: str
    span: Span
    type: str = ""
    pinned: int | None = None
    renamed_from: str | None = None


def same_wire_type(old: str, new: str) -> bool:
    """Whether bytes written as one type are read as the other."""
    if old == new:
        return True
    (*old_label, old_type), (*new_label, new_type) = old.split(" "), new.split(" ")
    return old_label == new_label and old_type in _VARINTS and new_type in _VARINTS


def free_number(lowest: int, taken: Container[int]) -> int:
    """The lowest number from `lowest` on that is not taken and that protobuf allows."""
    number = lowest
    while number in taken or FIRST_INTERNAL <= number <= LAST_INTERNAL:
        number = LAST_INTERNAL + 1 if FIRST_INTERNAL <= number <= LAST_INTERNAL else number + 1
    return number


def assign(
    owner: str, table: Table, wanted: Sequence[Wanted], *, enum: bool = False, zero: bool = False
) -> tuple[Table, dict[str, int], list[Diagnostic]]:
    """Numbers for all wanted names, and the table that remembers them; what left the contract becomes removed.

    A name keeps its number, and so does one that says what it was renamed from. A name that comes back gets its old
    number only if it still travels alike, else its bytes would be misread; then, as for a live field of a new type,
    the old number stays reserved. `number:` pins one; a pin that would take another name's number, or change a
    number that the lock has, is an error. enum: numbers are enum values; zero: one of them may be 0.
    """
    return _Assignment(owner, table, wanted, enum, zero).run()


class _Assignment:
    def __init__(self, owner: str, table: Table, wanted: Sequence[Wanted], enum: bool, zero: bool) -> None:
        self.owner, self.table, self.wanted, self.enum, self.zero = owner, table, wanted, enum, zero
        self.names = {w.name: w for w in wanted}
        self.by_number = {e.number: e for e in table.entries}
        self.by_name: dict[tuple[str, bool], list[Entry]] = {}
        for e in table.entries:
            self.by_name.setdefault((e.name, e.removed), []).append(e)
        self.held: dict[str, Entry] = {}
        self.found: list[Diagnostic] = []

    def run(self) -> tuple[Table, dict[str, int], list[Diagnostic]]:
        self.claim()
        pins = self.pins()
        entries = {n: replace(e, removed=True) for n, e in self.by_number.items()}
        for name, e in self.held.items():
            entries[e.number] = Entry(name, e.number, self.names[name].type)
        for name, number in pins.items():
            entries[number] = Entry(name, number, self.names[name].type)
        following = self.add(entries, pins)
        table = Table(following, tuple(sorted(entries.values(), key=lambda e: e.number)))
        return table, {e.name: e.number for e in table.entries if not e.removed}, self.found

    def claim(self) -> None:
        """Finds for each name the entry of the lock that it stands for."""
        taken: set[int] = set()
        for w in self.wanted:
            for e in self.candidates(w):
                if e.number not in taken and (same_wire_type(e.type, w.type) or e.number == w.pinned):
                    self.held[w.name] = e
                    taken.add(e.number)
                    break

    def candidates(self, w: Wanted) -> Iterator[Entry]:
        """Its own live entry, that of its former name, then removed ones; the former name must be free."""
        former = w.renamed_from if w.renamed_from not in self.names else None
        for removed in (False, True):
            for name in (w.name, former):
                if name is not None:
                    yield from self.by_name.get((name, removed), ())

    def add(self, entries: dict[int, Entry], pins: Mapping[str, int]) -> int:
        """Gives numbers to the names that never had one; the lowest number that is then free."""
        taken = entries.keys() | {w.pinned for w in self.wanted if w.pinned is not None}
        following = self.table.next
        for w in self.wanted:
            if w.name in self.held or w.name in pins:
                continue
            number = free_number(following, taken)
            if number > (LAST_VALUE if self.enum else LAST_FIELD):
                self.problem(w, f"{self.owner} has no number left for `{w.name}`", "split the type")
            entries[number] = Entry(w.name, number, w.type)
            following = number + 1
        return following

    def pins(self) -> dict[str, int]:
        """The pinned numbers of names that do not have them from the lock."""
        found: dict[str, int] = {}
        first: dict[int, Wanted] = {}
        for w in self.wanted:
            if w.pinned is None or not self.valid(w, w.pinned):
                continue
            earlier = first.setdefault(w.pinned, w)
            if earlier is not w:
                note = (Note(earlier.span, f"`{earlier.name}` has it"),)
                self.problem(w, f"number {w.pinned} is pinned twice", "pin a number that is free", note)
            elif self.available(w, w.pinned):
                found[w.name] = w.pinned
        return found

    def valid(self, w: Wanted, number: int) -> bool:
        if self.enum:
            return self.valid_value(w, number)
        if not 1 <= number <= LAST_FIELD or FIRST_INTERNAL <= number <= LAST_INTERNAL:
            help = f"use 1 to {LAST_FIELD}, without {FIRST_INTERNAL} to {LAST_INTERNAL}"
            self.problem(w, f"{number} is not a field number", help)
            return False
        return True

    def valid_value(self, w: Wanted, number: int) -> bool:
        if number == 0 and not self.zero:
            self.problem(w, "0 means that a value is not known", "pin a number from 1 upwards")
            return False
        if not -LAST_VALUE - 1 <= number <= LAST_VALUE:
            self.problem(w, f"{number} is not the number of an enum value", "use a number of 32 bits")
            return False
        return True

    def available(self, w: Wanted, number: int) -> bool:
        """Whether a pin must still be carried out; reports one that cannot be."""
        held = self.held.get(w.name)
        if held is not None and held.number == number:
            return False
        if held is not None and not held.removed:
            message = f"`{w.name}` already has number {held.number}; pinning {number} would change it"
            self.problem(w, message, f"pin {held.number}: callers and stored bytes use it")
            return False
        owner = self.by_number.get(number)
        if owner is None:
            self.held.pop(w.name, None)
            return True
        state = "was" if owner.removed else "is"
        message = f"number {number} {state} `{owner.name}`"
        self.problem(
            w,
            message,
            f"pin a number that {self.owner} never used; {free_number(self.table.next, self.by_number)} is free",
        )
        return False

    def problem(self, w: Wanted, message: str, help: str, notes: tuple[Note, ...] = ()) -> None:
        self.found.append(error("bad-number", message, w.span, help, notes=notes))


def moved(tables: Mapping[str, Table], renames: Mapping[str, str]) -> dict[str, Table]:
    """The tables under new names (old → new), with the types in them renamed too."""
    if not renames:
        return dict(tables)
    known = frozenset(tables)
    return {renames.get(name, name): _retyped(table, renames, known) for name, table in tables.items()}


def _retyped(table: Table, renames: Mapping[str, str], known: frozenset[str]) -> Table:
    entries = tuple(replace(e, type=_new_type(e.type, renames, known)) for e in table.entries)
    return Table(table.next, entries)


def _new_type(type: str, renames: Mapping[str, str], known: frozenset[str]) -> str:
    """`repeated Order` → `repeated Purchase`, `map<string, OrderList>` → `map<string, PurchaseList>`."""
    label, space, name = type.rpartition(" ")
    inner = name.removesuffix(">")
    return label + space + _new_name(inner, renames, known) + name[len(inner) :]


def _new_name(name: str, renames: Mapping[str, str], known: frozenset[str]) -> str:
    """The new name of a message or enum, or of a wrapper message around one."""
    if name in renames or name in known:
        return renames.get(name, name)
    if name.startswith("Nullable"):
        return "Nullable" + _new_name(name.removeprefix("Nullable"), renames, known)
    for suffix in ("List", "Map"):
        if name.endswith(suffix) and len(name) > len(suffix):
            return _new_name(name.removesuffix(suffix), renames, known) + suffix
    return name
