"""Tests of the generated project: the managed contract test, and what a handler's test starts with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mscgen.emit import layout, sample_call
from mscgen.emit.file import File, Owner
from mscgen.emit.pb import module_path
from mscgen.emit.quote import python_string
from mscgen.emit.render import render
from mscgen.emit.samples import Samples
from mscgen.model.names import python_function
from mscgen.model.operation import HttpBinding, IdempotencyMode, Kind, Operation
from mscgen.model.service import Service
from mscgen.model.types import PartialType

_STREAMED_REQUEST = (Kind.CLIENT_STREAM, Kind.BIDI_STREAM)
_STREAMED_RESPONSE = (Kind.SERVER_STREAM, Kind.BIDI_STREAM)


@dataclass(frozen=True, slots=True)
class RestCall:
    """A valid call over REST: a path with its query, a JSON body (`has_body`), headers."""

    method: str
    target: str
    headers: dict[str, str]
    has_body: bool
    body: Any = None


def emit(service: Service) -> Iterator[File]:
    """The managed test, and a stub for each operation."""
    text = render("managed/service/tests/gen/test_contract.py", package=service.package)
    yield File("tests/gen/test_contract.py", text)
    samples = Samples(service)
    path = "tests/handlers/test_{}.py"
    for operation in service.operations:
        if operation.http is None and operation.grpc is None:
            continue
        before = operation.renamed_from
        moved_from = path.format(python_function(before)) if before else None
        text = handler_test(service, operation, samples)
        yield File(path.format(operation.function), text, Owner.STUB, moved_from)


def handler_test(service: Service, operation: Operation, samples: Samples) -> str:
    """The test of an operation that has no handler yet."""
    rest = grpc = message = ""
    if operation.http is not None:
        rest = _rest_expression(rest_call(operation, operation.http, samples))
    if operation.grpc is not None:
        rpc = next(r for r in service.wire.rpcs if r.operation == operation.name.raw)
        message = _grpc_message(operation, samples, rpc.request)
        grpc = _grpc_expression(operation)
    return render(
        "stubs/service/test_handler.py",
        name=operation.name.raw,
        function=operation.function,
        pb_import=_pb_import(service) if grpc else "",
        rest=rest,
        message=message,
        grpc=grpc,
        until="the handler is written" if operation.auth.public else "the caller says who it is",
        public=operation.auth.public,
    )


def _pb_import(service: Service) -> str:
    """The import of the proto's module as `pb`."""
    *folders, module = module_path(service)
    head = f"from {'.'.join([service.package, 'gen', *folders])} import "
    line = f"{head}{module} as pb"
    return line if len(line) <= layout.WIDTH else f"{head}(\n    {module} as pb,\n)"


def rest_call(operation: Operation, http: HttpBinding, samples: Samples) -> RestCall:
    """A call that the contract allows."""
    values = samples.request(operation)
    headers = {name.lower(): value for name, value in sample_call.headers(http, values).items()}
    if operation.idempotency.mode is IdempotencyMode.KEYED:
        headers["idempotency-key"] = "rest-1"
    fields = operation.request_fields(http.body_fields)
    body: Any = {f.json: values[f.name.raw] for f in fields if f.name.raw in values}
    if http.body not in (None, "*"):
        body = values.get(http.body or "", {})
        (field,) = operation.request_fields((http.body or "",))
        if isinstance(field.type, PartialType):
            headers["content-type"] = "application/merge-patch+json"
    return RestCall(
        http.route.method, sample_call.target(operation, http, values), headers, http.body is not None, body
    )


def _rest_expression(call: RestCall) -> str:
    """The call of the httpx2 client."""
    arguments: list[tuple[str, Any]] = [("", call.method), ("", call.target)]
    if call.has_body:
        arguments.append(("json=", call.body))
    if call.headers:
        arguments.append(("headers=", call.headers))
    return _call("answer = rest.request", arguments)


class _Code(str):
    """Python that is written as it is."""

    def __repr__(self) -> str:
        return str(self)


def _call(head: str, arguments: list[tuple[str, Any]]) -> str:
    """A statement four columns in: on one line if it fits, else one argument a line."""
    wide = 10**6
    flat = [
        name + (value if isinstance(value, _Code) else layout.literal(value, 0, 0, -wide)) for name, value in arguments
    ]
    line = f"{head}({', '.join(flat)})"
    if 4 + len(line) <= layout.WIDTH:
        return line
    lines = [
        f"\n        {name}{value if isinstance(value, _Code) else layout.literal(value, 8 + len(name), 8, 1)},"
        for name, value in arguments
    ]
    return f"{head}({''.join(lines)}\n    )"


def _grpc_message(operation: Operation, samples: Samples, name: str) -> str:
    """The statements that make the request; a mask has a JSON form of its own, so its paths are added as they are."""
    sample = samples.grpc(operation)
    paths: list[str] = []
    if any(isinstance(f.type, PartialType) for f in operation.request.fields):
        paths = sample.pop("update_mask", {}).get("paths", [])
    made = _call("request = ParseDict", [("", sample), ("", _Code(f"pb.{name}()"))])
    return "\n    ".join([made, *(f"request.update_mask.paths.append({python_string(path)})" for path in paths)])


def _grpc_expression(operation: Operation) -> str:
    request = "[request]" if operation.kind in _STREAMED_REQUEST else "request"
    arguments = [python_string(operation.grpc or ""), request]
    if operation.idempotency.mode is IdempotencyMode.KEYED:
        arguments.append('idempotency_key="grpc-1"')
    if operation.kind in _STREAMED_RESPONSE:
        return layout.bracket("list(call(", arguments, "))", 8)
    return layout.bracket("call(", arguments, ")", 8)
