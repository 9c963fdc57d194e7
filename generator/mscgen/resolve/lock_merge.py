"""`mscgen lock resolve`: settles a git merge of contract.lock.

Two branches that add to one type hand out the same number. One branch keeps its numbers, because others already
build on it; the new names of the other branch get new ones, which is safe as long as that branch was not released.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mscgen.diagnostics import Diagnostic, error
from mscgen.resolve.lock import ENTRY, RULE, TABLE, Entry, Lock, Reader, Table, entry_of, line_span
from mscgen.resolve.numbers import free_number


@dataclass(frozen=True, slots=True)
class Renumbered:
    """What settling a conflict changed: a name of the other branch that got a new number."""

    table: str
    name: str
    old: int
    new: int


# Labels of what others build on: a main branch, or the bare commit that `git pull` merges.
_PUBLISHED = re.compile(r"(?:(?:origin|upstream)/)?(?:main|master|develop|trunk)\b|[0-9a-f]{40,64}$")


def resolve_conflict(text: str, file: str, base: str | None = None) -> tuple[Lock, list[Renumbered]] | Diagnostic:
    """Settles a git merge of the lock: one branch keeps every number, new names of the other get new ones.

    base: `ours` (what stands above `=======`) or `theirs`. Without it, theirs when its label is a main branch or a
    pulled commit, else ours: on a merge of a feature into main and on a rebase, others already build on ours.
    A text without conflict marks is settled too, where a clean merge gave one number to two names: the first keeps it.
    """
    sides = _sides(text)
    if sides is None:
        return error(
            RULE, f"{Path(file).name} has broken conflict marks", line_span(file, 1), "run: git checkout -m the file"
        )
    ours, theirs, their_label = sides
    if base is None:
        base = "theirs" if _PUBLISHED.match(their_label) else "ours"
    keep, other = (ours, theirs) if base == "ours" else (theirs, ours)
    kept, changed = _tolerant(keep, file)
    if isinstance(kept, Diagnostic):
        return kept
    if keep == other:
        return kept, changed
    added, _ = _tolerant(other, file)
    if isinstance(added, Diagnostic):
        return added
    messages, one = _merge(kept.messages, added.messages)
    enums, two = _merge(kept.enums, added.enums)
    return Lock(messages, enums), [*changed, *one, *two]


def _sides(text: str) -> tuple[str, str, str] | None:
    """Both sides of a text with conflict marks (equal when there are none), and the label of theirs."""
    ours: list[str] = []
    theirs: list[str] = []
    state, label = "both", ""
    for line in text.splitlines():
        mark = line[:7]
        if mark == "<<<<<<<" and state == "both":
            state = "ours"
        elif mark == "|||||||" and state == "ours":
            state = "ancestor"
        elif mark == "=======" and state in ("ours", "ancestor"):
            state = "theirs"
        elif mark == ">>>>>>>" and state == "theirs":
            state, label = "both", line[7:].strip()
        elif mark in ("<<<<<<<", "|||||||", "=======", ">>>>>>>"):
            return None
        else:
            if state in ("both", "ours"):
                ours.append(line)
            if state in ("both", "theirs"):
                theirs.append(line)
    return None if state != "both" else ("\n".join(ours), "\n".join(theirs), label)


def _tolerant(text: str, file: str) -> tuple[Lock | Diagnostic, list[Renumbered]]:
    """The lock of a text in which a clean merge may have left a type or a number twice."""
    reader = Reader(file)
    late: list[tuple[str, str, Entry]] = []
    for line, content in enumerate(text.splitlines(), 1):
        content = content.rstrip()
        match = ENTRY.fullmatch(content.strip())
        table = reader.found.get(reader.section, {}).get(reader.table)
        if match is not None and table is not None:
            entry = entry_of(match)
            if any(e.number == entry.number or e == entry for e in table.entries) or (
                not entry.removed and table.live(entry.name)
            ):
                late.append((reader.section, reader.table, entry))
                continue
        again = TABLE.fullmatch(content)
        if again and again["name"] in reader.found.get(reader.section, {}):
            reader.table = again["name"]
            continue
        problem = reader.feed(line, content)
        if problem is not None:
            return problem, []
    changed: list[Renumbered] = []
    for section, name, entry in late:
        tables = reader.found[section]
        tables[name], one = _merge_table(name, tables[name], [entry])
        changed += one
    return reader.result(), changed


def _merge(kept: Mapping[str, Table], added: Mapping[str, Table]) -> tuple[dict[str, Table], list[Renumbered]]:
    tables = dict(kept)
    changed: list[Renumbered] = []
    for name, table in added.items():
        if name not in tables:
            tables[name] = table
            continue
        tables[name], one = _merge_table(name, tables[name], table.entries)
        changed += one
    return tables, changed


def _merge_table(name: str, table: Table, entries: Iterable[Entry]) -> tuple[Table, list[Renumbered]]:
    """The table with the other branch's names: a number that is taken is replaced by the next free one."""
    changed: list[Renumbered] = []
    for e in sorted(entries, key=lambda e: e.number):
        if any(k.name == e.name and k.type == e.type for k in table.entries):
            continue
        if table.live(e.name) is not None:
            e = replace(e, removed=True)
        taken = {k.number for k in table.entries}
        number = e.number if e.number not in taken else free_number(table.next, taken)
        if number != e.number:
            changed.append(Renumbered(name, e.name, e.number, number))
        following = max(table.next, number + 1) if number >= table.next else table.next
        table = Table(following, (*table.entries, replace(e, number=number)))
    return Table(table.next, tuple(sorted(table.entries, key=lambda e: e.number))), changed
