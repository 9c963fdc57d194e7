"""Operations over gRPC: the same behaviour, whichever server carries them, seen by grpc's own client."""

from __future__ import annotations

import base64
import json
import threading

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from rest_client import eventually
from runtime.errors import InvalidRequest
from runtime.testing import serving
from sample_service import SERVICE, Gone, SoldOut, make

SERVERS = ["aio", "native"]


@pytest.fixture(scope="module", params=SERVERS)
def service(request):
    if request.param == "native":
        pytest.importorskip("pygrpc_native", reason="pygrpc-native has no wheel for this platform")
    with serving(make, grpc_server=request.param, max_message_bytes=4 << 20, deadline_max_seconds=0.9) as running:
        assert running.service._grpc.native == (request.param == "native")
        yield running


@pytest.fixture
def deps(service):
    deps = service.service.deps
    deps.calls = deps.cancelled = deps.produced = 0
    deps.entered.clear()
    return deps


@pytest.fixture
def channel(service):
    return service.channel


def data(**fields):
    return json.dumps(fields).encode()


def do(channel, timeout=10.0, metadata=(), compression=None, **fields):
    call = channel.unary_unary(f"/{SERVICE}/Do")
    return json.loads(call(data(**fields), timeout=timeout, metadata=metadata, compression=compression))


def watch(channel, timeout=10.0, **fields):
    return channel.unary_stream(f"/{SERVICE}/Watch")(data(**fields), timeout=timeout)


def status_of(error):
    """The google.rpc.Status of an error, and its details by type."""
    trailer = dict(error.trailing_metadata())["grpc-status-details-bin"]
    status = status_pb2.Status.FromString(trailer)
    assert status.code == error.code().value[0]
    found = {}
    for packed in status.details:
        detail = getattr(error_details_pb2, packed.TypeName().rpartition(".")[2])()
        packed.Unpack(detail)
        found[type(detail).__name__] = detail
    return status, found


def refused(call, code):
    with pytest.raises(grpc.RpcError) as caught:
        call()
    assert caught.value.code() is code, caught.value
    return caught.value


# ------------------------------------------------------------------ calls of each kind


def test_one_message_in_and_one_out(channel):
    assert do(channel, count=7, size=3) == {"text": "xxx", "number": 7}


def test_a_compressed_message_is_read(channel):
    assert do(channel, count=7, compression=grpc.Compression.Gzip)["number"] == 7


def test_an_empty_answer_is_an_empty_message(channel):
    assert channel.unary_unary(f"/{SERVICE}/DeleteNote")(data(note_id="x"), timeout=10) == b"{}"


def test_a_thousand_messages_come_in_order(channel):
    assert [json.loads(m)["number"] for m in watch(channel, count=1000)] == list(range(1000))


def test_many_messages_in_and_one_out(channel):
    upload = channel.stream_unary(f"/{SERVICE}/Upload")
    assert json.loads(upload((data(number=n) for n in range(100)), timeout=10))["number"] == 4950


def test_a_conversation_goes_back_and_forth(channel):
    answered = threading.Event()

    def asked():
        yield data(text="a", number=1)
        assert answered.wait(10)
        yield data(text="b", number=2)

    found = []
    for message in channel.stream_stream(f"/{SERVICE}/Chat")(asked(), timeout=10):
        found.append(json.loads(message)["text"])
        answered.set()
    assert found == ["A", "B"]


def test_calls_at_the_same_time_do_not_meet(channel):
    call = channel.unary_unary(f"/{SERVICE}/Do")
    futures = [call.future(data(count=n), timeout=10) for n in range(200)]
    assert [json.loads(f.result())["number"] for f in futures] == list(range(200))


@pytest.mark.parametrize("size", [0, 100_000, 3 << 20])
def test_a_message_up_to_the_limit_goes_both_ways(channel, size):
    assert len(do(channel, mode="x" * size, size=size)["text"]) == size


def test_a_message_over_the_limit_is_refused_and_the_connection_survives(channel, deps):
    refused(lambda: do(channel, mode="x" * (5 << 20)), grpc.StatusCode.RESOURCE_EXHAUSTED)
    assert deps.calls == 0
    assert do(channel, count=1)["number"] == 1


# ------------------------------------------------------------------ errors


def test_an_error_of_the_contract_has_its_identity_and_its_details(service, channel):
    error = refused(lambda: do(channel, mode="sold out"), grpc.StatusCode.FAILED_PRECONDITION)
    status, details = status_of(error)
    assert error.details() == status.message == "none left"
    info = details["ErrorInfo"]
    assert (info.reason, info.domain, dict(info.metadata)) == ("SOLD_OUT", "sample-service", {"left": "3"})
    assert details["RetryInfo"].retry_delay.ToMilliseconds() == 1500
    assert len(details["RequestInfo"].request_id) == 32
    with pytest.raises(SoldOut) as typed:
        service.rpc("Do", data(mode="sold out"))
    assert (typed.value.details.left, typed.value.retry_after) == (3, 1.5)


