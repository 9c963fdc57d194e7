"""Events: what the service publishes and what it consumes."""

from __future__ import annotations

from dataclasses import dataclass, field

from mscgen.diagnostics import Span
from mscgen.model.names import Name
from mscgen.model.operation import Call
from mscgen.model.policy import Backoff
from mscgen.model.types import Record


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """payload: the synthesized or named record. key: a required payload field, or None.

    declared: where each written key stands.
    """

    name: Name
    payload: Record
    topic: str
    span: Span
    key: str | None = None
    broker: str = "kafka"
    ordering: str = "key"
    compatibility: str = "backward"
    delivery: str = "outbox"
    headers: tuple[tuple[str, str], ...] = ()
    doc: str = ""
    declared: dict[str, Span] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Subscription:
    """source: the dependency alias, or None for an inline topic. reads: the payload fields used; () is all.

    declared: where each written key stands.
    """

    name: Name
    topic: str
    span: Span
    source: str | None = None
    payload: Record | None = None
    reads: tuple[str, ...] = ()
    group: str = ""
    concurrency: int = 8
    deadline: float = 5.0
    idempotency: str = "inbox"
    attempts: int = 3
    backoff: Backoff = Backoff()
    then: str = "dead_letter"
    calls: tuple[tuple[Call, ...], ...] = ()
    emits: tuple[str, ...] = ()
    doc: str = ""
    declared: dict[str, Span] = field(default_factory=dict, compare=False)
