"""UpdateOrder over every transport that it has."""

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from order_service.gen.pb.order_service.v1 import order_service_pb2 as pb


def test_update_order_over_rest(rest):
    answer = rest.request(
        "PATCH",
        "/v1/orders/3fa85f64-5717-4562-b3fc-2c963f66afa6",
        json={"customerId": "3fa85f64-5717-4562-b3fc-2c963f66afa6"},
        headers={"content-type": "application/merge-patch+json"},
    )
    # Until the handler is written; then: what it must answer.
    assert answer.status_code == 501


def test_update_order_over_grpc(call):
    request = ParseDict(
        {
            "order_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "order": {"customer_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6"},
        },
        pb.UpdateOrderRequest(),
    )
    request.update_mask.paths.append("customer_id")
    with pytest.raises(grpc.RpcError) as error:
        call("UpdateOrder", request)
    # Until the handler is written; then: what it must answer.
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
