"""Durations and sizes as a contract writes them, for messages and their arithmetic."""

from __future__ import annotations

_STEPS = ((86400.0, 2, "d"), (3600.0, 1, "h"), (60.0, 2, "m"))  # seconds, from how many on, unit


def seconds(value: float) -> str:
    """`0.3` → `300ms`, `1.5` → `1.5s`, `86400` → `24h`: as people write them, to the microsecond."""
    if value < 1:
        return f"{_trim(value * 1000)}ms"
    for size, least, unit in _STEPS:
        if value >= least * size and value % size == 0:
            return f"{_trim(value / size)}{unit}"
    return f"{_trim(value)}s"


def size(count: float) -> str:
    """`5400000` → `5.1 MiB`; 1 EiB and everything above it is `1 EiB`."""
    if count >= 1 << 60:  # bounds multiply: a float may not hold the product
        return "1 EiB"
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{_trim(round(count, 1))} {unit}"
        count /= 1024
    return f"{_trim(round(count, 1))} GiB"


def _trim(value: float) -> str:
    return f"{round(value, 3):.3f}".rstrip("0").rstrip(".")
