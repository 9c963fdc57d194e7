"""What a gateway shows of the services behind it."""

from __future__ import annotations

from dataclasses import dataclass

from mscgen.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Exposure:
    """operations: names, or () for all of them. prefix: put before each path."""

    dependency: str
    span: Span
    operations: tuple[str, ...] = ()
    prefix: str = ""
