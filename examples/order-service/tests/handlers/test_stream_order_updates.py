from uuid import uuid4

import grpc
import pytest

from order_service.gen.pb.order_service.v1 import order_service_pb2 as pb


def test_updates_start_with_the_past(rest, call):
    item = {"product_id": "widget", "qty": 1, "price": "1"}
    body = {"user_id": "USR-42", "items": [item], "total": "1"}
    made = rest.post("/v1/orders", json=body, headers={"idempotency-key": str(uuid4())}).json()
    updates = call("StreamOrderUpdates", pb.StreamOrderUpdatesRequest(order_id=made["order_id"]))
    assert next(updates).order_event.order_id == made["order_id"]
    updates.cancel()


def test_an_unknown_order_has_no_updates(call):
    with pytest.raises(grpc.RpcError) as failed:
        next(call("StreamOrderUpdates", pb.StreamOrderUpdatesRequest(order_id="nope")))
    assert failed.value.code() is grpc.StatusCode.NOT_FOUND
