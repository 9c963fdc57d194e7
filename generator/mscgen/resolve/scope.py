"""What one run of resolve shares: the tree, what has been resolved so far, and the findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mscgen.diagnostics import Diagnostic, Note, Severity, Span, error
from mscgen.model.derived import local_name
from mscgen.model.types import Alias, Declared, NamedType, Record, TypeRef
from mscgen.read.node import Node
from mscgen.read.spelling import closest
from mscgen.resolve.type_text import FOREIGN_NAMES, SCALARS, TypeText

if TYPE_CHECKING:
    from mscgen.resolve.contracts import Contracts

MAX_SUGGESTED = 50_000  # names compared in one run
_NOTHING = Node("mapping", "", (1, 1, 1, 1))


class Scope:
    """The state of one run.

    types: resolved so far, in file order, synthesized ones last. declared: type names to their key nodes.
    imported: local names of copied foreign types. examples: example values, to be checked once all types are known.
    """

    def __init__(self, root: Node, folder: Path, contracts: Contracts) -> None:
        self.root = root
        self.folder = folder
        self.contracts = contracts
        self._keys: dict[str, dict[str, Node]] = {}
        self._suggestions = 0
        self.found: list[Diagnostic] = []
        self.types: dict[str, Declared] = {}
        self.declared: dict[str, Node] = self.keys("types")
        self.imported: set[str] = set()
        self.examples: list[tuple[Node, TypeRef]] = []

    def section(self, name: str) -> Node:
        """A top-level section; an empty mapping where the contract has none."""
        node = self.root.get(name)
        return _NOTHING if node is None or node.is_null else node

    def keys(self, name: str) -> dict[str, Node]:
        """The names that a top-level section declares, with their key nodes."""
        if name not in self._keys:
            self._keys[name] = {key.text: key for key, _ in self.section(name).entries}
        return self._keys[name]

    def report(
        self, rule: str, message: str, span: Span, help: str, label: str = "", notes: tuple[Note, ...] = ()
    ) -> None:
        """Adds an error."""
        self.found.append(error(rule, message, span, help, label, notes))

    def notice(self, rule: str, message: str, span: Span, help: str) -> None:
        """Adds a notice: something to know that stops nothing."""
        self.found.append(Diagnostic(rule, Severity.NOTICE, message, span, help))

    def unknown(self, what: str, name: str, known: dict[str, Node], span: Span, section: str) -> None:
        """Reports a reference to something that a section does not declare."""
        guess = self.suggest(name, known)
        help = f"did you mean `{guess}`?" if guess else f"declare `{name}` under `{section}`"
        self.report(f"unknown-{what}", f"there is no {what} `{name}`", span, help)

    def suggest(self, name: str, known: Collection[str]) -> str | None:
        """The nearest known name. In a big contract with many mistakes only the first few are worth the search."""
        self._suggestions += len(known)
        return closest(name, known) if self._suggestions < MAX_SUGGESTED else None

    def bind(self, node: Node, parsed: TypeText, offset: int = 0) -> TypeRef | None:
        """The type with its names bound; None after reporting those that do not exist."""
        complete = True
        for mention in parsed.mentions:
            span = node.part(offset + mention.start, offset + mention.end)
            if mention.origin is not None:
                complete = self.contracts.import_type(self, mention.origin, mention.name, span) and complete
            elif mention.name not in self.declared:
                self.unknown_type(mention.name, span)
                complete = False
        return parsed.type if complete else None

    def unknown_type(self, name: str, span: Span) -> None:
        """Reports a type name that is neither a scalar nor declared."""
        guess = self.suggest(name, [*self.declared, *SCALARS])
        if name.lower() in FOREIGN_NAMES and name not in self.declared:
            help = f"write `{FOREIGN_NAMES[name.lower()]}`"
        elif guess:
            help = f"did you mean `{guess}`?"
        else:
            help = f"declare `{name}` under `types`, or write a scalar such as `string`"
        self.report("unknown-type", f"there is no type `{name}`", span, help)

    def synthesize(self, record: Record, at: Node) -> Record:
        """Adds a record that the contract writes inline, under its made-up name."""
        self.check_name_free(record.name, at, f"the inline record of `{at.text}`")
        self.types[record.name] = record
        return record

    def check_name_free(self, name: str, at: Node, what: str) -> None:
        """Reports a made-up record name that a declared type has as well."""
        other = self.types.get(name)
        if name in self.declared or (other is not None and other.span != at.span):
            span = self.declared[name].span if name in self.declared or other is None else other.span
            notes = (Note(span, "the other one"),)
            help = f"rename the type, or name it in place of the inline record: `{name}`"
            self.report("name-collision", f"{what} is called `{name}`, and so is a type", at.span, help, notes=notes)

    def check_renames(self, declared: Iterable[tuple[str, str | None, Span]]) -> None:
        """Reports `renamed_from` of a name that is still declared beside it, or that two claim."""
        entries = list(declared)
        taken = {name: span for name, _, span in entries}
        for name, former, span in entries:
            if former is None:
                continue
            if former in taken:
                notes = (Note(taken[former], "still here, or claimed already"),)
                help = f"remove `renamed_from`, or remove `{former}`"
                self.report("bad-rename", f"`{name}` cannot have been `{former}`", span, help, notes=notes)
            taken.setdefault(former, span)

    def check_examples(self) -> None:
        """Checks the example values that were put aside until every type was known."""
        from mscgen.resolve.literals import check

        for node, type in self.examples:
            check(self, node, type, "bad-example")

    def underlying(self, type: TypeRef) -> TypeRef:
        """The type with aliases followed to what they stand for."""
        for _ in range(64):
            if not isinstance(type, NamedType):
                break
            declared = self.types.get(local_name(type))
            if not isinstance(declared, Alias):
                break
            type = declared.type
        return type

    def record(self, type: TypeRef | None) -> Record | None:
        """The record that a type names, aliases followed; None if it names none."""
        if type is None:
            return None
        type = self.underlying(type)
        declared = self.types.get(local_name(type)) if isinstance(type, NamedType) else None
        return declared if isinstance(declared, Record) else None
