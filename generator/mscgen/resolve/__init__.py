"""Stage 2: nodes → the meaning of a contract: names bound, defaults filled in, numbers from the lock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mscgen.diagnostics import Diagnostic, has_errors
from mscgen.model.names import Name, pascal, snake
from mscgen.model.service import Service
from mscgen.model.wire import Wire
from mscgen.read.node import Node
from mscgen.resolve.auth import resolve_auth
from mscgen.resolve.contracts import Contracts
from mscgen.resolve.errors import resolve_errors
from mscgen.resolve.literals import literal
from mscgen.resolve.operations import resolve_operations
from mscgen.resolve.scope import Scope
from mscgen.resolve.types import declared, resolve_types, text_of

if TYPE_CHECKING:
    from mscgen.resolve.lock import Lock

__all__ = ["resolve"]


def resolve(node: Node, folder: Path, lock: Lock) -> tuple[Service | None, list[Diagnostic], Lock]:
    """The service that a valid tree describes, every finding in file order, and the lock with the new numbers.

    folder: where relative paths of dependencies start. The service is None when an error was found.
    """
    scope = Scope(node, folder, Contracts(folder))
    service = _service(scope)
    found = sorted(scope.found, key=lambda d: (d.span.file != node.file, d.span.line, d.span.column))
    if has_errors(found):
        return None, found, lock
    return service, found, lock


def _service(scope: Scope) -> Service:
    """Everything but the wire, section by section; each later one finds what it needs in the scope."""
    root = scope.root
    resolve_types(scope)
    errors = resolve_errors(scope)
    auth = resolve_auth(scope, root.get("auth"), None)
    operations = resolve_operations(scope, errors, auth)
    name, version = text_of(root, "service"), text_of(root, "version")
    package, service = proto_names(root, name, version)
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
        kind=text_of(root, "kind") or "service",
        owner=text_of(root, "owner"),
        doc=text_of(root, "doc"),
        keeps_wire=root.get("proto") is not None,
        auth=auth,
        broker=text_of(root, "broker") or "kafka",
        types=scope.types,
        errors=errors,
        operations=operations,
        extensions={k.text: literal(v) for k, v in root.entries if k.text.startswith("x-")},
        declared=declared(root),
    )


def major(version: str) -> int:
    """The number that proto packages and topics carry; `0.x` leads to 1 and shares its name."""
    return max(1, int(version.split(".")[0].split("-")[0].split("+")[0]))


def proto_names(root: Node, name: str, version: str) -> tuple[str, str]:
    """The proto package and service: from `proto:`, else from the service's name and version."""
    proto = root.get("proto")
    package = text_of(proto, "package") if proto is not None else ""
    service = text_of(proto, "service") if proto is not None else ""
    made = pascal(name)
    return (
        package or f"{snake(name)}.v{major(version)}",
        service or (made if made.endswith("Service") else made + "Service"),
    )