@pytest.mark.parametrize("mode", ["boom", "bad model", "wrong type", "cancelled elsewhere", "forge"])
def test_a_fault_of_the_service_shows_nothing_of_itself(channel, mode):
    error = refused(lambda: do(channel, mode=mode), grpc.StatusCode.INTERNAL)
    assert error.details() == "Internal error."
    assert "4711" not in str(error)
    assert status_of(error)[1]["ErrorInfo"].reason == "INTERNAL"


@pytest.mark.parametrize(
    "message",
    [b"\xff\xff\xff", b"{", b"", b'{"mode":5}', b'{"mode":"\xff"}', b'{"nope":1}', b"[" * 5000, b'{"count":NaN}'],
)
def test_bytes_that_are_no_request_are_refused_with_what_is_wrong(channel, deps, message):
    call = channel.unary_unary(f"/{SERVICE}/Do")
    error = refused(lambda: call(message, timeout=10), grpc.StatusCode.INVALID_ARGUMENT)
    assert status_of(error)[1]["BadRequest"].field_violations
    assert deps.calls == 0
    assert do(channel, count=1)["number"] == 1


def test_bytes_that_are_no_request_are_refused_on_streams_too(channel):
    for kind, name, message in (
        ("unary_stream", "Watch", b"\xff"),
        ("stream_unary", "Upload", iter([data(number=1), b"\xff"])),
        ("stream_stream", "Chat", iter([b"\xff"])),
    ):
        call = getattr(channel, kind)(f"/{SERVICE}/{name}")

        def run(call=call, message=message, answers=kind.endswith("stream")):
            answer = call(message, timeout=10)
            return list(answer) if answers else answer

        refused(run, grpc.StatusCode.INVALID_ARGUMENT)


def test_a_stream_that_fails_has_sent_its_messages_first(channel):
    call, got = watch(channel, count=2, mode="fail last"), []

    def run():
        got.extend(call)

    error = refused(run, grpc.StatusCode.NOT_FOUND)
    assert len(got) == 2
    assert status_of(error)[1]["ErrorInfo"].reason == "NOTE_GONE"
    error = refused(lambda: list(watch(channel, count=1, mode="boom")), grpc.StatusCode.INTERNAL)
    assert error.details() == "Internal error."


def test_a_handler_that_fails_in_a_conversation_says_so(channel):
    call = channel.stream_stream(f"/{SERVICE}/Chat")
    error = refused(lambda: list(call(iter([data(text="boom")]), timeout=10)), grpc.StatusCode.INTERNAL)
    assert error.details() == "Internal error."


def test_an_operation_without_handler_is_unimplemented(service, channel):
    error = refused(
        lambda: channel.unary_unary(f"/{SERVICE}/Missing")(b"{}", timeout=10), grpc.StatusCode.UNIMPLEMENTED
    )
    assert error.details() == "Missing is not implemented."


@pytest.mark.parametrize("path", [f"/{SERVICE}/Nope", "/nope.v1.Nope/Do"])
def test_an_unknown_method_is_unimplemented(channel, path):
    refused(lambda: channel.unary_unary(path)(b"", timeout=10), grpc.StatusCode.UNIMPLEMENTED)


def test_errors_are_rebuilt_as_they_were_raised(service):
    with pytest.raises(Gone, match="it is gone"):
        service.rpc("Do", data(mode="gone"))
    with pytest.raises(InvalidRequest) as error:
        service.rpc("Do", data(mode=5))
    assert error.value.violations[0].path == ("mode",)
    with pytest.raises(Gone):
        list(service.rpc_stream("Watch", data(mode="fail first")))


# ------------------------------------------------------------------ metadata


def test_metadata_reaches_the_handler_and_comes_back_binary_too(channel, deps):
    call = channel.unary_unary(f"/{SERVICE}/Do")
    metadata = (("x-custom", "v"), ("x-raw-bin", b"\x01\xfe"), ("x-many", "a"), ("x-many", "b"))
    _, answer = call.with_call(data(mode="metadata"), timeout=10, metadata=metadata)
    assert (deps.metadata["x-custom"], deps.binary, deps.metadata["x-many"]) == ("v", b"\x01\xfe", "a, b")
    assert base64.b64decode(deps.metadata["x-raw-bin"] + "=") == b"\x01\xfe"
    assert "127.0.0.1" in deps.peer
    trailing = dict(answer.trailing_metadata())
    assert (trailing["x-answer"], trailing["x-raw-bin"]) == ("yes", b"\x00\xff\x01")


def test_the_trace_of_the_caller_goes_on(channel):
    trace = "0af7651916cd43dd8448eb211c80319c"
    metadata = (("traceparent", f"00-{trace}-b7ad6b7169203331-01"),)
    error = refused(lambda: do(channel, mode="gone", metadata=metadata), grpc.StatusCode.NOT_FOUND)
    assert status_of(error)[1]["RequestInfo"].request_id == trace


