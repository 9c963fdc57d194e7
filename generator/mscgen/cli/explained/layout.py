"""How explanations are laid out: a title, then rows of a label and one or more lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mscgen.diagnostics import Span

_LABEL = 15


def title(name: str, kind: str, span: Span | None, doc: str = "") -> Iterator[str]:
    """`CreateOrder` · operation · contract.yaml:28, and what the contract says about it."""
    place = f" · {span.file}:{span.line}" if span is not None else ""
    yield f"{name} · {kind}{place}"
    yield from (f"  {line}" for line in doc.strip().splitlines())
    yield ""


def row(label: str, *lines: str) -> Iterator[str]:
    """A label and what stands beside it; nothing when there is nothing."""
    for index, line in enumerate(lines):
        yield f"  {label if index == 0 else '':<{_LABEL}}{line}".rstrip()


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows of cells, each column as wide as its widest cell."""
    table = [list(cells) for cells in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)] if table else []
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in table
    ]


def defaults(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """The table of what nobody wrote: key, value, and why."""
    if rows:
        yield ""
        yield "  Defaults that took effect, and why:"
        yield from (f"    {line}" for line in columns(rows))
