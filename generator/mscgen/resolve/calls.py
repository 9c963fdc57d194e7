"""`calls:`, `emits:` and `compose:`: what an operation or a consumer does to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.model.operation import Branch, Call
from mscgen.read.node import MAPPING, SCALAR, SEQUENCE, Node
from mscgen.resolve.literals import literal

if TYPE_CHECKING:
    from mscgen.resolve.messages import Messages
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


def resolve_compose(scope: Scope, key: Node, node: Node | None, messages: Messages) -> tuple[Branch, ...]:
    """The branches of a composed response, all run in parallel."""
    branches = []
    for field, branch in node.entries if node is not None else ():
        call = branch.get("call")
        assert call is not None
        target = call_target(scope, call)
        given = branch.get("with")
        arguments = tuple((k.text, v.text) for k, v in given.entries) if given is not None else ()
        for _, source in given.entries if given is not None else ():
            if messages.request.field(source.text) is None:
                help = f"name a field of the request of {key.text}"
                scope.report("unknown-field", f"`{source.text}` is not a field of the request", source.span, help)
        if target is None:
            continue
        if given is not None:
            scope.contracts.check_arguments(scope, *target, given)
        fallback = branch.get("fallback")
        value = fallback.get("value") if fallback is not None and fallback.kind == MAPPING else None
        branches.append(
            Branch(
                field=field.text,
                call=Call(*target, span=call.span),
                arguments=arguments,
                span=field.span,
                omit=fallback is not None and fallback.kind == SCALAR and fallback.text == "omit",
                has_value=value is not None,
                value=literal(value) if value is not None else None,
            )
        )
    return tuple(branches)
