"""The language as a JSON Schema (draft 7, which every editor knows), for completion and hover texts."""

from __future__ import annotations

import json
from typing import Any

from mscgen.read.language import CONTRACT
from mscgen.read.shape import Key, Shape

Json = dict[str, Any]


def contract_schema() -> str:
    """The text of `schemas/contract.schema.json`."""
    definitions: dict[str, Json] = {}
    root = _object(CONTRACT, definitions)
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "mscgen contract",
        **root,
        "definitions": dict(sorted(definitions.items())),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _shape(shape: Shape, definitions: dict[str, Json]) -> Json:
    if shape.kind == "text":
        return _text(shape)
    if shape.kind in ("integer", "number"):
        bounds = {"minimum": shape.low, "maximum": shape.high}
        return {"type": shape.kind, **{k: v for k, v in bounds.items() if v is not None}}
    if shape.kind == "boolean":
        return {"type": "boolean"}
    if shape.kind == "list":
        assert shape.of is not None
        return {"type": "array", "items": _shape(shape.of, definitions)}
    if shape.kind == "map":
        return _map(shape, definitions)
    if shape.kind == "section":
        return _reference(shape, definitions)
    if shape.kind == "nothing":
        return {"type": "null"}
    if shape.kind == "later":
        return {"not": {}}
    if shape.kind == "either":
        return {"anyOf": [_shape(option, definitions) for option in shape.options]}
    return {}


def _text(shape: Shape) -> Json:
    if shape.choices:
        return {"enum": list(shape.choices)}
    return {"type": "string", **({"pattern": f"^(?:{shape.form})$"} if shape.form else {})}


def _map(shape: Shape, definitions: dict[str, Json]) -> Json:
    assert shape.of is not None
    assert shape.key is not None
    return {
        "type": ["object", "null"],
        "propertyNames": _text(shape.key),
        "additionalProperties": _shape(shape.of, definitions),
    }


def _reference(shape: Shape, definitions: dict[str, Json]) -> Json:
    """A reference to a section's definition, made on first use."""
    name = shape.name.replace(" ", "_")
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _object(shape, definitions)
    return {"$ref": f"#/definitions/{name}"}


def _object(shape: Shape, definitions: dict[str, Json]) -> Json:
    required = [name for name, key in shape.keys.items() if key.required]
    out: Json = {
        "type": "object" if required else ["object", "null"],
        "description": shape.doc,
        "properties": {name: _key(key, definitions) for name, key in shape.keys.items()},
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }
    if required:
        out["required"] = required
    if shape.rest is not None and shape.key is not None:
        fixed = "|".join(shape.keys)
        out["patternProperties"][f"^(?!(?:{fixed})$)(?:{shape.key.form})$"] = _shape(shape.rest, definitions)
    return out


def _key(key: Key, definitions: dict[str, Json]) -> Json:
    """A key's value with its hover text. A bare reference is wrapped: draft 7 ignores what stands beside `$ref`."""
    inner = _shape(key.shape, definitions)
    text = key.doc + (f" Default: {key.default}." if key.default else "")
    return {"description": text, **({"allOf": [inner]} if "$ref" in inner else inner)}
