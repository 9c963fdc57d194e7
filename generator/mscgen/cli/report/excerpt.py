"""Lines of a contract as a terminal may show them: nothing invisible, nothing that moves the cursor, none too long."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mscgen.read import Source

WIDTH = 100  # cells of an excerpt, its gutter not included
_TAB = 4
_BEFORE = 30  # cells kept before a mark in a long line
_LARGEST = 16 * 1024 * 1024  # a foreign file that a note points into is not read beyond this


class Sources:
    """The texts that findings point into; a file that nobody gave is read when a note needs it."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._lines: dict[str, tuple[str, ...]] = {source.file: source.lines for source in sources}

    def line(self, file: str, number: int) -> str | None:
        """The line of that number (from 1), "" just behind the last one; None where there is nothing to show."""
        if file not in self._lines:
            self._lines[file] = _lines_of(file)
        lines = self._lines[file]
        if not any(lines) or not 1 <= number <= len(lines) + 1:
            return None
        return lines[number - 1] if number <= len(lines) else ""


def _lines_of(file: str) -> tuple[str, ...]:
    from mscgen.read.source import split_lines

    try:
        with Path(file).open(encoding="utf-8", errors="replace") as stream:
            return split_lines(stream.read(_LARGEST))
    except (OSError, ValueError):
        return ()


def visible(text: str) -> str:
    """The text with every control, bidi and other invisible character spelled out: `␛`, `<U+202E>`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def excerpt(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A line and a mark in it: the text to show, the cells before the mark, and the cells of the mark (at least 1).

    start, end: indexes of the first marked character and of the one behind the last.
    """
    line = line.rstrip()
    start = max(0, min(start, len(line)))
    end = max(start, min(end, len(line)))
    pieces = _pieces(line)
    offsets = [0]
    for _, width in pieces:
        offsets.append(offsets[-1] + width)
    first, last = _window(offsets, start, end)
    text = "".join(piece for piece, _ in pieces[first:last])
    before = "…" if first else ""
    behind = "…" if last < len(pieces) else ""
    column = len(before) + offsets[start] - offsets[first]
    length = offsets[min(end, last)] - offsets[start]
    return f"{before}{text}{behind}", column, max(1, length)


def _window(offsets: list[int], start: int, end: int) -> tuple[int, int]:
    """Which characters to show: all, or as many as fit, with the mark among them."""
    count = len(offsets) - 1
    if offsets[-1] <= WIDTH:
        return 0, count
    first = 0
    if offsets[end] > WIDTH - 1:
        first = next(i for i in range(count + 1) if offsets[start] - offsets[i] <= _BEFORE)
    room = WIDTH - 2
    last = max(i for i in range(first, count + 1) if offsets[i] - offsets[first] <= room)
    return first, last


def _pieces(line: str) -> list[tuple[str, int]]:
    """Each character as it is shown, with its width in cells."""
    if line.isascii() and line.isprintable():
        return [(character, 1) for character in line]
    pieces: list[tuple[str, int]] = []
    at = 0
    for character in line:
        shown = " " * (_TAB - at % _TAB) if character == "\t" else _shown(character)
        width = _width(character) if shown == character else len(shown)
        pieces.append((shown, width))
        at += width
    return pieces


def _shown(character: str) -> str:
    import unicodedata

    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    # Control, format (bidi, zero width), surrogate, private use, unassigned, line and paragraph separator.
    if code > 0x7F and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"<U+{code:04X}>"
    return character


def _width(character: str) -> int:
    """Cells of a printable character: 2 for East Asian wide ones and emoji, 0 for marks that combine."""
    if character.isascii():
        return 1
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
