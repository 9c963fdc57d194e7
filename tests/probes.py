"""Calls of any operation over both transports, built from the contract alone: no generated Python is imported."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2, status_pb2
from mscgen.emit.samples import Samples
from mscgen.model.operation import Kind, Operation
from mscgen.model.service import Service

TIMEOUT = 20
KEY = "11111111-2222-4333-8444-555555555555"


class Rest:
    """Requests by HTTP: samples that are right, and garbage."""

    def __init__(self, service: Service, url: str) -> None:
        self._samples = Samples(service)
        self._url = url

    def valid(self, op: Operation) -> tuple[int, dict[str, Any]]:
        """The status and the problem that answer a right request."""
        assert op.http is not None
        values = self._samples.request(op)
        by_json = {f.name.raw: f.json for f in op.request.fields}
        query = [
            (by_json[name], item)
            for name in op.http.query_fields
            if name in values
            for item in (values[name] if isinstance(values[name], list) else [values[name]])
        ]
        headers = {header: _text(values[name]) for name, header in op.http.header_fields if name in values}
        body = None
        if op.http.body == "*":
            body = {by_json[name]: values[name] for name in op.http.body_fields if name in values}
        elif op.http.body is not None:
            body = values[op.http.body]
        path = op.http.route.path.format(**{n: quote(_text(values[n]), safe="") for n in op.http.path_fields})
        return self._send(op, path, [(name, _text(value)) for name, value in query], headers, body)

    def unknown_parameter(self, op: Operation) -> tuple[int, dict[str, Any]]:
        """A request with a query parameter that no operation has."""
        assert op.http is not None
        path = "/".join("0" if part.startswith("{") else part for part in op.http.route.path.split("/"))
        return self._send(op, path, [("no such parameter", "\u202e<b>")], {}, {} if op.http.body else None)

    def broken_body(self, op: Operation, body: bytes) -> tuple[int, dict[str, Any]]:
        """A request whose body is these bytes, which are no JSON."""
        assert op.http is not None
        path = "/".join("0" if part.startswith("{") else part for part in op.http.route.path.split("/"))
        return self._send(op, path, [], {}, body)

    def _send(
        self, op: Operation, path: str, query: list[tuple[str, str]], headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, Any]]:
        assert op.http is not None
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = "application/merge-patch+json" if op.http.route.method == "PATCH" else "application/json"
        request = urllib.request.Request(
            self._url + path + ("?" + urlencode(query) if query else ""),
            data,
            {"Content-Type": kind, "Idempotency-Key": KEY, **headers},
            method=op.http.route.method,
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return answer.status, {}
        except urllib.error.HTTPError as error:
            problem = error.headers["Content-Type"] == "application/problem+json"
            return error.code, json.loads(error.read()) if problem else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class Grpc:
    """Calls by gRPC with messages that protoc alone makes of the proto file."""

    def __init__(self, service: Service, channel: grpc.Channel, descriptors: descriptor_pb2.FileDescriptorSet) -> None:
        self._service = service
        self._samples = Samples(service)
        self._channel = channel
        self._pool = descriptor_pool.DescriptorPool()
        for file in descriptors.file:
            self._pool.Add(file)
        self._methods = self._pool.FindServiceByName(f"{service.wire.package}.{service.wire.service}").methods_by_name

    def valid(self, op: Operation) -> tuple[grpc.StatusCode, str]:
        """The code and the reason that answer a right request; the reason is empty where the server has no such method."""
        assert op.grpc is not None
        message = message_factory.GetMessageClass(self._methods[op.grpc].input_type)()
        values = self._samples.grpc(op)
        # The sample has the mask as the message that it is; protobuf's own JSON would have it as a string.
        mask = values.pop("update_mask", None)
        json_format.ParseDict(values, message, descriptor_pool=self._pool)
        if mask is not None:
            message.update_mask.paths.extend(mask["paths"])
        return self._call(op, message.SerializeToString())

    def garbage(self, op: Operation) -> tuple[grpc.StatusCode, str]:
        """Bytes that are no message."""
        return self._call(op, b"\xff\xff\xff")

    def _call(self, op: Operation, data: bytes) -> tuple[grpc.StatusCode, str]:
        assert op.grpc is not None
        streamed = op.kind in (Kind.CLIENT_STREAM, Kind.BIDI_STREAM)
        answers = op.kind in (Kind.SERVER_STREAM, Kind.BIDI_STREAM)
        kind = f"{'stream' if streamed else 'unary'}_{'stream' if answers else 'unary'}"
        call = getattr(self._channel, kind)(f"/{self._service.wire.package}.{self._service.wire.service}/{op.grpc}")
        try:
            answer = call(iter([data]) if streamed else data, timeout=TIMEOUT, metadata=(("idempotency-key", KEY),))
            list(answer) if answers else answer
            return grpc.StatusCode.OK, ""
        except grpc.RpcError as error:
            return error.code(), _reason(error)


def _reason(error: Any) -> str:
    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
    if details is None:
        return ""
    for found in status_pb2.Status.FromString(details).details:
        info = error_details_pb2.ErrorInfo()
        if found.Unpack(info):
            return info.reason
    return ""


def descriptors(root: Path, proto: Path) -> descriptor_pb2.FileDescriptorSet:
    """What protoc understands of a proto file, its imports included."""
    from grpc_tools import protoc

    include = Path(protoc.__file__).parent / "_proto"
    made = root / "descriptors.bin"
    arguments = [f"-I{root}", f"-I{include}", "--include_imports", f"--descriptor_set_out={made}", str(proto)]
    assert protoc.main(["protoc", *arguments]) == 0
    found = descriptor_pb2.FileDescriptorSet.FromString(made.read_bytes())
    made.unlink()
    return found


@contextmanager
def grpc_probe(service: Service, address: str, root: Path) -> Iterator[Grpc]:
    """A client of the running service. root: the folder of its proto files."""
    with grpc.insecure_channel(address) as channel:
        yield Grpc(service, channel, descriptors(root, root / service.wire.path))
