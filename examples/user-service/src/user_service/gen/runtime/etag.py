"""Entity tags and the two conditions on them (RFC 9110 §8.8.3, §13.1)."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


def quoted(value: object) -> str:
    """The entity tag of a record's version: `7` → `"7"`. What a tag cannot hold is
    percent-encoded.
    """
    return '"' + re.sub(r"[^\x21\x23-\x24\x26-\x7e]", lambda m: _percent(m[0]), str(value)) + '"'


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


def matches(header: str, tag: str, *, weak: bool) -> bool:
    """Whether a list of entity tags, or `*`, names `tag`. weak: `W/"7"` and `"7"` count as the
    same."""
    if header.strip() == "*":
        return True
    return any((weak or not m[1]) and f'"{m[2]}"' == tag for m in _TAG.finditer(header))
