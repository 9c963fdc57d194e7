"""The meaning of one contract: what every rule and every emitter reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from mscgen.diagnostics import Span
from mscgen.model.dependency import Dependency
from mscgen.model.deployment import Deployment
from mscgen.model.event import PublishedEvent, Subscription
from mscgen.model.gateway import Exposure
from mscgen.model.names import Name
from mscgen.model.operation import Auth, Error, Operation
from mscgen.model.policy import Policy
from mscgen.model.store import Store
from mscgen.model.types import Declared
from mscgen.model.wire import Wire


@dataclass(frozen=True, slots=True)
class Service:
    """A resolved contract. `types` keeps the order of the file, then the synthesized requests and responses.

    package: the Python package. proto_package, proto_service: full names on the wire.
    keeps_wire: `proto:` was given, so the wire names are those of an existing proto: requests and responses are
    the named records themselves, and enum values carry no prefix.
    imported: the names in `types` that are copies of a dependency's types; their spans are where they are first used.
    declared: the top-level keys that the contract wrote, and where each stands.
    """

    name: Name
    version: str
    package: str
    proto_package: str
    proto_service: str
    span: Span
    wire: Wire
    kind: str = "service"
    owner: str = ""
    doc: str = ""
    keeps_wire: bool = False
    auth: Auth = Auth()
    broker: str = "kafka"
    types: dict[str, Declared] = field(default_factory=dict)
    imported: frozenset[str] = frozenset()
    errors: dict[str, Error] = field(default_factory=dict)
    operations: tuple[Operation, ...] = ()
    publishes: tuple[PublishedEvent, ...] = ()
    subscribes: tuple[Subscription, ...] = ()
    dependencies: dict[str, Dependency] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    exposes: tuple[Exposure, ...] = ()
    stores: tuple[Store, ...] = ()
    deployment: Deployment | None = None
    extensions: dict[str, object] = field(default_factory=dict)
    declared: dict[str, Span] = field(default_factory=dict, compare=False)

    def operation(self, name: str) -> Operation | None:
        """The operation of that contract name."""
        return next((o for o in self.operations if o.name.raw == name), None)
