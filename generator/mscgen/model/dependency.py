"""Dependencies: the services this one calls, and on which terms."""

from __future__ import annotations

from dataclasses import dataclass, field

from mscgen.diagnostics import Span
from mscgen.model.operation import IdempotencyMode
from mscgen.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Dependency:
    """contract: the path as written, relative to the contract. operations: overrides by operation name, resolved.

    external: the callee has no contract here; `document` is its OpenAPI or proto file.
    modes: whether each operation may be sent twice, where the callee's contract is at hand.
    declared: where each written key stands.
    """

    alias: str
    span: Span
    contract: str = ""
    transport: str = "grpc"
    discovery: str = "dns"
    load_balancing: str = "round_robin"
    policy: Policy | None = None
    operations: dict[str, Policy] = field(default_factory=dict)
    external: bool = False
    document: str = ""
    service: str = ""
    version: str = ""
    modes: dict[str, IdempotencyMode] = field(default_factory=dict)
    declared: dict[str, Span] = field(default_factory=dict, compare=False)
