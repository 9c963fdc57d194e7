"""Lines to paste into a shell: each operation called with curl and with grpcurl."""

from __future__ import annotations

import json
from typing import Any

from mscgen.emit import sample_call
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
    options = ["-N"] if op.kind is Kind.SERVER_STREAM else []
    if http.route.method != ("GET" if http.body is None else "POST"):
        options += ["-X", http.route.method]
    lines = [" ".join(["curl", *options, shell(_REST + sample_call.target(op, http, values))])]
    lines += [f"-H {shell(f'{name}: {value}')}" for name, value in sample_call.headers(http, values).items()]
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


def _media_type(op: Operation, http: HttpBinding) -> str:
    fields = op.request_fields((http.body,)) if http.body not in (None, "*") else ()
    return (
        "application/merge-patch+json" if any(isinstance(f.type, PartialType) for f in fields) else "application/json"
    )


def _body(op: Operation, http: HttpBinding, values: dict[str, Any]) -> str:
    if http.body == "*":
        return _json({f.json: values[f.name.raw] for f in op.request_fields(http.body_fields) if f.name.raw in values})
    return _json(values.get(http.body or "", {}))


def _json(value: Any) -> str:
    return json.dumps(value)
