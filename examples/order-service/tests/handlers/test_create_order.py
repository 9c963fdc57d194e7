from uuid import uuid4

from order_service.gen.pb.order_service.v1 import order_service_pb2 as pb

ITEM = {"product_id": "widget", "qty": 2, "price": "9.99"}


def create(rest, **change):
    body = {"user_id": "USR-42", "items": [ITEM], "total": "19.98"} | change
    return rest.post("/v1/orders", json=body, headers={"idempotency-key": str(uuid4())})


def test_an_order_is_taken(rest):
    answer = create(rest)
    assert answer.status_code == 201
    assert answer.json()["status"] == "created"


def test_a_wrong_total_is_refused_with_the_right_one(rest):
    answer = create(rest, total="20")
    assert answer.status_code == 409
    assert answer.json()["details"] == {"expected": "19.98"}


def test_the_same_over_grpc(call):
    request = pb.CreateOrderRequest(
        user_id="USR-42", items=[pb.Item(product_id="widget", qty=2, price="9.99")], total="19.98"
    )
    assert call("CreateOrder", request, idempotency_key=str(uuid4())).order_id
