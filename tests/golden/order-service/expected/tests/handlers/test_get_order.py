"""GetOrder over every transport that it has."""

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from order_service.gen.pb.order_service.v1 import order_service_pb2 as pb


def test_get_order_over_rest(rest):
    answer = rest.request("GET", "/v1/orders/3fa85f64-5717-4562-b3fc-2c963f66afa6")
    # Until the handler is written; then: what it must answer.
    assert answer.status_code == 501


def test_get_order_over_grpc(call):
    request = ParseDict({"order_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}, pb.GetOrderRequest())
    with pytest.raises(grpc.RpcError) as error:
        call("GetOrder", request)
    # Until the handler is written; then: what it must answer.
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
