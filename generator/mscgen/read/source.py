"""The text of a contract, line by line: for excerpts under a finding and for the comments that waive one."""

from __future__ import annotations

import re
from dataclasses import dataclass

# libyaml counts these as line breaks too, so lines here and marks there agree.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Source:
    """file: the path as the user gave it. lines: without their line ends; never empty."""

    file: str
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """The line of that number (from 1); empty beyond the file."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""

    @property
    def comments(self) -> tuple[tuple[int, int, str], ...]:
        """Every comment addressed to mscgen: its line and column (from 1) and its text from `mscgen:` on."""
        found = []
        for number, line in enumerate(self.lines, 1):
            at = line.find("# mscgen:")
            if at >= 0 and (at == 0 or line[at - 1] in " \t"):
                found.append((number, at + 1, line[at + 2 :].rstrip()))
        return tuple(found)


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text by YAML's line breaks; one empty line for an empty text."""
    return tuple(_BREAK.split(text))
