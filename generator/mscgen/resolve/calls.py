"""`calls:` and `emits:`: what an operation or a consumer does to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.model.operation import Call
from mscgen.read.node import MAPPING, SEQUENCE, Node

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope


def resolve_calls(scope: Scope, node: Node | None) -> tuple[tuple[Call, ...], ...]:
    """Groups in sequence; the calls of one group run in parallel."""
    groups = []
    for item in node.items if node is not None else ():
        members = item.items if item.kind == SEQUENCE else (item,)
        calls = tuple(c for m in members if (c := _call(scope, m)) is not None)
        if calls:
            groups.append(calls)
    return tuple(groups)


def _call(scope: Scope, node: Node) -> Call | None:
    each = node.kind == MAPPING
    text = node.get("each") if each else node
    assert text is not None
    target = call_target(scope, text)
    if target is None:
        return None
    limit = node.get("max") if each else None
    return Call(*target, span=text.span, each=each, max=int(limit.text) if limit is not None else None)


def call_target(scope: Scope, node: Node) -> tuple[str, str] | None:
    """`inventory.Reserve` → its two names; None after reporting that one of them does not exist."""
    alias, _, operation = node.text.partition(".")
    dependencies = scope.keys("dependencies")
    if alias not in dependencies:
        scope.unknown("dependency", alias, dependencies, node.part(0, len(alias)), "dependencies")
        return None
    if not scope.contracts.has_operation(scope, alias, operation, node.part(len(alias) + 1, len(node.text))):
        return None
    return alias, operation


def resolve_emits(scope: Scope, node: Node | None) -> tuple[str, ...]:
    """The events that are published, each declared under `publishes`."""
    published = scope.keys("publishes")
    for item in node.items if node is not None else ():
        if item.text not in published:
            scope.unknown("event", item.text, published, item.span, "publishes")
    return tuple(item.text for item in node.items) if node is not None else ()


def used_operations(scope: Scope) -> dict[str, set[str]]:
    """The operations of each dependency that operations, consumers and composed responses call."""
    used: dict[str, set[str]] = {}
    for section in ("operations", "subscribes"):
        for _, node in scope.section(section).entries:
            for text in _targets(node):
                alias, _, operation = text.partition(".")
                used.setdefault(alias, set()).add(operation)
    return used


def _targets(node: Node) -> list[str]:
    calls, compose = node.get("calls"), node.get("compose")
    found = []
    for item in calls.items if calls is not None else ():
        for member in item.items if item.kind == SEQUENCE else (item,):
            text = member.get("each") if member.kind == MAPPING else member
            found.append(text.text if text is not None else "")
    for _, branch in compose.entries if compose is not None else ():
        call = branch.get("call")
        found.append(call.text if call is not None else "")
    return found
