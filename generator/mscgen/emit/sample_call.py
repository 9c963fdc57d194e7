"""Where the fields of a sample request travel on REST: one answer for pages and for tests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from mscgen.model.operation import HttpBinding, Operation


def target(op: Operation, http: HttpBinding, values: dict[str, Any]) -> str:
    """The path and the query, percent-encoded; values by contract name."""
    path = http.route.path
    for name in http.path_fields:
        path = path.replace("{" + name + "}", quote(_text(values[name]), safe=""))
    query = "&".join(
        f"{quote(f.json, safe='')}={quote(_text(item), safe='')}"
        for f in op.request_fields(http.query_fields)
        if f.name.raw in values
        for item in _items(values[f.name.raw])
    )
    return f"{path}?{query}" if query else path


def headers(http: HttpBinding, values: dict[str, Any]) -> dict[str, str]:
    """The fields that are headers, by the contract's spelling."""
    return {header: _text(values[name]) for name, header in http.header_fields if name in values}


def _items(value: Any) -> list[Any]:
    """What stands in the query once each: a list repeats its name."""
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
