"""`.mscgen/manifest.json`: what mscgen wrote, so that it can tell its own files from yours. Committed.

One entry a line, sorted, so that git merges it well. When a merge still conflicts the file is read all the same:
both sides' hashes count as ours, and the next `generate` writes it clean.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mscgen.write.paths import STATE, is_relative

PATH = f"{STATE}/manifest.json"
_HASH_LINE = re.compile(r'^\s*("(?:[^"\\]|\\.)*"): "([0-9a-f]{64})",?\s*$')
_NAME_LINE = re.compile(r'^\s*("(?:[^"\\]|\\.)*"),?\s*$')
_SECTION_LINE = re.compile(r'^\s*"(managed|adopted|stubs)": [\[{]')


@dataclass(frozen=True, slots=True)
class Manifest:
    """managed: path → the hashes that count as ours (one; two after a merge). adopted: paths that became the user's.

    stubs: paths that were written once. All paths are relative to the project, with `/`.
    """

    managed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    adopted: frozenset[str] = frozenset()
    stubs: frozenset[str] = frozenset()


def digest(content: bytes) -> str:
    """sha256 of a text file, the same for a checkout with CRLF line ends (git's `core.autocrlf`)."""
    return hashlib.sha256(normal(content)).hexdigest()


def normal(content: bytes) -> bytes:
    """The bytes with LF line ends."""
    return content.replace(b"\r\n", b"\n") if b"\r\n" in content else content


def read(root: Path) -> Manifest:
    """The project's manifest; an empty one when there is none or nothing in it can be read."""
    try:
        text = (root / PATH).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return Manifest()
    return parse(text)


def parse(text: str) -> Manifest:
    """A manifest from its text, line by line: conflict markers and broken lines are passed over.

    So are paths that lead out of the project: the file is committed, anybody may have written it.
    """
    managed: dict[str, set[str]] = {}
    names: dict[str, set[str]] = {"adopted": set(), "stubs": set()}
    section = ""
    for line in text.splitlines():
        if found := _SECTION_LINE.match(line):
            section = found[1]
        if section == "managed" and (entry := _HASH_LINE.match(line)):
            managed.setdefault(_unquote(entry[1]), set()).add(entry[2])
        elif section in names and (entry := _NAME_LINE.match(line)):
            names[section].add(_unquote(entry[1]))
    hashes = {path: frozenset(found) for path, found in managed.items() if is_relative(path)}
    adopted, stubs = (frozenset(filter(is_relative, names[key])) for key in ("adopted", "stubs"))
    return Manifest(hashes, adopted, stubs)


def _unquote(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]


def dump(managed: Mapping[str, str], adopted: Iterable[str], stubs: Iterable[str]) -> str:
    """The manifest's text: sorted, one entry a line, a final newline. managed: path → digest."""
    body = {
        "managed": dict(sorted(managed.items())),
        "adopted": sorted(adopted),
        "stubs": sorted(stubs),
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
