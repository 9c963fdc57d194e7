from uuid import uuid4

from user_service.gen.pb.user import user_service_pb2 as pb


def test_a_user_is_added(call):
    made = call(
        "CreateUser", pb.CreateUserRequest(email="a@x.y", name="A"), idempotency_key=str(uuid4())
    )
    assert made.status == pb.ACTIVE
    assert call("GetUser", pb.GetUserRequest(id=made.id)) == made


def test_an_address_belongs_to_one_user(rest):
    body = {"email": "b@x.y", "name": "B"}
    first = rest.post("/v1/users", json=body, headers={"idempotency-key": str(uuid4())})
    second = rest.post("/v1/users", json=body, headers={"idempotency-key": str(uuid4())})
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["reason"] == "EMAIL_TAKEN"
