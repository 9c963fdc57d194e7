"""How the service is deployed."""

from __future__ import annotations

from dataclasses import dataclass, field

from mscgen.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Canary:
    """weight: per cent of the traffic for `version`; header/value: what sends a request there outright."""

    version: str
    weight: int
    header: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """mesh: `istio`, `istio-ambient`, `linkerd` or `none`. resources: Kubernetes quantities by name.

    declared: where each written key stands.
    """

    span: Span
    mesh: str = "none"
    namespace: str = ""
    min_replicas: int = 2
    max_replicas: int = 10
    resources: dict[str, str] = field(default_factory=dict)
    canary: Canary | None = None
    host: str = ""
    image: str = ""
    declared: dict[str, Span] = field(default_factory=dict, compare=False)
