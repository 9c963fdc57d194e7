"""SayHello over every transport that it has."""

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from hello_service.gen.pb.hello_service.v1 import hello_service_pb2 as pb


def test_say_hello_over_rest(rest):
    answer = rest.request(
        "POST",
        "/v1/greetings",
        json={"name": "text"},
        headers={"idempotency-key": "rest-1"},
    )
    # Until the handler is written; then: what it must answer.
    assert answer.status_code == 501


def test_say_hello_over_grpc(call):
    request = ParseDict({"name": "text"}, pb.SayHelloRequest())
    with pytest.raises(grpc.RpcError) as error:
        call("SayHello", request, idempotency_key="grpc-1")
    # Until the handler is written; then: what it must answer.
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
