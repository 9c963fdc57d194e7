"""A short text that a regular expression of a contract accepts.

First alternative, fewest repetitions; more of them only when the text would be too short. Covers what contracts use:
literals, classes, groups, alternatives, repetition. `templates/runtime/docs/pattern.js` does the same in the browser.
"""

from __future__ import annotations

import re
from functools import cache

_COUNTED = re.compile(r"\{(\d+)(,(\d*))?\}")
_GROUP = re.compile(r"\?(?::|P?<\w+>)")
_ESCAPES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "n": "\n", "t": "\t", "r": "\r"}
_NOTHING = frozenset("bBAz")
_PROBES = "a0A_-. ~"
_MOST = 4096


class _Unknown(Exception):
    """The pattern has something that this module does not read."""


@cache
def pattern_sample(pattern: str, low: int = 0, high: int | None = None) -> str | None:
    """The text, between `low` and `high` characters long, or None when none was found."""
    for more in (0, 1, max(2, low)):
        try:
            text = _Reader(pattern, more).read()
        except (_Unknown, IndexError, RecursionError):
            return None
        fits = low <= len(text) <= (_MOST if high is None else high)
        if fits and _matches(pattern, text):
            return text
    return None


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except (re.error, OverflowError):
        return False


class _Reader:
    """Reads a pattern from the left and writes the sample. `more`: repetitions beyond the fewest."""

    def __init__(self, pattern: str, more: int) -> None:
        self.pattern, self.more, self.at = pattern, more, 0

    def read(self) -> str:
        """The sample of the whole pattern. Raises _Unknown or IndexError."""
        text = self.alternatives()
        if self.at < len(self.pattern):
            raise _Unknown
        return text

    def peek(self) -> str:
        """The next character, "" at the end."""
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        """The next character. Raises IndexError at the end."""
        self.at += 1
        return self.pattern[self.at - 1]

    def alternatives(self) -> str:
        """The first of what `|` separates."""
        first = self.sequence()
        while self.peek() == "|":
            self.take()
            self.sequence()
        return first

    def sequence(self) -> str:
        """Atoms, each so often as it must be."""
        parts = []
        while self.peek() not in ("", "|", ")"):
            atom = self.atom()
            parts.append(atom * self.repetitions())
        return "".join(parts)

    def repetitions(self) -> int:
        """How often the atom before is written."""
        mark = self.peek()
        if mark and mark in "*+?":
            self.take()
            low, high = {"*": (0, _MOST), "+": (1, _MOST), "?": (0, 1)}[mark]
        elif counted := _COUNTED.match(self.pattern, self.at):
            self.at = counted.end()
            low = int(counted[1])
            high = low if counted[2] is None else int(counted[3] or _MOST)
        else:
            return 1
        if self.peek() == "?":
            self.take()
        return min(high, low + self.more, _MOST)

    def atom(self) -> str:
        """One group, class, escape or character."""
        c = self.take()
        if c == "(":
            return self.group()
        if c == "[":
            return self.char_class()
        if c == "\\":
            return self.escape()
        return {".": "a", "^": "", "$": ""}.get(c, c)

    def group(self) -> str:
        """A group; look-around and flags are not read."""
        if head := _GROUP.match(self.pattern, self.at):
            self.at = head.end()
        elif self.peek() == "?":
            raise _Unknown
        text = self.alternatives()
        if self.take() != ")":
            raise _Unknown
        return text

    def escape(self) -> str:
        """What follows a backslash."""
        c = self.take()
        if c in _ESCAPES:
            return _ESCAPES[c]
        if c in _NOTHING:
            return ""
        if c.isalnum():
            raise _Unknown
        return c

    def char_class(self) -> str:
        """A member of a class: its first, or for a negated one any usual character outside."""
        start = self.at - 1
        negated = self.peek() == "^"
        if negated:
            self.take()
        first = ""
        while self.peek() != "]" or not first:
            c = self.take()
            if c == "[" and self.peek() == ":":
                raise _Unknown
            member = self.escape() if c == "\\" else c
            first = first or member
        self.take()
        if not negated:
            return first
        source = re.compile(self.pattern[start : self.at])
        return next((c for c in _PROBES if source.match(c)), "")
