"""Contract text as Markdown that stays text: paragraphs, table cells, code spans, names of types."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from mscgen.emit.quote import one_line, visible
from mscgen.model.derived import local_name
from mscgen.model.types import Field, ListType, MapType, NamedType, PartialType, Range, ScalarType, TypeRef

_INLINE = re.compile(r"[\\`*_\[\]{}|~<&$]")
_ENTITIES = {"<": "&lt;", "&": "&amp;"}
# What begins a heading, a quote, a list, a rule or a numbered list at the start of a line.
_BLOCK = re.compile(r"^(\d*)([#>+=.):-])")


def paragraphs(text: str) -> str:
    """The text as paragraphs of plain text, with nothing that Markdown would read as markup."""
    return "\n\n".join(p for p in map(sentence, visible(text).split("\n\n")) if p)


def sentence(text: str) -> str:
    """The text on one line, safe at the start of a line and in a table cell.

    Only what would be markup is escaped, because these pages are read in editors too: a hyphen inside a line is one.
    """
    text = _INLINE.sub(lambda m: _ENTITIES.get(m[0]) or "\\" + m[0], one_line(text))
    return _BLOCK.sub(lambda m: f"{m[1]}\\{m[2]}", text)


def code(text: str) -> str:
    """A code span that the text cannot leave, also in a table."""
    text = one_line(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def row(*cells: str) -> str:
    """A line of a table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"


def table(head: tuple[str, ...], rows: list[str]) -> str:
    """The rows under a head; nothing when there are none."""
    rule = "| " + " | ".join("---" for _ in head) + " |"
    title = "| " + " | ".join(head) + " |" if any(head) else "|" + " |" * len(head)
    return "\n".join([title, rule, *rows]) if rows else ""


def blocks(*parts: str) -> str:
    """The parts that say something, each after an empty line."""
    return "\n\n".join(p for p in parts if p)


def joined(parts: Iterable[str]) -> str:
    """The parts that say something, separated by commas."""
    return ", ".join(p for p in parts if p)


def type_text(ref: TypeRef) -> str:
    """The type as the contract writes it."""
    if isinstance(ref, ScalarType):
        return ref.scalar.value + bounds(ref.range)
    if isinstance(ref, NamedType):
        return ref.name if ref.origin is None else f"{ref.origin}.{ref.name}"
    if isinstance(ref, ListType):
        return f"list<{type_text(ref.item)}>{bounds(ref.range)}"
    if isinstance(ref, MapType):
        return f"map<{type_text(ref.value)}>{bounds(ref.range)}"
    return f"partial<{ref.record}>"


def type_link(ref: TypeRef | None) -> str:
    """The type as code, leading to the section of the named type inside it."""
    if ref is None:
        return "nothing"
    inner = ref
    while isinstance(inner, ListType | MapType):
        inner = inner.item if isinstance(inner, ListType) else inner.value
    name = inner.record if isinstance(inner, PartialType) else local_name(inner) if isinstance(inner, NamedType) else ""
    return f"[{code(type_text(ref))}](#type-{name})" if name else code(type_text(ref))


def bounds(r: Range) -> str:
    """`(1..10)`, or nothing."""
    if r.min is None and r.max is None:
        return ""
    return f"({_number(r.min)}..{_number(r.max)})"


def _number(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f")


def field_facts(f: Field, default: Any = None) -> str:
    """What is said of a field beside its type."""
    facts = ["" if f.required else "optional" if f.optional else ""]
    if f.has_default:
        facts = [f"default {code(json.dumps(default, ensure_ascii=False))}"]
    facts += [
        "nullable" if f.nullable else "",
        "read only" if f.read_only else "",
        "write only" if f.write_only else "",
    ]
    facts += [f.sensitive.value if f.sensitive else "", "deprecated" if f.deprecated else ""]
    if isinstance(f.type, ScalarType) and f.type.pattern:
        facts.append(f"matches {code(f.type.pattern)}")
    said = joined(facts)
    doc = sentence(f.doc)
    return f"{said}. {doc}".strip(" .") + "." if said and doc else doc or said


def seconds(value: float) -> str:
    """A span of time in the largest unit that fits: `300ms`, `2s`, `24h`."""
    for size, unit in ((3600, "h"), (60, "m"), (1, "s")):
        if value >= size and value % size == 0:
            return f"{value / size:g}{unit}"
    return f"{value:g}s" if value >= 1 else f"{value * 1000:g}ms"
