"""Chat over every transport that it has."""

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from hello_service.gen.pb.hello_service.v1 import hello_service_pb2 as pb


def test_chat_over_grpc(call):
    request = ParseDict(
        {"text": "text", "count": 1, "at": "2026-01-31T09:30:00Z"},
        pb.ChatRequest(),
    )
    with pytest.raises(grpc.RpcError) as error:
        list(call("Chat", [request]))
    # Until the handler is written; then: what it must answer.
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
