"""What the user most likely meant: the nearest known word, and a name in the right form."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What the same thing is called elsewhere.
_SYNONYMS = {
    "consumes": "subscribes",
    "description": "doc",
    "endpoints": "operations",
    "input": "request",
    "maximum": "max",
    "maxLength": "max",
    "max_length": "max",
    "minimum": "min",
    "minLength": "min",
    "min_length": "min",
    "models": "types",
    "name": "service",
    "output": "response",
    "produces": "publishes",
    "properties": "fields",
    "regex": "pattern",
    "rest": "http",
    "retries": "attempts",
    "returns": "response",
    "schemas": "types",
    "summary": "doc",
    "timeout": "deadline",
    "values": "enum",
}

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|[0-9]+")


def closest(word: str, known: Iterable[str]) -> str | None:
    """The one known word that is near enough to be meant, or that means the same."""
    from difflib import get_close_matches

    folded = {k.lower(): k for k in known}
    if word in _SYNONYMS and _SYNONYMS[word] in folded:
        return _SYNONYMS[word]
    match = get_close_matches(word.lower()[:100], folded, n=1, cutoff=0.6)
    return folded[match[0]] if match else None


def restyled(word: str, style: str) -> str:
    """The word as `pascal`, `snake` or `kebab`: `order-id` → `OrderId`, `order_id`, `order-id`."""
    words = _WORD.findall(word)
    if style == "pascal":
        return "".join(w[:1].upper() + w[1:] for w in words)
    return ("_" if style == "snake" else "-").join(w.lower() for w in words)
