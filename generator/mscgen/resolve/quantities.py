"""Durations, rates and ranges of instances, from the text that read has checked."""

from __future__ import annotations

from mscgen.read.node import Node

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str) -> float:
    """`300ms` → 0.3. The text has the form that `read` allows."""
    unit = text.lstrip("0123456789.")
    number = text[: -len(unit)]
    return float(number) / 1000 if unit == "ms" else float(number) * _SECONDS[unit]


def rate(text: str) -> tuple[int, float]:
    """`100/s` → (100, 1.0): so many calls in so many seconds."""
    count, _, unit = text.partition("/")
    return int(count), _SECONDS[unit]


def instances(node: Node) -> tuple[int, int]:
    """`2..10` → (2, 10); `3` → (3, 3)."""
    low, _, high = node.text.partition("..")
    return int(low), int(high or low)
