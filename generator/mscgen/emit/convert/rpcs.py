"""Whole messages as bytes: requests in and responses out for a server, the other way round for a client."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.emit.convert.module import Codec, Module
from mscgen.emit.convert.results import read_result, results, store_result
from mscgen.emit.convert.text import assignment, call, function, item, returned
from mscgen.model.operation import Operation
from mscgen.model.types import NamedType
from mscgen.model.wire import Rpc


def rpc_functions(module: Module, rpc: Rpc, operation: Operation, codec: Codec) -> Iterator[list[str]]:
    """The four functions of an operation."""
    request = NamedType(operation.request.name)
    yield [
        *function(codec.decode, [("data", ["bytes"])], [module.annotation(request)]),
        f'    """The request of {operation.name}."""',
        *assignment("t", call(f"pb.{rpc.request}.FromString", "data"), 4),
        *returned(module.validated(request, call(f"{module.stems[rpc.request]}_dict", "t")), 4),
    ]
    response = results(operation)
    members = list(dict.fromkeys(module.annotation(ref) for ref in response))
    yield [
        *function(codec.encode, [("value", members)], ["bytes"]),
        f'    """The response of {operation.name}."""',
        *store_result(module, rpc, response),
    ]
    yield [
        *function(codec.encode_request, [("value", [module.annotation(request)])], ["bytes"]),
        f'    """The request of {operation.name}, for a client."""',
        *assignment("t", call(f"pb.{rpc.request}"), 4),
        *item(call(f"{module.stems[rpc.request]}_to_pb", "value", "t"), 4),
        "    return t.SerializeToString()",
    ]
    yield [
        *function(codec.decode_reply, [("data", ["bytes"])], members),
        f'    """The response of {operation.name}, for a client."""',
        *read_result(module, rpc, response),
    ]
