from uuid import uuid4

from user_service.gen.pb.user import user_service_pb2 as pb


def test_events_start_with_the_creation(call):
    made = call(
        "CreateUser", pb.CreateUserRequest(email="s@x.y", name="S"), idempotency_key=str(uuid4())
    )
    events = call("StreamUserEvents", pb.StreamUserEventsRequest(user_id=made.id))
    first = next(events)
    assert (first.user_id, first.type) == (made.id, pb.CREATED)
    events.cancel()
