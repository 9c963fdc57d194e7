"""OpenAPI 3.1 from the contract: `api/gen/openapi.yaml` for people and diffs, `gen/openapi.json` to be served.

It is written from the contract, not read off the running server, so it says exactly what the contract says: one
added field changes one place, and every status that the generated REST adapter can answer is documented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mscgen.emit.file import File
from mscgen.emit.header import lines as header
from mscgen.emit.jsonschema import Lowering, Schema, definitions
from mscgen.emit.openapi import problems
from mscgen.emit.openapi.operation import PARAMETERS, operation, routes, surroundings
from mscgen.emit.openapi.security import requirement, schemes
from mscgen.emit.yaml import dump
from mscgen.model.operation import Operation
from mscgen.model.service import Service

__all__ = ["document", "emit", "tag_of"]

Document = dict[str, Any]

_SCHEMAS = "#/components/schemas/"
_PARAMETERS = "#/components/parameters/"
_RESPONSES = "#/components/responses/"


def emit(service: Service) -> Iterator[File]:
    """The document as YAML and as JSON; nothing for a service without REST operations."""
    if not any(o.http for o in service.operations):
        return
    api = document(service)
    yield File("api/gen/openapi.yaml", header("#") + dump(api))
    yield File(f"src/{service.package}/gen/openapi.json", _json(api))


def document(service: Service) -> Document:
    """The OpenAPI document; its mappings keep the order of the contract."""
    lowering = Lowering(service, _SCHEMAS)
    around = surroundings(service, lowering)
    paths: Document = {}
    for op in service.operations:
        for place, (method, path) in enumerate(routes(op)):
            paths.setdefault(path, {})[method] = operation(around, op, place, tag_of(op))
    api: Document = {
        "openapi": "3.1.0",
        "info": _info(service),
        "servers": [{"url": "/"}],
        "security": requirement(service.auth),
        "paths": paths,
        "components": _components(service, lowering, paths),
        **{key: value for key, value in service.extensions.items() if key.startswith("x-")},
    }
    return {key: value for key, value in api.items() if key == "security" or value not in ({}, [])}


def tag_of(op: Operation) -> str:
    """The resource that an operation is about: the first word of its path that is no version and no parameter."""
    segments = op.http.route.path.split("/") if op.http else []
    words = [s for s in segments if s and not s.startswith("{") and not (s[0] == "v" and s[1:].isdigit())]
    return words[0] if words else "operations"


def _info(service: Service) -> Document:
    info: Document = {"title": service.name.raw, "version": service.version, "description": service.doc}
    if service.owner:
        info["contact"] = {"name": service.owner}
    return {key: value for key, value in info.items() if value}


def _components(service: Service, lowering: Lowering, paths: Document) -> Document:
    """Everything that the paths refer to, directly or through each other, and nothing else."""
    offered: dict[str, dict[str, Schema]] = {
        _SCHEMAS: {**definitions(service, _SCHEMAS), **problems.schemas(service, lowering)},
        _PARAMETERS: PARAMETERS,
        _RESPONSES: problems.responses(),
    }
    wanted: set[str] = set()
    todo = [*_references(paths)]
    while todo:
        ref = todo.pop()
        if ref in wanted:
            continue
        wanted.add(ref)
        prefix, _, name = ref.rpartition("/")
        todo += _references(offered[prefix + "/"][name])
    found = {
        prefix.split("/")[2]: {name: value for name, value in members.items() if prefix + name in wanted}
        for prefix, members in offered.items()
    }
    found["securitySchemes"] = schemes(service)
    return {kind: members for kind, members in found.items() if members}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        ref = value.get("$ref")
        if isinstance(ref, str):
            yield ref
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _json(api: Document) -> str:
    """Compact, but with one path and one component a line, so that a diff shows what changed."""
    lines = []
    for key, value in api.items():
        if key == "paths":
            lines.append(f'"paths":{_one_a_line(value)}')
        elif key == "components":
            kinds = ",\n".join(f"{json.dumps(kind)}:{_one_a_line(members)}" for kind, members in value.items())
            lines.append(f'"components":{{\n{kinds}\n}}')
        else:
            lines.append(f"{json.dumps(key)}:{_compact(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _one_a_line(members: Document) -> str:
    return "{\n" + ",\n".join(f"{json.dumps(name)}:{_compact(value)}" for name, value in members.items()) + "\n}"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
