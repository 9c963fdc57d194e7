"""YAML 1.2 core, strictly: text → one tree of `Node`, or one finding that says where and what to write instead.

PyYAML's C parser supplies the events (the pure parser where it is missing); what a scalar means, which keys may
repeat and how far aliases may expand is decided here, so both parsers agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mscgen.diagnostics import Diagnostic, Note, Span, error
from mscgen.read.core import core_value
from mscgen.read.node import MAPPING, SCALAR, SEQUENCE, Node, Value
from mscgen.read.source import Source, split_lines
from mscgen.read.syntax import syntax_error

MAX_DEPTH = 64
MAX_EXPANDED = 50_000  # nodes that aliases may add

# Everything outside YAML's printable set (production c-printable): first what ASCII has of it, which compiles in no
# time, then the whole set, surrogates included, for texts that need it.
_ASCII_CONTROLS = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"


class _Refused(Exception):
    """Carries the one finding that ends the reading; never leaves this module."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


def parse(text: str, source: Source) -> tuple[Node | None, list[Diagnostic]]:
    """The tree of a text. The tree is None when the text is no YAML; several duplicate keys are all reported."""
    try:
        _check_characters(text, source)
        builder = _Builder(source)
        root = builder.build(_events(text, source))
    except _Refused as refused:
        return None, [refused.finding]
    return root, builder.found


def _check_characters(text: str, source: Source) -> None:
    bad = re.search(_ASCII_CONTROLS if text.isascii() else _UNPRINTABLE, text)
    if bad is None:
        return
    before = split_lines(text[: bad.start()])
    span = Span(source.file, len(before), len(before[-1]) + 1, len(before), len(before[-1]) + 2)
    if bad.start() == 0 and bad[0] == "\ufeff":
        raise _Refused(
            error("yaml-syntax", "the file starts with a byte order mark", span, "save the file as UTF-8 without BOM")
        )
    raise _Refused(
        error(
            "yaml-syntax",
            f"the character U+{ord(bad[0]):04X} is not allowed in YAML",
            span,
            'remove it, or write it as an escape in double quotes, such as "\\u0007"',
        )
    )


def _events(text: str, source: Source) -> Iterator[Any]:
    """The parser's events, with its syntax errors turned into findings."""
    from yaml.error import MarkedYAMLError, YAMLError

    try:
        from yaml.cyaml import CParser as Parser  # type: ignore[attr-defined]
    except ImportError:
        from yaml.loader import SafeLoader as Parser  # type: ignore[assignment]
    parser = Parser(text)
    try:
        while (event := parser.get_event()) is not None:
            yield event
    except MarkedYAMLError as failure:
        raise _Refused(syntax_error(failure, source)) from None
    except YAMLError as failure:
        span = Span(source.file, 1, 1, 1, 2)
        raise _Refused(error("yaml-syntax", str(failure), span, "write the file as plain UTF-8 YAML")) from None


class _Frame:
    """A collection whose end has not come yet."""

    __slots__ = ("anchor", "column", "flow", "height", "kind", "line", "nodes", "size")

    def __init__(self, kind: str, event: Any) -> None:
        self.kind = kind
        self.line = event.start_mark.line + 1
        self.column = event.start_mark.column + 1
        self.anchor: str | None = event.anchor
        self.flow = bool(event.flow_style)
        self.nodes: list[Node] = []
        self.size = 1
        self.height = 1


