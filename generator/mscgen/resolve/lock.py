"""contract.lock: which number each field, union arm and enum value has on the wire, now and ever.

Numbers are never counted from the order of the contract. The file is committed; `generate` writes it. It is YAML in
a fixed form, one name a line:

    mscgen_lock: 1
    enums:
      OrderStatus:
        next: 3
        names:
        - {number: 1, name: pending}
    messages:
      Order:
        next: 9
        names:
        - {number: 1, name: order_id, type: string}
        - {number: 8, name: note, type: string, removed: true}

Types stand in alphabetical order, names by number. So two branches that add to one type write the same line and git
reports a conflict, where an alphabetical list would merge cleanly into one number for two names. `resolve_conflict`
settles it. A name that left the contract stays as `removed`: its number and name are reserved in the proto for ever.
`next` is the lowest number that was never handed out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mscgen.diagnostics import Diagnostic, Span, error

if TYPE_CHECKING:
    from mscgen.resolve.lock_merge import Renumbered

VERSION = 1
RULE = "lock-file"

_HEADER = """\
# Numbers of contract.yaml on the wire. Written by `mscgen generate`: commit it, never edit it.
# After a git conflict in this file run: mscgen lock resolve
"""
_TYPE = r'[\w.<>]+|"(?:[\w.<>, ]+)"'
ENTRY = re.compile(
    r'- \{number: (?P<number>-?\d+), name: (?P<q>"?)(?P<name>\w+)(?P=q)'
    rf"(?:, type: (?P<type>{_TYPE}))?(?P<removed>, removed: true)?\}}"
)
TABLE = re.compile(r'  (?P<q>"?)(?P<name>\w+)(?P=q):')
_SECTIONS = ("enums", "messages")
# Names that a YAML reader would take for something else than a string.
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A name and its number. type: how it travels (`string`, `repeated Item`); empty for an enum value."""

    name: str
    number: int
    type: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The names of one message or enum, by number. A name stands twice when it came back with another type."""

    next: int = 1
    entries: tuple[Entry, ...] = ()

    def live(self, name: str) -> Entry | None:
        """The entry of a name that is in the contract."""
        return next((e for e in self.entries if e.name == name and not e.removed), None)

    def removed(self) -> tuple[Entry, ...]:
        """The entries whose numbers are reserved."""
        return tuple(e for e in self.entries if e.removed)


@dataclass(frozen=True, slots=True)
class Lock:
    """Everything the lock remembers, by message and enum name."""

    messages: Mapping[str, Table] = field(default_factory=dict)
    enums: Mapping[str, Table] = field(default_factory=dict)


EMPTY = Lock()


def dump(lock: Lock) -> str:
    """The text of the lock: the same lock is the same bytes."""
    lines = [f"mscgen_lock: {VERSION}"]
    for section in _SECTIONS:
        tables: Mapping[str, Table] = getattr(lock, section)
        lines.append(f"{section}:" if tables else f"{section}: {{}}")
        for name in sorted(tables):
            entries = sorted(tables[name].entries, key=lambda e: e.number)
            lines += [f"  {_word(name)}:", f"    next: {tables[name].next}", f"    names:{'' if entries else ' []'}"]
            lines += [f"    {_entry(e)}" for e in entries]
    return _HEADER + "\n".join(lines) + "\n"


def _word(name: str) -> str:
    return f'"{name}"' if name.lower() in _WORDS else name


def _entry(e: Entry) -> str:
    quoted = f'"{e.type}"' if re.search(r"[, ]", e.type) else e.type
    kind = f", type: {quoted}" if e.type else ""
    return f"- {{number: {e.number}, name: {_word(e.name)}{kind}{', removed: true' if e.removed else ''}}}"


def entry_of(match: re.Match[str]) -> Entry:
    """The entry in a line that `ENTRY` matched."""
    kind = (match["type"] or "").strip('"')
    return Entry(match["name"], int(match["number"]), kind, match["removed"] is not None)


def read_lock(path: Path) -> tuple[Lock, list[Diagnostic]]:
    """The lock of a contract; a missing file is an empty lock, an unreadable or damaged one an error."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return EMPTY, []
    except (OSError, UnicodeDecodeError) as problem:
        message = (
            f"{path.name} cannot be read: {problem.strerror if isinstance(problem, OSError) else 'it is not UTF-8'}"
        )
        return EMPTY, [error(RULE, message, line_span(str(path), 1), "restore it from git: it holds the wire numbers")]
    parsed = parse(text, str(path))
    return (EMPTY, [parsed]) if isinstance(parsed, Diagnostic) else (parsed, [])


