"""Stage 2: nodes → the meaning of a contract: names bound, defaults filled in, numbers from the lock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mscgen.diagnostics import Diagnostic, has_errors
from mscgen.model.names import Name, snake
from mscgen.model.service import Service
from mscgen.model.wire import Wire
from mscgen.read.node import Node
from mscgen.resolve.auth import resolve_auth
from mscgen.resolve.calls import used_operations
from mscgen.resolve.collisions import check_names
from mscgen.resolve.contracts import Contracts
from mscgen.resolve.dependencies import resolve_dependencies
from mscgen.resolve.deploy import resolve_deployment, resolve_stores
from mscgen.resolve.errors import resolve_errors
from mscgen.resolve.events import resolve_published, resolve_subscriptions
from mscgen.resolve.gateway import resolve_exposed
from mscgen.resolve.literals import literal
from mscgen.resolve.naming import major, proto_names
from mscgen.resolve.notices import report_unused
from mscgen.resolve.operations import resolve_operations
from mscgen.resolve.partials import check_partials
from mscgen.resolve.policies import resolve_policies
from mscgen.resolve.scope import Scope
from mscgen.resolve.types import resolve_types
from mscgen.resolve.wire import number

if TYPE_CHECKING:
    from mscgen.resolve.lock import Lock

__all__ = ["resolve"]


def resolve(node: Node, folder: Path, lock: Lock) -> tuple[Service | None, list[Diagnostic], Lock]:
    """The service that a valid tree describes, every finding in file order, and the lock with the new numbers.

    folder: where relative paths of dependencies start. The service is None when an error was found.
    """
    scope = Scope(node, folder, Contracts(folder))
    service = _service(scope)
    found = _in_file_order(scope.found, node)
    if has_errors(found):
        return None, found, lock
    wire, numbered, clashes = number(service, lock)
    if has_errors(clashes):
        return None, _in_file_order([*found, *clashes], node), lock
    return replace(service, wire=wire), _in_file_order([*found, *clashes], node), numbered


def _in_file_order(found: list[Diagnostic], node: Node) -> list[Diagnostic]:
    return sorted(found, key=lambda d: (d.span.file != node.file, d.span.line, d.span.column))


def _service(scope: Scope) -> Service:
    """Everything but the wire, section by section; each later one finds what it needs in the scope."""
    root = scope.root
    check_names(scope)
    resolve_types(scope)
    errors = resolve_errors(scope)
    auth = resolve_auth(scope, root.get("auth"), None)
    name, version = root.text_of("service"), root.text_of("version")
    broker = root.text_of("broker") or "kafka"
    operations = resolve_operations(scope, errors, auth)
    publishes = resolve_published(scope, name, major(version), broker)
    subscribes = resolve_subscriptions(scope, name)
    policies = resolve_policies(scope)
    dependencies = resolve_dependencies(scope, policies, used_operations(scope))
    package, service = proto_names(root, name, version)
    scope.check_examples()
    payloads = [event.payload for event in publishes] + [s.payload for s in subscribes if s.payload is not None]
    check_partials(scope, operations, payloads)
    report_unused(scope)
    key = root.key("service")
    assert key is not None
    return Service(
        name=Name(name),
        version=version,
        package=snake(name),
        proto_package=package,
        proto_service=service,
        span=key.span,
        wire=Wire(package, service, ""),
        kind=root.text_of("kind") or "service",
        owner=root.text_of("owner"),
        doc=root.text_of("doc"),
        keeps_wire=root.get("proto") is not None,
        auth=auth,
        broker=broker,
        types=scope.types,
        imported=frozenset(scope.imported),
        errors=errors,
        operations=operations,
        publishes=publishes,
        subscribes=subscribes,
        dependencies=dependencies,
        policies=policies,
        exposes=resolve_exposed(scope),
        stores=resolve_stores(scope),
        deployment=resolve_deployment(scope, name),
        extensions={k.text: literal(v) for k, v in root.entries if k.text.startswith("x-")},
        declared=root.declared(),
    )
