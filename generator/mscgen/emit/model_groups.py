"""Types in groups that can be generated one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.model.derived import local_name, references
from mscgen.model.types import Declared, NamedType, PartialType


def grouped(types: dict[str, Declared], size: int) -> Iterator[list[str]]:
    """The types in groups of about `size`, each closed under reference cycles and referring only to earlier ones."""
    group: list[str] = []
    for component in _components(types):
        if group and len(group) + len(component) > size:
            yield group
            group = []
        group += component
    if group:
        yield group


def _components(types: dict[str, Declared]) -> Iterator[list[str]]:
    """Strongly connected components of the reference graph, callees first (Tarjan 1972, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    for root in types:
        if root in order:
            continue
        work = [(root, iter(_targets(types[root], types)))]
        while work:
            name, targets = work[-1]
            if name not in order:
                order[name] = low[name] = len(order)
                stack.append(name)
                on_stack.add(name)
            advanced = False
            for target in targets:
                if target not in order:
                    work.append((target, iter(_targets(types[target], types))))
                    advanced = True
                    break
                if target in on_stack:
                    low[name] = min(low[name], order[target])
            if advanced:
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[name])
            if low[name] == order[name]:
                component = []
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    component.append(member)
                    if member == name:
                        break
                yield [n for n in types if n in set(component)] if len(component) > 1 else component


def _targets(declared: Declared, types: dict[str, Declared]) -> list[str]:
    found = []
    for ref in references(declared):
        name = local_name(ref) if isinstance(ref, NamedType) else ref.record if isinstance(ref, PartialType) else ""
        if name in types and name not in found:
            found.append(name)
    return found