class _Builder:
    """Events → nodes, without recursion, so that depth costs no stack."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.file = source.file
        self.last_line = len(source.lines)
        self.found: list[Diagnostic] = []
        self.anchors: dict[str, tuple[Node, int, int]] = {}  # node, its expanded size, its levels
        self.expanded = 0
        self.stack: list[_Frame] = []

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Line and column from 1. The parsers put what is missing at the end on a line of its own; it is not."""
        if line < self.last_line:
            return line + 1, column + 1
        return self.last_line, len(self.source.lines[-1]) + 1

    def refuse(self, event: Any, message: str, help: str, rule: str = "yaml-syntax") -> _Refused:
        """The finding at an event's place."""
        line, column = self.place(event.start_mark.line, event.start_mark.column)
        span = Span(self.file, line, column, line, column + 1)
        return _Refused(error(rule, message, span, help))

    def build(self, events: Iterator[Any]) -> Node:
        """The root node. Raises _Refused at the first thing that is no strict YAML 1.2 core."""
        root: Node | None = None
        for event in events:
            name = type(event).__name__
            node: Node | None = None
            size = height = 1
            if name == "ScalarEvent":
                node = self.scalar(event)
            elif name in ("MappingStartEvent", "SequenceStartEvent"):
                self.open(event, MAPPING if name == "MappingStartEvent" else SEQUENCE)
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                node, size, height = self.close(event)
            elif name == "AliasEvent":
                node, size, height = self.alias(event)
            elif name == "DocumentStartEvent":
                self.start_document(event, root)
            if node is None:
                continue
            if self.stack:
                self.stack[-1].nodes.append(node)
                self.stack[-1].size += size
                self.stack[-1].height = max(self.stack[-1].height, height + 1)
            else:
                root = node
        if root is None:
            nowhere = Span(self.file, 1, 1, 1, 2)
            raise _Refused(
                error("yaml-syntax", "the file is empty", nowhere, "start with `mscgen: 1` and `service: <name>`")
            )
        return root

    def start_document(self, event: Any, root: Node | None) -> None:
        """Refuses a second document and a version directive other than 1.2."""
        if root is not None:
            raise self.refuse(event, "a contract is one YAML document", "put the second document in its own file")
        if event.version not in (None, (1, 2)):
            raise self.refuse(event, "a contract is YAML 1.2", "remove the %YAML directive")

    def open(self, event: Any, kind: str) -> None:
        """Starts a collection."""
        self.refuse_tag(event)
        self.check_depth(event, 1)
        self.stack.append(_Frame(kind, event))

    def check_depth(self, event: Any, height: int) -> None:
        """Refuses what is nested deeper than anybody means, aliases included: later stages walk trees by recursion."""
        if len(self.stack) + height > MAX_DEPTH:
            help = "give inner parts a name under `types` and refer to it"
            raise self.refuse(event, f"nested deeper than {MAX_DEPTH} levels", help)

    def close(self, event: Any) -> tuple[Node, int, int]:
        """Ends a collection and returns its node, its expanded size and its levels."""
        frame = self.stack.pop()
        if frame.flow or not frame.nodes:
            end_line, end_column = self.place(event.end_mark.line, event.end_mark.column)
        else:
            _, _, end_line, end_column = frame.nodes[-1].mark
        mark = (frame.line, frame.column, end_line, end_column)
        if (end_line, end_column) < (frame.line, frame.column):  # ends in an alias to an earlier place
            mark = (frame.line, frame.column, frame.line, frame.column + 1)
        if frame.kind == MAPPING:
            node = Node(MAPPING, self.file, mark, entries=self.entries(frame.nodes))
        else:
            node = Node(SEQUENCE, self.file, mark, items=tuple(frame.nodes))
        if frame.anchor:
            self.anchors[frame.anchor] = (node, frame.size, frame.height)
        return node, frame.size, frame.height

    def alias(self, event: Any) -> tuple[Node, int, int]:
        """The node behind `*name`, if it is complete and not too large."""
        name = event.anchor
        if any(frame.anchor == name for frame in self.stack):
            raise self.refuse(
                event, f"`*{name}` stands inside `&{name}`", "an anchor cannot contain itself; name a type"
            )
        if name not in self.anchors:
            raise self.refuse(event, f"no anchor `&{name}` above", f"declare it first: `&{name}` before its value")
        node, size, height = self.anchors[name]
        self.check_depth(event, height)
        self.expanded += size
        if self.expanded > MAX_EXPANDED:
            raise self.refuse(
                event, f"aliases expand to more than {MAX_EXPANDED} nodes", "declare a type instead of repeating it"
            )
        return node, size, height

    def refuse_tag(self, event: Any) -> None:
        """Tags mean objects of some language; a contract has none."""
        if event.tag is not None:
            raise self.refuse(
                event, f"the tag {event.tag!r} is not allowed", "remove the tag; quote the value for text"
            )

    def scalar(self, event: Any) -> Node:
        """A scalar's node, resolved by the core schema when it is plain."""
        self.refuse_tag(event)
        start, end = event.start_mark, event.end_mark
        mark = (*self.place(start.line, start.column), *self.place(end.line, end.column))
        text: str = event.value
        style = event.style or ""
        value = text if style else self.value(text, event)
        node = Node(SCALAR, self.file, mark, value, text, style)
        if not style and "?" in text and self.stack and self.stack[-1].flow:
            raise _flow_question(node)
        if event.anchor:
            self.anchors[event.anchor] = (node, 1, 1)
        return node

    def value(self, text: str, event: Any) -> Value:
        """What a plain scalar means."""
        try:
            return core_value(text)
        except ValueError as problem:
            raise self.refuse(event, str(problem), 'write a shorter, finite number, or quote it: "123"') from None

    def entries(self, nodes: list[Node]) -> tuple[tuple[Node, Node], ...]:
        """Keys and values; merge keys expanded, duplicates reported."""
        seen: dict[str, Node] = {}
        merges = False
        for key in nodes[::2]:
            if key.kind != SCALAR:
                finding = error("yaml-syntax", "a key must be a word", key.span, "write `name: value`")
                raise _Refused(finding)
            if key.text in seen:
                self.found.append(_duplicate(key, seen[key.text]))
            seen.setdefault(key.text, key)
            merges = merges or (key.text == "<<" and not key.style)
        pairs = list(zip(nodes[::2], nodes[1::2], strict=True))
        return tuple(self.merged(pairs, seen) if merges else pairs)

    def merged(self, pairs: list[tuple[Node, Node]], seen: dict[str, Node]) -> list[tuple[Node, Node]]:
        """The entries with `<<` replaced by those of its mappings that the mapping does not set itself."""
        out: list[tuple[Node, Node]] = []
        taken = set(seen)
        for key, value in pairs:
            if key.text != "<<" or key.style:
                out.append((key, value))
                continue
            for source in value.items if value.kind == SEQUENCE else (value,):
                if source.kind != MAPPING:
                    raise _Refused(
                        error("yaml-syntax", "`<<` needs a mapping", key.span, "write `<<: *name` of a mapping above")
                    )
                for pair in source.entries:
                    if pair[0].text not in taken:
                        taken.add(pair[0].text)
                        out.append(pair)
        return out


def _flow_question(node: Node) -> _Refused:
    """YAML parsers disagree on `{note: string?}`, so it is refused by all of ours."""
    at = node.text.index("?")
    help = f'`?` must be quoted in a flow mapping: write "{node.text[:60]}"'
    return _Refused(error("yaml-syntax", "`?` in a flow mapping", node.part(at, at + 1), help))


def _duplicate(key: Node, first: Node) -> Diagnostic:
    return error(
        "duplicate-key",
        f"`{key.text}` is given twice",
        key.span,
        f"remove one of the two, or merge them; the first is on line {first.mark[0]}",
        label="again here",
        notes=(Note(first.span, "first given here"),),
    )