def test_one_key_one_effect_over_both_transports(service, channel, deps):
    note = {"note_id": "g1", "text": "hi"}
    call = channel.unary_unary(f"/{SERVICE}/CreateNote")
    metadata = (("idempotency-key", f"g1 {id(service)}"),)
    first = call(data(**note), timeout=10, metadata=metadata)
    again, answer = call.with_call(data(**note), timeout=10, metadata=metadata)
    rest = service.http.post("/v1/notes", json=note, headers=dict(metadata))
    assert json.loads(first) == json.loads(again) == rest.json()
    assert dict(answer.trailing_metadata())["x-raw-bin"] == b"\x00\xff"
    assert dict(answer.trailing_metadata())["idempotency-replayed"] == rest.headers["idempotency-replayed"] == "true"
    assert deps.calls == 1
    error = refused(
        lambda: call(data(note_id="g2"), timeout=10, metadata=metadata), grpc.StatusCode.FAILED_PRECONDITION
    )
    assert status_of(error)[1]["ErrorInfo"].reason == "IDEMPOTENCY_KEY_REUSED"
    error = refused(lambda: call(data(**note), timeout=10), grpc.StatusCode.INVALID_ARGUMENT)
    assert status_of(error)[1]["ErrorInfo"].reason == "IDEMPOTENCY_KEY_MISSING"


def test_a_private_operation_wants_to_know_who_calls(channel):
    call = channel.unary_unary(f"/{SERVICE}/Secret")
    refused(lambda: call(b"{}", timeout=10), grpc.StatusCode.UNAUTHENTICATED)
    refused(lambda: call(b"{}", timeout=10, metadata=(("x-api-key", "key-b"),)), grpc.StatusCode.PERMISSION_DENIED)
    assert json.loads(call(b"{}", timeout=10, metadata=(("x-api-key", "key-a"),)))["text"] == "a"


# ------------------------------------------------------------------ time


def test_the_callers_deadline_cancels_the_handler(channel, deps):
    refused(lambda: do(channel, timeout=0.2, mode="sleep", wait=30), grpc.StatusCode.DEADLINE_EXCEEDED)
    assert eventually(lambda: deps.cancelled == 1)


def test_a_stream_may_last_longer_than_a_unary_call_ever_may(service, channel):
    assert service.service.settings.deadline_max_seconds == 0.9
    assert len(list(watch(channel, count=12, wait=0.1))) == 12
    refused(lambda: do(channel, timeout=60, mode="sleep", wait=0.95), grpc.StatusCode.DEADLINE_EXCEEDED)


def test_the_contract_ends_a_call_whose_caller_has_more_time(channel, deps):
    error = refused(lambda: do(channel, timeout=60, mode="sleep", wait=30), grpc.StatusCode.DEADLINE_EXCEEDED)
    assert status_of(error)[1]["ErrorInfo"].reason == "DEADLINE_EXCEEDED"
    assert deps.cancelled == 1


def test_the_handler_knows_how_much_time_is_left(channel, deps):
    deps.remaining.clear()
    do(channel, timeout=0.5)
    do(channel, timeout=None)
    assert 0 < deps.remaining[0] < 0.6  # grpc rounds up
    assert 0.6 < deps.remaining[1] <= 0.9


def test_a_caller_that_cancels_cancels_the_handler(channel, deps):
    future = channel.unary_unary(f"/{SERVICE}/Do").future(data(mode="sleep", wait=30), timeout=30)
    assert eventually(deps.entered.is_set)
    future.cancel()
    assert eventually(lambda: deps.cancelled == 1)


def test_a_caller_that_leaves_a_stream_ends_it(channel, deps):
    call = watch(channel, count=1_000_000, wait=0.01)
    next(call)
    call.cancel()
    assert eventually(lambda: deps.cancelled == 1)


def test_a_slow_reader_holds_its_stream_back(channel, deps):
    """The handler would make 400 MB; what it makes while nobody reads fits into the windows between."""
    call = watch(channel, count=400, size=1_000_000, timeout=60)
    next(call)
    assert do(channel, count=1)["number"] == 1
    assert deps.produced < 100
    call.cancel()


# ------------------------------------------------------------------ what every gRPC server has


def test_health_answers_for_the_server_and_the_service(channel):
    stub = health_pb2_grpc.HealthStub(channel)
    for name in ("", SERVICE):
        assert (
            stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=10).status
            == health_pb2.HealthCheckResponse.SERVING
        )
    refused(lambda: stub.Check(health_pb2.HealthCheckRequest(service="nope"), timeout=10), grpc.StatusCode.NOT_FOUND)


def test_reflection_lists_the_service(channel):
    assert SERVICE in ProtoReflectionDescriptorDatabase(channel).get_services()


def test_what_went_wrong_is_counted(service, channel):
    refused(lambda: do(channel, mode="gone"), grpc.StatusCode.NOT_FOUND)
    text = service.http.get("/metrics").text
    line = f'rpc_method="{SERVICE}/Do",rpc_response_status_code="NOT_FOUND",rpc_system_name="grpc"'
    assert line in text


def test_reflection_can_be_switched_off():
    with serving(make, reflection=False) as service, pytest.raises(grpc.RpcError) as error:
        ProtoReflectionDescriptorDatabase(service.channel).get_services()
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
