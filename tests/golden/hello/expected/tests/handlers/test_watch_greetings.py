"""WatchGreetings over every transport that it has."""

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from hello_service.gen.pb.hello_service.v1 import hello_service_pb2 as pb


def test_watch_greetings_over_rest(rest):
    answer = rest.request("GET", "/v1/greetings/text/watch")
    # Until the handler is written; then: what it must answer.
    assert answer.status_code == 501


def test_watch_greetings_over_grpc(call):
    request = ParseDict({"name": "text"}, pb.WatchGreetingsRequest())
    with pytest.raises(grpc.RpcError) as error:
        list(call("WatchGreetings", request))
    # Until the handler is written; then: what it must answer.
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
