"""ImportOrders over every transport that it has."""

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from order_service.gen.pb.order_service.v1 import order_service_pb2 as pb


def test_import_orders_over_grpc(call):
    request = ParseDict(
        {
            "order_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "customer_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "items": [{"sku": "A", "quantity": 1, "price": "12.50"}],
            "total": "12.50",
            "version": "text",
            "created_at": "2026-01-31T09:30:00Z",
        },
        pb.ImportOrdersRequest(),
    )
    with pytest.raises(grpc.RpcError) as error:
        call("ImportOrders", [request])
    # Until the handler is written; then: what it must answer.
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