def parse(text: str, file: str) -> Lock | Diagnostic:
    """The lock in a text; a merge conflict, a hand edit and a clash of numbers are told apart."""
    reader = Reader(file)
    for line, content in enumerate(text.splitlines(), 1):
        problem = reader.feed(line, content.rstrip())
        if problem is not None:
            return problem
    return reader.result()


class Reader:
    """Reads the fixed form line by line: a general YAML reader would accept what `dump` never writes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.version_seen = False
        self.section = ""
        self.table = ""
        self.found: dict[str, dict[str, Table]] = {"enums": {}, "messages": {}}

    def feed(self, line: int, text: str) -> Diagnostic | None:
        """Takes the next line; the first line that is wrong ends the reading."""
        if text.startswith(("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")):
            return self._problem(line, text, "an unsettled git merge", "run: mscgen lock resolve")
        if not text or text.startswith("#"):
            return None
        if not self.version_seen:
            return self._version(line, text)
        if text.removesuffix(" {}").removesuffix(":") in _SECTIONS:
            self.section, self.table = text.removesuffix(" {}").removesuffix(":"), ""
            return None
        return self._body(line, text)

    def _version(self, line: int, text: str) -> Diagnostic | None:
        match = re.fullmatch(r"mscgen_lock: (\d+)", text)
        if match is None:
            return self._damaged(line, text)
        if int(match[1]) > VERSION:
            newer = f"version {match[1]} of the lock, which this mscgen cannot read"
            return self._problem(line, text, newer, "update mscgen to the version that the project uses")
        self.version_seen = True
        return None

    def _body(self, line: int, text: str) -> Diagnostic | None:
        tables = self.found.get(self.section)
        if tables is None:
            return self._damaged(line, text)
        if match := TABLE.fullmatch(text):
            if match["name"] in tables:
                return self._problem(line, text, f"{match['name']} a second time", "run: mscgen lock resolve")
            self.table = match["name"]
            tables[self.table] = Table()
        elif self.table and (match := re.fullmatch(r"    next: (\d+)", text)):
            tables[self.table] = replace(tables[self.table], next=int(match[1]))
        elif self.table and text in ("    names:", "    names: []"):
            pass
        elif self.table and text.startswith("    ") and (match := ENTRY.fullmatch(text[4:])):
            return self._entry(line, text, tables, match)
        else:
            return self._damaged(line, text)
        return None

    def _entry(self, line: int, text: str, tables: dict[str, Table], match: re.Match[str]) -> Diagnostic | None:
        table = tables[self.table]
        new = entry_of(match)
        same = next((e for e in table.entries if e.number == new.number), None)
        if same is not None:
            clash = f"number {new.number} of {self.table} for both {same.name} and {new.name}"
            return self._problem(line, text, clash, "run: mscgen lock resolve")
        if not new.removed and table.live(new.name) is not None:
            return self._problem(line, text, f"{self.table}.{new.name} a second time", "run: mscgen lock resolve")
        tables[self.table] = Table(max(table.next, 1), (*table.entries, new))
        return None

    def result(self) -> Lock | Diagnostic:
        """What was read."""
        if not self.version_seen:
            return self._problem(1, "", "no lock at all", "restore it from git: it holds the wire numbers")
        return Lock(self.found["messages"], self.found["enums"])

    def _damaged(self, line: int, text: str) -> Diagnostic:
        return self._problem(
            line, text, "a line that mscgen did not write", "restore the file from git; numbers are pinned by `number:`"
        )

    def _problem(self, line: int, text: str, what: str, help: str) -> Diagnostic:
        name = Path(self.file).name
        return error(RULE, f"{name} has {what}", line_span(self.file, line, max(len(text), 1)), help)


def line_span(file: str, line: int, length: int = 1) -> Span:
    """The first `length` characters of a line."""
    return Span(file, line, 1, line, 1 + length)


def resolve_conflict(text: str, file: str, base: str | None = None) -> tuple[Lock, list[Renumbered]] | Diagnostic:
    """`lock_merge.resolve_conflict`: settles a git merge of the lock."""
    from mscgen.resolve import lock_merge

    return lock_merge.resolve_conflict(text, file, base)
