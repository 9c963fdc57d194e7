"""The positioned tree of a contract: every mapping, sequence and scalar knows where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mscgen.diagnostics import Span

MAPPING, SEQUENCE, SCALAR = "mapping", "sequence", "scalar"

# What a scalar may be in YAML 1.2 core. Fractions are Decimal, so that `0.10` keeps its digits.
Value = None | bool | int | Decimal | str


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the file.

    kind: `mapping`, `sequence` or `scalar`. mark: first line and column, last line and column (from 1, end exclusive).
    value: the meaning of a scalar; text: its characters after unquoting. style: `""` for a plain scalar, else its
    quote or block mark. entries: the key and value nodes of a mapping in file order. items: the nodes of a sequence.
    A node that an alias repeats is the same object at each place.
    """

    kind: str
    file: str
    mark: tuple[int, int, int, int]
    value: Value = None
    text: str = ""
    style: str = ""
    entries: tuple[tuple[Node, Node], ...] = ()
    items: tuple[Node, ...] = ()

    @property
    def span(self) -> Span:
        """Where the node stands."""
        return Span(self.file, *self.mark)

    @property
    def is_null(self) -> bool:
        """Whether the node is `null`, `~` or nothing at all."""
        return self.kind == SCALAR and self.value is None

    def get(self, key: str) -> Node | None:
        """The value under a key of a mapping."""
        for k, v in self.entries:
            if k.text == key:
                return v
        return None

    def key(self, key: str) -> Node | None:
        """The node of a key itself, for pointing at it."""
        for k, _ in self.entries:
            if k.text == key:
                return k
        return None

    def text_of(self, key: str) -> str:
        """The text under a key; empty when it is absent."""
        found = self.get(key)
        return found.text if found is not None else ""

    def flag_of(self, key: str) -> bool:
        """The boolean under a key; false when it is absent."""
        found = self.get(key)
        return found is not None and found.value is True

    def declared(self) -> dict[str, Span]:
        """Where each key of a mapping stands."""
        return {key.text: key.span for key, _ in self.entries}

    def part(self, start: int, end: int) -> Span:
        """The characters start..end of a scalar's text; the whole scalar where they cannot be told (escapes, folds)."""
        line, column, end_line, end_column = self.mark
        quotes = 1 if self.style in ("'", '"') else 0
        plain_length = end_column - column - 2 * quotes
        if line != end_line or self.style in ("|", ">") or plain_length != len(self.text):
            return self.span
        first = column + quotes + start
        return Span(self.file, line, first, line, max(first + 1, column + quotes + end))

    def describe(self) -> str:
        """What a reader would call the node, for messages: `a list`, `the number 3`."""
        if self.kind == MAPPING:
            return "a mapping"
        if self.kind == SEQUENCE:
            return "a list"
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            return f"the boolean {self.text}"
        if isinstance(self.value, int | Decimal):
            return f"the number {self.text}"
        shown = self.text if len(self.text) <= 40 else self.text[:37] + "..."
        return f"the text {shown!r}"
