"""Paths: literal segments and `{fields}`, in the part of the syntax that every router understands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mscgen.read.node import Node

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

_LITERAL = r"[A-Za-z0-9._~:@!$+,;=-]+"
_SEGMENT = re.compile(rf"(?:{_LITERAL}|\{{[^{{}}/]*\}})*")
_BRACES = re.compile(r"\{([^{}]*)\}")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_ADJACENT = re.compile(r"\}\{")


def check_path(scope: Scope, path: str, node: Node, offset: int) -> bool:
    """Whether a path can be routed; each mistake is reported where it stands. offset: of the path in its node."""
    unfit = next((m for m in _BRACES.finditer(path) if not _FIELD.fullmatch(m[1])), None)
    if unfit is not None or "?" in path or "#" in path:
        start, end = unfit.span() if unfit is not None else (min(_marks(path)), len(path))
        text = path[start:end]
        span = node.part(offset + start, offset + end)
        scope.report("bad-path", f"`{text[:40]}` cannot stand in a path", span, _path_help(text))
        return False
    at, good = offset, True
    for index, segment in enumerate(path.split("/")):
        problem = _segment_problem(segment, 0 < index < path.count("/"))
        if problem is not None:
            scope.report("bad-path", problem[0], node.part(at, at + max(len(segment), 1)), problem[1])
            good = False
        at += len(segment) + 1
    return good


def _segment_problem(segment: str, inner: bool) -> tuple[str, str] | None:
    """What is wrong with a segment, and what to write instead. inner: it is neither the first nor the last."""
    if not segment:
        return ("the path has an empty segment", "remove one of the two `/`") if inner else None
    if not _SEGMENT.fullmatch(segment) or segment in (".", ".."):
        return f"`{segment[:40]}` is not a path segment", _path_help(segment)
    if _ADJACENT.search(segment):
        return "two path fields touch each other", "put a character such as `.` or `:` between them, or a `/`"
    return None


def _marks(path: str) -> list[int]:
    """Where a query or a fragment would start."""
    return [path.index(mark) for mark in "?#" if mark in path]


def _path_help(segment: str) -> str:
    if segment.startswith("{") and segment.endswith("}"):
        return "a path field is `{name}`, a request field; write the literal segments of a pattern into the path"
    if "?" in segment or "#" in segment:
        return "request fields that are not in the path go to the query by themselves"
    if segment.count("{") != segment.count("}"):
        return "close the brace: `{name}`"
    return "a segment holds letters, digits, `-._~:@!$+,;=` and `{field}`"
