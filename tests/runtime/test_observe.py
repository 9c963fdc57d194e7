"""What is seen of a call: one line, one observation, and no more of a failure than belongs there."""

from __future__ import annotations

import json

import pytest
import structlog
from runtime import logs
from runtime import observe as observe_module
from runtime.call import Call
from runtime.errors import Cancelled, Code, DeadlineExceeded, Internal, Overloaded, ServiceError, Unimplemented
from runtime.metrics import Metrics
from runtime.observe import CallObserver
from runtime.tracing import Tracer


class Gone(ServiceError):
    code = Code.NOT_FOUND
    reason = "GONE"


class Stream:
    """Where log lines go in a test."""

    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += data

    def flush(self):
        pass

    def isatty(self):
        return False

    def lines(self):
        return [json.loads(line) for line in self.data.splitlines()]


@pytest.fixture
def out(monkeypatch):
    stream = Stream()
    logs.configure("info", "json", stream=stream)
    # structlog binds a logger to its output at the first line.
    monkeypatch.setattr(observe_module, "_log", structlog.get_logger("call"))
    return stream


class RestCall(Call):
    transport = "rest"


def observe(errors, *, lines=True, unlisted=frozenset(), call=RestCall):
    """The metrics after one call for each of `errors` (None: a success)."""
    metrics = Metrics("s", "1")
    made = metrics.http("Say", "POST", "/v1/say") if call is RestCall else metrics.rpc("Say", "s.S/Say")
    observer = CallObserver("Say", call.transport or "grpc", made, Tracer("Say", {}), lines=lines, unlisted=unlisted)
    for error in errors:
        one = call()
        memory = observer.begin(one)
        assert len(one.trace_id) == 32
        observer.end(memory, one, 0.002, error)
    assert made.active == 0
    return metrics.exposition()[0].decode()


def test_a_success_is_one_line_with_its_operation_and_its_trace(out):
    observe([None])
    (line,) = out.lines()
    assert (line["level"], line["event"], line["operation"], line["transport"]) == ("info", "call", "Say", "rest")
    assert (line["status"], line["ms"], len(line["trace_id"])) == ("OK", 2.0, 32)


def test_without_lines_only_faults_of_the_service_are_written(out):
    observe([None, Gone(), Cancelled(), DeadlineExceeded(), Internal()], lines=False)
    assert [line["reason"] for line in out.lines()] == ["DEADLINE_EXCEEDED", "INTERNAL"]


@pytest.mark.parametrize(
    ("error", "level"),
    [
        (Gone(), "info"),
        (Unimplemented(), "info"),
        (Overloaded(), "warning"),
        (DeadlineExceeded(), "warning"),
        (Internal(), "error"),
    ],
)
def test_how_loud_a_failure_is_depends_on_whose_it_is(out, error, level):
    observe([error])
    (line,) = out.lines()
    assert (line["level"], line["reason"]) == (level, error.reason)


def test_the_cause_of_a_fault_stands_in_the_log_with_its_traceback(out):
    error = Internal()
    try:
        raise RuntimeError("secret: 4711")
    except RuntimeError as cause:
        error.__cause__ = cause
    observe([error])
    (line,) = out.lines()
    assert line["error"]["message"] == "secret: 4711"
    assert "test_observe.py" in line["error"]["stack"]


def test_an_error_that_the_contract_does_not_list_is_said_once(out):
    observe([Gone(), Gone()], unlisted=frozenset({Gone}), lines=False)
    (line,) = out.lines()
    assert (line["level"], line["reason"], line["operation"]) == ("warning", "GONE", "Say")
    observe([Gone()], lines=False)
    assert len(out.lines()) == 1


def test_every_call_is_counted_by_its_status():
    text = observe([None, Gone(), Overloaded(), DeadlineExceeded()])
    for line in (
        'http_response_status_code="404"',
        'msc_errors_total{operation="Say",reason="GONE",transport="rest"} 1.0',
        'msc_rejected_total{cause="concurrency",operation="Say"} 1.0',
        'msc_deadline_exhausted_total{operation="Say"} 1.0',
        'msc_active_calls{operation="Say",transport="rest"} 0.0',
    ):
        assert line in text
