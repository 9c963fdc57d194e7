"""Stage 1: text → positioned nodes that are structurally valid."""

from __future__ import annotations

from pathlib import Path

from mscgen.diagnostics import Diagnostic, Span, error
from mscgen.read.node import Node
from mscgen.read.source import Source, split_lines

__all__ = ["MAX_BYTES", "Node", "Source", "read", "read_text"]

MAX_BYTES = 16 * 1024 * 1024


def read(path: Path) -> tuple[Node | None, list[Diagnostic], Source]:
    """The tree of a contract file; None when there is no tree to speak of. Each failure is a finding, never raised."""
    text, found = read_file(path)
    if text is None:
        return None, found, Source(str(path), ("",))
    return read_text(text, str(path))


def read_text(text: str, file: str) -> tuple[Node | None, list[Diagnostic], Source]:
    """The same for a text; `file` is the name that findings show."""
    from mscgen.read.structure import check
    from mscgen.read.yaml import parse

    source = Source(file, split_lines(text))
    root, found = parse(text, source)
    if root is not None:
        found = sorted([*found, *check(root)], key=lambda d: (d.span.line, d.span.column))
    return root, found, source


def read_file(path: Path) -> tuple[str | None, list[Diagnostic]]:
    """The text of a file, or the finding that says why there is none."""
    start = Span(str(path), 1, 1, 1, 1)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) and failure.strerror else str(failure)
        help = "check the path; a contract is usually called contract.yaml (`mscgen new` makes one)"
        return None, [error("unreadable-file", f"cannot read the file: {reason}", start, help)]
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB"
        return None, [error("unreadable-file", message, start, "split the service, or check that this is a contract")]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as failure:
        before = split_lines(data[: failure.start].decode("utf-8", "replace"))
        span = Span(str(path), len(before), len(before[-1]) + 1, len(before), len(before[-1]) + 2)
        message = f"the byte 0x{data[failure.start]:02x} is not UTF-8"
        return None, [error("yaml-syntax", message, span, "save the file as UTF-8")]
