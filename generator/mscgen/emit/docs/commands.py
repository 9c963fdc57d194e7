"""Lines to paste into a shell: each operation called with curl and with grpcurl."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from mscgen.emit.samples import Samples
from mscgen.model.operation import HttpBinding, IdempotencyMode, Kind, Operation
from mscgen.model.service import Service
from mscgen.model.types import PartialType

_REST = "http://localhost:8000"
_GRPC = "localhost:50051"


def commands(service: Service, op: Operation, samples: Samples) -> str:
    """A fenced block that no sample can close."""
    found = []
    if op.http is not None:
        found.append(curl(op, op.http, samples))
    if op.grpc is not None:
        found.append(grpcurl(service, op, samples))
    text = "\n\n".join(found)
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}sh\n{text}\n{fence}"


def curl(op: Operation, http: HttpBinding, samples: Samples) -> str:
    """The call over REST; `$(uuidgen)` makes a new key each time."""
    values = samples.request(op)
    path = http.route.path
    for name in http.path_fields:
        path = path.replace("{" + name + "}", quote(_text(values[name]), safe=""))
    query = "&".join(f"{quote(key)}={quote(text, safe='')}" for key, text in _query(op, http, values))
    options = ["-N"] if op.kind is Kind.SERVER_STREAM else []
    if http.route.method != ("GET" if http.body is None else "POST"):
        options += ["-X", http.route.method]
    lines = [" ".join(["curl", *options, shell(_REST + path + (f"?{query}" if query else ""))])]
    headers = dict(http.header_fields)
    lines += [f"-H {shell(f'{header}: {_text(values[name])}')}" for name, header in headers.items() if name in values]
    lines += [f"-H {shell(header)}" for header in _credentials(op)]
    if op.idempotency.mode is IdempotencyMode.KEYED:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if http.body is not None:
        lines += [f"-H {shell(f'Content-Type: {_media_type(op, http)}')}", f"-d {shell(_body(op, http, values))}"]
    return " \\\n  ".join(lines)


def grpcurl(service: Service, op: Operation, samples: Samples) -> str:
    """The call over gRPC; the server's reflection tells grpcurl the messages."""
    lines = ["grpcurl -plaintext"]
    lines += [f"-H {shell(header)}" for header in _credentials(op)]
    if op.idempotency.mode is IdempotencyMode.KEYED:
        lines.append('-H "idempotency-key: $(uuidgen)"')
    lines.append(f"-d {shell(_json(samples.grpc(op)))}")
    lines.append(f"{_GRPC} {service.proto_package}.{service.wire.service}/{op.grpc}")
    return " \\\n  ".join(lines)


def shell(text: str) -> str:
    """One word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _credentials(op: Operation) -> list[str]:
    """The header of the first scheme that has one, with the credential left out."""
    for scheme in op.auth.schemes:
        if scheme.kind == "jwt":
            return ["Authorization: Bearer …"]
        if scheme.kind == "api_key":
            return [f"{scheme.header}: …"]
    return []


def _query(op: Operation, http: HttpBinding, values: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for f in op.request_fields(http.query_fields):
        value = values.get(f.name.raw)
        items = value if isinstance(value, list) else [] if value is None else [value]
        found += [(f.json, _text(item)) for item in items]
    return found


def _media_type(op: Operation, http: HttpBinding) -> str:
    fields = op.request_fields((http.body,)) if http.body not in (None, "*") else ()
    return (
        "application/merge-patch+json" if any(isinstance(f.type, PartialType) for f in fields) else "application/json"
    )


def _body(op: Operation, http: HttpBinding, values: dict[str, Any]) -> str:
    if http.body == "*":
        return _json({f.json: values[f.name.raw] for f in op.request_fields(http.body_fields) if f.name.raw in values})
    return _json(values.get(http.body or "", {}))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value)
