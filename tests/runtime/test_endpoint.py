"""The chain: in which order its stages run, what each sees, and what the caller is told."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator

import pytest
from runtime.auth import Principal
from runtime.call import Call
from runtime.context import Context
from runtime.endpoint import Codec, Stages, bind_stream, bind_unary
from runtime.errors import (
    Cancelled,
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    Overloaded,
    ServiceError,
    Unauthenticated,
    Unimplemented,
)
from runtime.model import Model
from runtime.operation import BidiStream, ClientStream, ServerStream, Unary

pytestmark = pytest.mark.anyio


class Ask(Model):
    text: str


class FakeCall(Call):
    """A call of no transport."""

    __slots__ = ("seconds",)

    def __init__(self, seconds=None):
        super().__init__()
        self.seconds = seconds

    def timeout(self):
        return self.seconds


class Recorder:
    """Every stage at once, noting when it ran."""

    def __init__(self, refuse=None):
        self.steps = []
        self.refuse = refuse
        self.ended = []
        self.released = []

    async def authenticate(self, call):
        self.steps.append("authenticate")
        if self.refuse == "authenticate":
            raise Unauthenticated
        return Principal("ada")

    async def read(self, call):
        self.steps.append("read")
        return b'{"text":"hi"}'

    def acquire(self, call, principal):
        self.steps.append(f"admit {principal.subject}")
        if self.refuse == "limit":
            raise Overloaded

    def release(self, seconds, error):
        self.released.append(error)

    def key(self, call):
        self.steps.append("key")
        return "k1"

    async def run(self, context, request, work):
        self.steps.append(f"once {context.idempotency_key} {request.text}")
        return await work()

    def begin(self, call):
        self.steps.append("begin")
        return "memory"

    def end(self, memory, call, seconds, error):
        assert memory == "memory"
        assert seconds >= 0
        self.ended.append(error)

    def decode(self, raw, call):
        self.steps.append("decode")
        return Ask.__pydantic_validator__.validate_json(raw, strict=True)

    def encode(self, value, call):
        self.steps.append("encode")
        return value.text

    def stages(self, **other):
        given = {"authenticate": self.authenticate, "limiter": self, "once": self, "observer": self}
        return Stages(Context, "deps", **(given | other))

    def codec(self, read=True):
        return Codec(self.decode, self.encode, self.read if read else None)


def unary(handler, recorder, deadline=5.0, **stages):
    operation = Unary("Say", request=Ask, response=Ask, deadline=deadline)
    if handler is not None:
        operation(handler)
    return bind_unary(operation, recorder.stages(**stages), recorder.codec())


async def echo(request, ctx):
    return request


async def test_the_stages_run_in_their_order():
    recorder = Recorder()
    assert await unary(echo, recorder)(FakeCall(), b"") == "hi"
    assert recorder.steps == ["begin", "authenticate", "read", "admit ada", "key", "decode", "once k1 hi", "encode"]
    assert recorder.ended == recorder.released == [None]


async def test_an_operation_without_stages_runs_without_them():
    recorder = Recorder()
    endpoint = unary(echo, recorder, authenticate=None, limiter=None, once=None, observer=None)
    assert await endpoint(FakeCall(), b"") == "hi"
    assert recorder.steps == ["read", "decode", "encode"]


async def test_the_body_of_an_unknown_caller_is_not_read():
    recorder = Recorder(refuse="authenticate")
    with pytest.raises(Unauthenticated):
        await unary(echo, recorder)(FakeCall(), b"")
    assert recorder.steps == ["begin", "authenticate"]
    assert recorder.released == []
    assert isinstance(recorder.ended[0], Unauthenticated)


async def test_a_call_that_is_not_admitted_is_not_released():
    recorder = Recorder(refuse="limit")
    with pytest.raises(Overloaded):
        await unary(echo, recorder)(FakeCall(), b"")
    assert recorder.released == []


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_a_call_whose_time_is_over_does_nothing(seconds):
    recorder = Recorder()
    with pytest.raises(DeadlineExceeded):
        await unary(echo, recorder)(FakeCall(seconds), b"")
    assert recorder.steps == ["begin"]


@pytest.mark.parametrize(("contract", "caller", "ceiling", "least", "most"), [
    (5.0, None, None, 4.0, 5.0), (5.0, 2.0, None, 1.0, 2.0), (2.0, 60.0, None, 1.0, 2.0), (60.0, None, 3.0, 2.0, 3.0),
    (None, 2.0, None, 1.0, 2.0),
])  # fmt: skip
async def test_the_shortest_of_contract_caller_and_ceiling_is_the_deadline(contract, caller, ceiling, least, most):
    left = []

    async def handler(request, ctx):
        left.append(ctx.remaining())
        return request

    await unary(handler, Recorder(), contract, ceiling=ceiling)(FakeCall(caller), b"")
    assert least < left[0] <= most


async def test_a_call_without_any_deadline_has_none():
    async def handler(request, ctx):
        assert ctx.remaining() is None
        return request

    assert await unary(handler, Recorder(), None)(FakeCall(), b"") == "hi"


@pytest.mark.parametrize("stage", ["authenticate", "read", "handler"])
async def test_every_stage_that_waits_is_under_the_deadline(stage):
    recorder = Recorder()

    async def stuck(*args):
        await asyncio.sleep(60)

    if stage != "handler":
        setattr(recorder, stage, stuck)
    with pytest.raises(DeadlineExceeded):
        await unary(stuck if stage == "handler" else echo, recorder)(FakeCall(0.02), b"")
    assert isinstance(recorder.ended[0], DeadlineExceeded)


async def test_what_does_not_fit_the_contract_is_told_and_not_handled():
    recorder = Recorder()

    async def read(call):
        return b'{"text":5,"more":1}'

    recorder.read = read

    async def handler(request, ctx):
        raise AssertionError("must not run")

    with pytest.raises(InvalidRequest) as error:
        await unary(handler, recorder)(FakeCall(), b"")
    assert {v.path for v in error.value.violations} == {("text",), ("more",)}


async def test_an_error_of_the_contract_is_told_as_it_is():
    class Gone(ServiceError):
        reason = "GONE"

    raised = Gone("it is gone")

    async def handler(request, ctx):
        raise raised

    recorder = Recorder()
    with pytest.raises(Gone) as error:
        await unary(handler, recorder)(FakeCall(), b"")
    assert error.value is raised
    assert recorder.ended == recorder.released == [raised]


async def test_a_fault_of_the_service_says_nothing_but_keeps_its_cause_for_the_log():
    async def handler(request, ctx):
        Ask.model_validate({"text": 5})

    recorder = Recorder()
    with pytest.raises(Internal) as error:
        await unary(handler, recorder)(FakeCall(), b"")
    assert str(error.value) == "INTERNAL: Internal error."
    assert type(recorder.ended[0].__cause__).__name__ == "ValidationError"


async def test_an_answer_that_cannot_be_encoded_is_a_fault_of_the_service():
    async def handler(request, ctx):
        return 7

    with pytest.raises(Internal):
        await unary(handler, Recorder())(FakeCall(), b"")


async def test_an_operation_without_handler_is_unimplemented():
    with pytest.raises(Unimplemented, match="Say is not implemented"):
        await unary(None, Recorder())(FakeCall(), b"")


async def test_a_cancelled_call_is_cancelled_and_counted():
    recorder, started = Recorder(), asyncio.Event()

    async def handler(request, ctx):
        started.set()
        await asyncio.sleep(60)

    task = asyncio.ensure_future(unary(handler, recorder)(FakeCall(), b""))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance(recorder.ended[0], Cancelled)
    assert isinstance(recorder.released[0], Cancelled)


async def cancelled_elsewhere():
    """Awaits a task that somebody else has cancelled."""
    task = asyncio.ensure_future(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel()
    await task


async def test_a_cancellation_that_nobody_asked_for_is_a_fault_of_the_handler():
    recorder = Recorder()

    async def handler(request, ctx):
        await cancelled_elsewhere()

    with pytest.raises(Internal) as caught:
        await unary(handler, recorder)(FakeCall(), b"")
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)
    assert isinstance(recorder.ended[0], Internal)


async def test_a_cancellation_that_nobody_asked_for_is_a_fault_of_the_stream():
    recorder = Recorder()

    async def handler(request, ctx):
        yield Ask(text="first")
        await cancelled_elsewhere()

    with pytest.raises(Internal):
        async for _ in stream(handler, recorder)(FakeCall(), b""):
            pass
    assert isinstance(recorder.ended[0], Internal)


async def test_a_server_that_cancels_because_time_is_over_is_counted_as_that():
    recorder = Recorder()

    async def handler(request, ctx):
        while ctx.remaining() > 0:
            await asyncio.sleep(0)
        raise asyncio.CancelledError

    with pytest.raises((asyncio.CancelledError, DeadlineExceeded)):
        await unary(handler, recorder)(FakeCall(0.02), b"")
    assert isinstance(recorder.ended[0], DeadlineExceeded)


async def test_a_caller_that_hangs_up_cancels_the_handler():
    recorder, cancelled = Recorder(), []

    async def handler(request, ctx):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(1)
            raise

    call = FakeCall()
    type(call).gone, before = staticmethod(lambda: asyncio.sleep(0.01)), Call.gone
    try:
        with pytest.raises(Cancelled):
            await unary(handler, recorder)(call, b"")
    finally:
        type(call).gone = before
    assert cancelled == [1]


async def test_a_failed_call_leaves_nothing_for_the_garbage_collector():
    class Gone(ServiceError):
        reason = "GONE"

    async def handler(request, ctx):
        raise Gone

    endpoint, call = unary(handler, Recorder(), observer=None, limiter=None), FakeCall()
    gc.collect()
    gc.disable()
    try:
        try:
            await endpoint(call, b"")
        except Gone as error:
            reference = weakref.ref(error)
        assert reference() is None
    finally:
        gc.enable()


# ------------------------------------------------------------------ streams


def stream(handler, recorder, kind=ServerStream, **stages):
    operation = kind("Say", request=Ask, response=Ask)
    operation(handler)
    streamed = kind is BidiStream
    return bind_stream(
        operation, recorder.stages(once=None, **stages), recorder.codec(not streamed), streamed_request=streamed
    )


async def thrice(request, ctx):
    for n in range(3):
        yield Ask(text=f"{request.text} {n}")


async def test_a_stream_gives_its_messages_and_ends():
    recorder = Recorder()
    assert [m async for m in stream(thrice, recorder)(FakeCall(), b"")] == ["hi 0", "hi 1", "hi 2"]
    assert recorder.ended == recorder.released == [None]


async def test_an_error_in_a_stream_comes_after_its_messages():
    async def handler(request, ctx):
        yield request
        raise RuntimeError("secret")

    recorder, got = Recorder(), []
    with pytest.raises(Internal):  # noqa: PT012
        async for message in stream(handler, recorder)(FakeCall(), b""):
            got.append(message)
    assert got == ["hi"]
    assert isinstance(recorder.ended[0], Internal)


async def test_a_stream_that_is_left_early_is_closed_and_counted():
    closed = []

    async def handler(request, ctx):
        try:
            while True:
                yield request
        finally:
            closed.append(1)

    recorder = Recorder()
    messages = stream(handler, recorder)(FakeCall(), b"")
    assert await anext(messages) == "hi"
    await messages.aclose()
    assert closed == [1]
    assert isinstance(recorder.ended[0], Cancelled)


async def test_a_stream_ends_at_the_callers_deadline():
    async def handler(request, ctx):
        while True:
            await asyncio.sleep(0.01)
            yield request

    with pytest.raises(DeadlineExceeded):
        async for _ in stream(handler, Recorder())(FakeCall(0.1), b""):
            pass


async def test_a_stream_stops_being_produced_while_nobody_takes_it():
    produced = []

    async def handler(request, ctx):
        for n in range(100):
            produced.append(n)
            yield request

    messages = stream(handler, Recorder())(FakeCall(), b"")
    await anext(messages)
    await asyncio.sleep(0.01)
    assert produced == [0]
    await messages.aclose()


async def raw(*texts) -> AsyncIterator[bytes]:
    for text in texts:
        yield text


async def test_the_messages_of_a_streamed_request_are_decoded_as_they_come():
    async def handler(requests, ctx):
        return Ask(text="+".join([r.text async for r in requests]))

    recorder = Recorder()
    operation = ClientStream("Say", request=Ask, response=Ask)
    operation(handler)
    endpoint = bind_unary(operation, recorder.stages(once=None), recorder.codec(False), streamed_request=True)
    assert await endpoint(FakeCall(), raw(b'{"text":"a"}', b'{"text":"b"}')) == "a+b"
    with pytest.raises(InvalidRequest):
        await endpoint(FakeCall(), raw(b'{"text":"a"}', b'{"text":5}'))


async def test_a_conversation_goes_back_and_forth():
    turns = []

    async def handler(requests, ctx):
        async for request in requests:
            turns.append(f"in {request.text}")
            yield request

    async def asked():
        for text in ("a", "b"):
            turns.append(f"out {text}")
            yield f'{{"text":"{text}"}}'.encode()

    endpoint = stream(handler, Recorder(), BidiStream)
    assert [m async for m in endpoint(FakeCall(), asked())] == ["a", "b"]
    assert turns == ["out a", "in a", "out b", "in b"]
