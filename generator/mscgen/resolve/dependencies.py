"""`dependencies:`: who is called, how, and on which terms for each operation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mscgen.diagnostics import Note, has_errors
from mscgen.model.dependency import Dependency
from mscgen.model.operation import IdempotencyMode
from mscgen.model.policy import Policy
from mscgen.model.types import NamedType
from mscgen.read.node import MAPPING, Node
from mscgen.resolve.callee import foreign_record, mode
from mscgen.resolve.contracts import is_absolute
from mscgen.resolve.fields import bare_type
from mscgen.resolve.literals import check
from mscgen.resolve.policies import complete, inherit, override

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope


def resolve_dependencies(scope: Scope, policies: dict[str, Policy], used: dict[str, set[str]]) -> dict[str, Dependency]:
    """The dependencies by alias. used: the operations of each that something in the contract calls."""
    return {
        key.text: _dependency(scope, key, node, policies, used.get(key.text, set()))
        for key, node in scope.section("dependencies").entries
    }


def _dependency(scope: Scope, key: Node, node: Node, policies: dict[str, Policy], used: set[str]) -> Dependency:
    alias = key.text
    _check_source(scope, key, node)
    policy = _policy(scope, alias, node.get("policy"), policies)
    overrides = node.get("operations")
    written = {k.text: (k, v) for k, v in overrides.entries} if overrides is not None else {}
    tree = scope.contracts.tree(scope, alias)
    operations = {}
    for name in sorted({*written, *used}):
        found = _override(scope, alias, name, policy, written.get(name), tree)
        if found is not None:
            operations[name] = found
    callees = {name: scope.contracts.entry(scope, alias, "operations", name) for name in operations}
    openapi = node.text_of("openapi")
    return Dependency(
        alias=alias,
        span=key.span,
        contract=node.text_of("contract"),
        transport=node.text_of("transport") or ("rest" if openapi else "grpc"),
        discovery=node.text_of("discovery") or "dns",
        load_balancing=node.text_of("load_balancing") or "round_robin",
        policy=complete(policy),
        operations=operations,
        external=node.flag_of("external"),
        document=openapi or node.text_of("proto"),
        service=tree.text_of("service") if tree is not None else "",
        version=tree.text_of("version") if tree is not None else "",
        modes={name: mode(callee) for name, callee in callees.items() if callee is not None},
        declared=node.declared(),
    )


def _check_source(scope: Scope, key: Node, node: Node) -> None:
    """A contract of ours, or a document of an external callee; one of the two, and relative."""
    external = node.flag_of("external")
    documents = [k for k, _ in node.entries if k.text in ("openapi", "proto")]
    contract = node.key("contract")
    if external and contract is not None:
        help = "remove `external`, or name its `openapi:` or `proto:` document instead"
        scope.report("bad-value", "an external callee has no contract", contract.span, help)
    if external and len(documents) != 1:
        at = documents[1].span if documents else key.span
        help = "name one document: `openapi: <file>` or `proto: <file>`"
        scope.report("missing-key", f"`{key.text}` is external and needs one document", at, help)
    if not external and contract is None:
        help = "add `contract: <path>`, or `external: true` with an `openapi:` or `proto:` document"
        scope.report("missing-key", f"`{key.text}` needs `contract`", key.span, help)
    elif not external and documents:
        help = "add `external: true` and remove `contract`, or remove the document"
        scope.report("bad-value", "only an external callee has a document", documents[0].span, help)
    for name in ("contract", "openapi", "proto"):
        path = node.get(name)
        if path is not None and is_absolute(path.text):
            help = "write it relative to this contract, such as `../inventory-service/contract.yaml`"
            scope.report("bad-value", "the path is absolute", path.span, help)
    transport = node.get("transport")
    wanted = {"openapi": "rest", "proto": "grpc"}.get(documents[0].text if documents else "")
    if transport is not None and wanted is not None and transport.text != wanted:
        help = f"write `{wanted}`, or leave it out"
        message = f"a callee with `{documents[0].text}` is called by {wanted}"
        scope.report("bad-value", message, transport.span, help, notes=(Note(documents[0].span, "the document"),))


def _policy(scope: Scope, alias: str, node: Node | None, policies: dict[str, Policy]) -> Policy:
    """The policy of a dependency; `default` where nothing is said."""
    if node is None:
        return replace(policies["default"], declared=dict(policies["default"].declared))
    if node.text not in policies:
        known = scope.keys("policies") | dict.fromkeys(policies, node)
        scope.unknown("policy", node.text, known, node.span, "policies")
        return policies["default"]
    return policies[node.text]


def _override(
    scope: Scope, alias: str, name: str, policy: Policy, written: tuple[Node, Node] | None, tree: Node | None
) -> Policy | None:
    """The policy of one operation: the dependency's with the overrides, and without retries of what is not safe."""
    base = inherit(policy, f"policy `{policy.name}`")
    key, node = written if written is not None else (None, None)
    known = scope.contracts.known
    if key is not None and tree is not None and not known(scope, tree, alias, "operations", name, key.span):
        return None
    callee = scope.contracts.entry(scope, alias, "operations", name)
    if callee is not None and mode(callee) is IdempotencyMode.NONE and "attempts" not in policy.declared:
        why = f"{alias}.{name} may not be sent twice: its idempotency is none"
        kept = tuple(d for d in base.defaults if d[0] != "attempts")
        base = replace(base, attempts=1, defaults=(*kept, ("attempts", "1", why)))
    if key is not None and node is not None:
        base = override(scope, base, node, f"{alias}.{name}", key.span)
        _check_fallback(scope, alias, name, node)
    return complete(base)


def _check_fallback(scope: Scope, alias: str, name: str, node: Node) -> None:
    """`fallback: {value: …}` must be an answer that the callee could have given."""
    fallback = node.get("fallback")
    value = fallback.get("value") if fallback is not None and fallback.kind == MAPPING else None
    if value is None:
        return
    check_foreign_value(scope, alias, name, value)


def check_foreign_value(scope: Scope, alias: str, operation: str, value: Node) -> None:
    """A literal against the response of a foreign operation, where its contract is at hand."""
    node = scope.contracts.entry(scope, alias, "operations", operation)
    if node is None:
        return
    response = node.get("response")
    if response is None or response.is_null:
        help = "remove the value: an empty response has none"
        scope.report("bad-fallback", f"{alias}.{operation} answers with nothing", value.span, help)
        return
    found = foreign_record(scope, alias, response, f"{operation}Response", value.span)
    if found is not None:
        foreign, record = found
        foreign.types.setdefault(record.name, record)
        check(foreign, value, NamedType(record.name), "bad-fallback")
        scope.found += [d for d in foreign.found if has_errors([d])]
        return
    tree = scope.contracts.tree(scope, alias)
    if tree is not None and response.text and not response.text.startswith("stream "):
        other = scope.contracts.resolved(scope, alias, tree, set(), value.span)
        bound = bare_type(other, response) if other is not None else None
        if other is not None and bound is not None and not other.found:
            check(other, value, bound[0], "bad-fallback")
            scope.found += other.found
