"""Stores: the data a service owns or reads."""

from __future__ import annotations

from dataclasses import dataclass

from mscgen.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Store:
    """kind: `sqlite`, `postgres` or `redis`. owns, reads: table names."""

    name: str
    kind: str
    span: Span
    owns: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
