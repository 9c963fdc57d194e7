"""Contracts as text → the service that they describe, with its wire, for tests of the emitters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mscgen.diagnostics import Diagnostic, has_errors
from mscgen.emit.yaml import dump
from mscgen.model.service import Service
from mscgen.read import read_text
from mscgen.resolve import resolve
from mscgen.resolve.lock import EMPTY, Lock


def load(text: str | dict[str, Any], lock: Lock = EMPTY) -> tuple[Service | None, Lock, list[Diagnostic]]:
    """The service, the lock after this run, and every finding."""
    if isinstance(text, dict):
        text = dump(text)
    node, found, _ = read_text(text, "contract.yaml")
    if node is None or has_errors(found):
        return None, lock, found
    service, more, new = resolve(node, Path("."), lock)
    return service, new, found + more


def service_of(text: str | dict[str, Any], lock: Lock = EMPTY) -> Service:
    """The service of a contract that has to be right."""
    service, _, found = load(text, lock)
    assert service is not None, "\n".join(f"{d.rule}: {d.message} ({d.help})" for d in found)
    return service


def contract(**sections: Any) -> dict[str, Any]:
    """A contract with the keys that every contract has."""
    return {
        "mscgen": 1,
        "service": "order-service",
        "version": "1.0.0",
        "owner": "team-a",
        "auth": "public",
        **sections,
    }


def echo(types: dict[str, Any], record: str, **sections: Any) -> dict[str, Any]:
    """A contract whose one operation takes and answers a record."""
    operation = {"http": "POST /v1/echo", "request": record, "response": record, "idempotency": "none"}
    return contract(types=types, operations={"Echo": operation}, **sections)
