"""What `mscgen explain` says about the things of a contract, each as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscgen.model.service import Service

Explain = Callable[["Service"], Iterator[str]]


def explanations(service: Service, name: str) -> list[Explain]:
    """One for each thing of the contract that is called so: an operation, an event, a type, a policy …"""
    from mscgen.cli.explained import dependency, event, operation, types

    found: list[Explain] = []
    for explain in (operation.find, event.find_published, event.find_consumed, dependency.find, dependency.find_policy):
        found += explain(service, name)
    return found + types.find(service, name) + types.find_error(service, name)


def names(service: Service) -> list[str]:
    """Every name that can be explained."""
    events = [e.name.raw for e in service.publishes] + [s.name.raw for s in service.subscribes]
    operations = [op.name.raw for op in service.operations]
    return [*operations, *events, *service.dependencies, *service.policies, *service.types, *service.errors]
