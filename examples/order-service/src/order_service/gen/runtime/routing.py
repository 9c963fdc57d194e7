"""Finds the operation of a path. Literal text wins over a parameter, whatever the order of
declaration.

Works on the path as it was sent: an encoded slash (`%2F`) is part of a value, never a separator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar
from urllib.parse import unquote

T = TypeVar("T")

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")


def path_names(path: str) -> tuple[str, ...]:
    """The parameter names of a path template, in order."""
    return tuple(_PARAMETER.findall(path))


@dataclass(slots=True)
class _Node(Generic[T]):
    """One segment of the tree. `whole` is a parameter that is the whole segment; `parts` mixes text
    and parameters."""

    literal: dict[str, _Node[T]] = field(default_factory=dict)
    parts: list[tuple[str, re.Pattern[str], _Node[T]]] = field(default_factory=list)
    whole: _Node[T] | None = None
    methods: dict[str, T] = field(default_factory=dict)

    def child(self, segment: str) -> _Node[T]:
        """The node below for one segment of a template, made if missing."""
        if "{" not in segment:
            return self.literal.setdefault(segment, _Node())
        if _PARAMETER.fullmatch(segment):
            if self.whole is None:
                self.whole = _Node()
            return self.whole
        shape = _PARAMETER.sub("{}", segment)
        for known, _, node in self.parts:
            if known == shape:
                return node
        pattern = re.compile("(.+?)".join(map(re.escape, shape.split("{}"))))
        made: _Node[T] = _Node()
        self.parts.append((shape, pattern, made))
        self.parts.sort(key=lambda part: -len(part[0].replace("{}", "")))
        return made

    def find(self, segments: list[str], at: int, values: tuple[str, ...]) -> Match[T] | None:
        """The best match of the rest of the path; a dead end below a literal goes back to the
        parameters."""
        if at == len(segments):
            return Match(self.methods, values) if self.methods else None
        segment = segments[at]
        text = unquote(segment) if "%" in segment else segment
        node = self.literal.get(text)
        if node is not None and (match := node.find(segments, at + 1, values)) is not None:
            return match
        for _, pattern, node in self.parts:
            parts = pattern.fullmatch(segment)
            if parts is not None:
                match = node.find(segments, at + 1, values + parts.groups())
                if match is not None:
                    return match
        if self.whole is None or not segment:
            return None
        return self.whole.find(segments, at + 1, (*values, segment))


class Match(NamedTuple, Generic[T]):
    """methods: what the path has, by method. values: the parameters in the order of the path, still
    encoded."""

    methods: dict[str, T]
    values: tuple[str, ...]


class Table(Generic[T]):
    """Path templates and their targets by method."""

    def __init__(self) -> None:
        """Empty."""
        self._root: _Node[T] = _Node()
        self._static: dict[str, Match[T]] = {}

    def add(self, method: str, path: str, target: T) -> None:
        """Raises ValueError when the method and path are taken, by a template of the same shape."""
        node = self._root
        for segment in path.strip("/").split("/"):
            node = node.child(segment)
        if method in node.methods:
            raise ValueError(f"two operations answer {method} {path}")
        node.methods[method] = target
        if "{" not in path:
            self._static[path] = Match(node.methods, ())

    def find(self, path: str) -> Match[T] | None:
        """The methods of a path as it was sent, without the query; None when no template fits."""
        match = self._static.get(path)
        if match is not None or not path.startswith("/"):
            return match
        segments = path[1:].split("/")
        node, values = self._root, []
        # Straight down as long as each segment leaves one way to go; else all ways are tried.
        for segment in segments:
            child = node.literal.get(segment)
            if node.parts or "%" in segment or (child is None) is (node.whole is None):
                return self._root.find(segments, 0, ())
            if child is None:
                if not segment:
                    return None
                child = node.whole
                values.append(segment)
            if child is None:
                return None
            node = child
        return Match(node.methods, tuple(values)) if node.methods else None
