"""`stores:` and `deploy:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.model.deployment import Canary, Deployment
from mscgen.model.store import Store
from mscgen.read.node import Node
from mscgen.resolve.quantities import instances

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope


def resolve_stores(scope: Scope) -> tuple[Store, ...]:
    """The stores in file order."""
    return tuple(_store(scope, key, node) for key, node in scope.section("stores").entries)


def _store(scope: Scope, key: Node, node: Node) -> Store:
    owns, reads = _names(scope, node.get("owns")), _names(scope, node.get("reads"))
    return Store(key.text, node.text_of("kind"), key.span, owns, reads)


def _names(scope: Scope, node: Node | None) -> tuple[str, ...]:
    """The tables of a list; one that is listed twice is reported."""
    names: list[str] = []
    for item in node.items if node is not None else ():
        if item.text in names:
            scope.report("duplicate-value", f"`{item.text}` is listed twice", item.span, "remove one of the two")
        names.append(item.text)
    return tuple(names)


def resolve_deployment(scope: Scope, service: str) -> Deployment | None:
    """How the service is deployed; None when the contract does not say."""
    node, key = scope.root.get("deploy"), scope.root.key("deploy")
    if node is None or key is None:
        return None
    replicas, resources = node.get("replicas"), node.get("resources")
    low, high = instances(replicas) if replicas is not None else (2, 10)
    if replicas is not None and low > high:
        help = f"write `{high}..{low}`"
        scope.report("bad-value", f"the range runs from {low} down to {high}", replicas.span, help)
    return Deployment(
        span=key.span,
        mesh=node.text_of("mesh") or "none",
        namespace=node.text_of("namespace") or service,
        min_replicas=low,
        max_replicas=high,
        resources={k.text: v.text for k, v in resources.entries} if resources is not None else {},
        canary=_canary(node.get("canary")),
        host=node.text_of("host"),
        image=node.text_of("image"),
        declared=node.declared(),
    )


def _canary(node: Node | None) -> Canary | None:
    if node is None:
        return None
    match = node.get("match")
    header, value = (match.text_of("header"), match.text_of("value")) if match is not None else ("", "")
    return Canary(node.text_of("version"), int(node.text_of("weight")), header, value)
