"""`expose:` and `compose:`: what a gateway shows of the services behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgen.diagnostics import Note
from mscgen.model.gateway import Exposure
from mscgen.model.names import Name
from mscgen.model.operation import Branch, Call
from mscgen.model.types import Field, ListType, NamedType, Record, Scalar, ScalarType, TypeRef
from mscgen.read.node import MAPPING, SCALAR, SEQUENCE, Node
from mscgen.resolve.callee import check_arguments, response_type
from mscgen.resolve.calls import call_target
from mscgen.resolve.literals import check, literal

if TYPE_CHECKING:
    from mscgen.resolve.messages import Messages
    from mscgen.resolve.scope import Scope

_HELP = "write `kind: gateway`, or remove it: a service answers from its own handlers"


def resolve_exposed(scope: Scope) -> tuple[Exposure, ...]:
    """What a gateway passes through."""
    node, key = scope.root.get("expose"), scope.root.key("expose")
    if node is None or key is None or node.is_null:
        return ()
    if not is_gateway(scope):
        scope.report("gateway-only", "only a gateway exposes other services", key.span, _HELP)
    blocks = node.items if node.kind == SEQUENCE else (node,)
    return tuple(exposure for block in blocks for exposure in _block(scope, block))


def is_gateway(scope: Scope) -> bool:
    """Whether the contract has no domain of its own."""
    kind = scope.root.get("kind")
    return kind is not None and kind.text == "gateway"


def _block(scope: Scope, node: Node) -> list[Exposure]:
    prefix = node.get("prefix")
    if prefix is not None and (prefix.text.endswith("/") or "{" in prefix.text or "?" in prefix.text):
        help = "write segments only, such as `/api`"
        scope.report("bad-path", f"`{prefix.text[:40]}` is not a prefix", prefix.span, help)
    dependencies = scope.keys("dependencies")
    found = []
    for key, value in node.entries:
        if key.text == "prefix" or key.text.startswith("x-"):
            continue
        if key.text not in dependencies:
            scope.unknown("dependency", key.text, dependencies, key.span, "dependencies")
            continue
        names = [
            item.text for item in value.items if scope.contracts.has_operation(scope, key.text, item.text, item.span)
        ]
        found.append(Exposure(key.text, key.span, tuple(names), prefix.text if prefix is not None else ""))
    return found


def resolve_compose(scope: Scope, key: Node, node: Node | None, messages: Messages) -> tuple[Branch, ...]:
    """The branches of a composed response, all run in parallel."""
    if node is None:
        return ()
    if not is_gateway(scope):
        scope.report("gateway-only", "only a gateway composes responses", node.span, _HELP)
    found = (_branch(scope, key, field, branch, messages) for field, branch in node.entries)
    return tuple(branch for branch in found if branch is not None)


def _branch(scope: Scope, key: Node, field: Node, node: Node, messages: Messages) -> Branch | None:
    call, given, fallback = node.get("call"), node.get("with"), node.get("fallback")
    assert call is not None
    for _, source in given.entries if given is not None else ():
        if messages.request.field(source.text) is None:
            help = f"name a field of the request of {key.text}"
            scope.report("unknown-field", f"`{source.text}` is not a field of the request", source.span, help)
    target = call_target(scope, call)
    if target is None:
        return None
    check_arguments(scope, *target, given if given is not None else call)
    value = fallback.get("value") if fallback is not None and fallback.kind == MAPPING else None
    return Branch(
        field=field.text,
        call=Call(*target, span=call.span),
        arguments=tuple((k.text, v.text) for k, v in given.entries) if given is not None else (),
        span=field.span,
        omit=fallback is not None and fallback.kind == SCALAR and fallback.text == "omit",
        has_value=value is not None,
        value=literal(value) if value is not None else None,
    )


def composed(scope: Scope, key: Node, node: Node, messages: Messages) -> TypeRef:
    """The response of a composed operation: one field per branch and `degraded`, unless the contract writes one.

    A branch whose callee has no contract here is `json`.
    """
    if messages.response is not None:
        _check_declared(scope, node, messages.response)
        return messages.response
    fields = [_field(scope, name, branch) for name, branch in node.entries]
    part = ScalarType(Scalar.STRING)
    doc = "The branches that fell back: their values are stand-ins."
    if all(f.name.raw != "degraded" for f in fields):
        fields.append(Field(Name("degraded"), ListType(part), node.span, doc=doc))
    else:
        clash = next(f for f in fields if f.name.raw == "degraded")
        scope.report("name-collision", "`degraded` lists the branches that fell back", clash.span, "rename the branch")
    record = Record(f"{key.text}Response", tuple(fields), key.span, inline=key.text)
    return NamedType(scope.synthesize(record, key).name)


def _field(scope: Scope, name: Node, node: Node) -> Field:
    call, fallback = node.get("call"), node.get("fallback")
    assert call is not None
    alias, _, operation = call.text.partition(".")
    type = response_type(scope, alias, operation, call.span) if alias in scope.keys("dependencies") else None
    value = fallback.get("value") if fallback is not None and fallback.kind == MAPPING else None
    if type is not None and value is not None:
        check(scope, value, type, "bad-fallback")
    omitted = fallback is not None and fallback.kind == SCALAR and fallback.text == "omit"
    return Field(Name(name.text), type or ScalarType(Scalar.JSON), name.span, optional=omitted)


def _check_declared(scope: Scope, node: Node, response: TypeRef) -> None:
    """A response that the contract writes itself has a field for each branch, and nothing else that is required."""
    record = scope.record(response)
    if record is None:
        scope.report("wrong-type", "a composed response is a record", node.span, "remove `response`; it follows")
        return
    branches = {name.text for name, _ in node.entries}
    for name, _ in node.entries:
        if record.field(name.text) is None:
            help = "add the field, or remove `response`: it follows from `compose`"
            scope.report("unknown-field", f"`{name.text}` is not a field of the response", name.span, help)
    for field in record.fields:
        if field.required and field.name.raw not in branches and field.name.raw != "degraded":
            message = f"no branch supplies `{field.name}`"
            scope.report(
                "missing-key", message, node.span, f"add `{field.name}:`", notes=(Note(field.span, "the field"),)
            )
