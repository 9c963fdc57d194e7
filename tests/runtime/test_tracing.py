"""Trace context in and out, with and without somebody who collects spans."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime import tracing
from runtime.tracing import Tracer

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture
def tracer() -> Tracer:
    return Tracer("POST /v1/orders", {"http.route": "/v1/orders"})


def begin(tracer: Tracer, **headers: str) -> tracing.Trace:
    return tracer.begin(headers.get)


def test_without_an_sdk_the_callers_context_is_passed_on_as_it_came(tracer):
    trace = begin(tracer, traceparent=f"00-{TRACE}-{PARENT}-01", tracestate="a=1,b=2")
    assert (trace.trace_id, trace.span_id, trace.span) == (TRACE, PARENT, None)
    assert trace.headers() == [("traceparent", f"00-{TRACE}-{PARENT}-01"), ("tracestate", "a=1,b=2")]
    tracing.end(trace, "http.response.status_code", 200, None)


def test_a_call_without_context_gets_a_number_of_its_own_that_is_not_recorded(tracer):
    one, other = begin(tracer), begin(tracer)
    assert one.trace_id != other.trace_id
    ((name, value),) = one.headers()
    assert (name, value) == ("traceparent", f"00-{one.trace_id}-{one.span_id}-00")
    assert tracing._PARENT.fullmatch(value)


def test_code_that_runs_for_a_call_finds_its_trace(tracer):
    trace = begin(tracer)
    assert tracing.current() is trace


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "garbage",
        f"00-{TRACE}-{PARENT}",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-0",
        f"00-{TRACE}-{PARENT}-01\n",
        f" 00-{TRACE}-{PARENT}-01",
        "00-" + "é" * 32 + f"-{PARENT}-01",
    ],
)
def test_a_context_that_w3c_calls_invalid_is_not_used(tracer, parent):
    trace = begin(tracer, traceparent=parent, tracestate="a=1")
    assert trace.trace_id != TRACE
    assert len(trace.headers()) == 1


def test_a_later_version_with_more_fields_is_understood(tracer):
    assert begin(tracer, traceparent=f"01-{TRACE}-{PARENT}-01-more").trace_id == TRACE


def test_a_state_longer_than_w3c_allows_is_dropped(tracer):
    assert begin(tracer, traceparent=f"00-{TRACE}-{PARENT}-01", tracestate="a=" + "1" * 600).state == ""


@given(st.text(max_size=80))
def test_no_header_whatever_makes_a_call_fail(text):
    trace = Tracer("x", {}).begin({"traceparent": text, "tracestate": text}.get)
    assert len(trace.trace_id) == 32


def run(code: str, **environment: str) -> str:
    """The output of a process of its own: a provider can be set once per process."""
    head = f"import sys; sys.path.insert(0, {str(TEMPLATES)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment | {"PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


SPANS = """
    import json
    from opentelemetry import trace, propagate
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    from runtime import tracing
    from runtime.errors import Internal, KeyReused
    tracer = tracing.Tracer("POST /v1/orders", {"http.route": "/v1/orders", "http.request.method": "POST"})
"""


def test_with_an_sdk_the_span_is_the_callers_child_and_the_parent_of_what_follows():
    out = run(
        SPANS
        + f"""
    call = tracer.begin({{"traceparent": "00-{TRACE}-{PARENT}-01", "tracestate": "a=1"}}.get)
    carrier = {{}}
    propagate.inject(carrier)
    assert dict(call.headers()) == carrier, (call.headers(), carrier)
    with trace.get_tracer("user").start_as_current_span("inner"): pass
    tracing.end(call, "http.response.status_code", 201, None)
    inner, span = exporter.get_finished_spans()
    print(json.dumps([f"{{span.context.trace_id:032x}}", f"{{span.parent.span_id:016x}}", span.name, span.kind.name,
        dict(span.attributes), span.status.status_code.name, inner.parent.span_id == span.context.span_id,
        call.span_id == f"{{span.context.span_id:016x}}"]))
    """
    )
    assert json.loads(out) == [
        TRACE,
        PARENT,
        "POST /v1/orders",
        "SERVER",
        {"http.route": "/v1/orders", "http.request.method": "POST", "http.response.status_code": 201},
        "UNSET",
        True,
        True,
    ]


def test_only_a_fault_of_the_service_marks_its_span_as_failed():
    out = run(
        SPANS
        + """
    for error in (Internal(), KeyReused()):
        call = tracer.begin({}.get)
        tracing.end(call, "http.response.status_code", error.status, error)
    print(json.dumps([[s.status.status_code.name, s.attributes.get("error.type"), s.attributes["msc.error.reason"]]
        for s in exporter.get_finished_spans()]))
    """
    )
    assert json.loads(out) == [["ERROR", "INTERNAL", "INTERNAL"], ["UNSET", None, "IDEMPOTENCY_KEY_REUSED"]]


def test_a_caller_that_is_not_sampled_makes_no_spans():
    out = run(
        SPANS
        + f"""
    call = tracer.begin({{"traceparent": "00-{TRACE}-{PARENT}-00"}}.get)
    tracing.end(call, "http.response.status_code", 200, None)
    print(call.trace_id, len(exporter.get_finished_spans()), call.headers()[0][1][-3:])
    """
    )
    assert out.split() == [TRACE, "0", "-00"]


CONFIGURE = """
    from runtime import tracing
    stop = tracing.configure("order-service", "1.4.0")
    print("collects", tracing._collected())
"""


@pytest.mark.parametrize("environment", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"}])
def test_nothing_is_exported_unless_the_environment_asks_for_it(environment):
    assert run(CONFIGURE, **environment).split() == ["collects", "False"]


def test_an_exporter_that_is_not_installed_is_a_warning_and_not_a_failure():
    out = run(CONFIGURE, OTEL_EXPORTER_OTLP_ENDPOINT="http://x", OTEL_EXPORTER_OTLP_PROTOCOL="carrier-pigeon")
    assert "spans are not exported" in out
    assert "collects False" in out


def test_spans_reach_a_collector_by_otlp():
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="opentelemetry-exporter-otlp is not installed")
    received: list[tuple[str, bytes]] = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        out = run(
            CONFIGURE
            + """
    call = tracing.Tracer("POST /v1/orders", {"http.route": "/v1/orders"}).begin({}.get)
    tracing.end(call, "http.response.status_code", 200, None)
    stop()
    """,
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{server.server_port}",
        )
        server.shutdown()
    assert "collects True" in out
    assert received
    assert received[0][0] == "/v1/traces"
    assert b"order-service" in received[0][1]
    assert b"POST /v1/orders" in received[0][1]
