"""Traces: W3C context in and out, OpenTelemetry spans when somebody collects them.

Without a configured SDK a call costs one parse of `traceparent`: the trace id goes into logs,
problems and outgoing calls, and no span is made. With `OTEL_EXPORTER_OTLP_ENDPOINT` and the SDK
installed, spans are exported by OTLP. Attribute names: OpenTelemetry semantic conventions 1.44.
"""

from __future__ import annotations

import importlib
import os
import random
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Final

import structlog
from opentelemetry import context as otel_context
from opentelemetry import trace as otel
from opentelemetry.trace.span import TraceState

from .errors import ServiceError

Header = Callable[[str], str | None]

_PARENT: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.S
)
MAX_STATE: Final = 512
_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_EXPORTERS: Final = {
    "grpc": "opentelemetry.exporter.otlp.proto.grpc.trace_exporter",
    "http/protobuf": "opentelemetry.exporter.otlp.proto.http.trace_exporter",
}

_log = structlog.get_logger(__name__)


class Trace:
    """One call's place in its trace. trace_id: 32, span_id: 16 hexadecimal digits.

    span_id is that of this call's span; without an SDK it is the caller's, which is passed on as
    W3C wants of those who do not take part.
    """

    __slots__ = ("flags", "span", "span_id", "state", "trace_id")

    def __init__(
        self, trace_id: str, span_id: str, flags: str, state: str, span: otel.Span | None
    ) -> None:
        """span: None without an SDK."""
        self.trace_id = trace_id
        self.span_id = span_id
        self.flags = flags
        self.state = state
        self.span = span

    def headers(self) -> list[tuple[str, str]]:
        """What an outgoing call carries, by HTTP or gRPC."""
        parent = ("traceparent", f"00-{self.trace_id}-{self.span_id}-{self.flags}")
        return [parent, ("tracestate", self.state)] if self.state else [parent]


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """The trace of the call that this code runs for."""
    return _current.get()


class Tracer:
    """Begins and ends the span of each call of one operation on one transport."""

    __slots__ = ("_attributes", "_name", "_otel")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        """name: of the spans, `POST /v1/orders` or `package.Service/Method`. attributes: of
        each."""
        self._name = name
        self._attributes = dict(attributes)
        self._otel = otel.get_tracer("mscgen.runtime") if _collected() else None

    def begin(self, header: Header) -> Trace:
        """The call comes in. header: a header or metadata value by lower-case name."""
        parent = header("traceparent")
        match = _PARENT.fullmatch(parent) if parent else None
        if self._otel is not None:
            trace = self._begin_span(self._otel, match, header)
        elif match is not None:
            trace_id, span_id, flags, _ = match.groups()
            trace = Trace(trace_id, span_id, flags, _state(header), None)
        else:
            # Not recorded (flags 00), but one number for the logs of all who serve this call.
            number = random.getrandbits(192) | (1 << 64) | 1
            digits = f"{number:048x}"
            trace = Trace(digits[:32], digits[32:], "00", "", None)
        _current.set(trace)
        return trace

    def _begin_span(
        self, tracer: otel.Tracer, match: re.Match[str] | None, header: Header
    ) -> Trace:
        state = ""
        parent = otel_context.Context()
        if match is not None:
            state = _state(header)
            remote = otel.SpanContext(
                int(match[1], 16),
                int(match[2], 16),
                is_remote=True,
                trace_flags=otel.TraceFlags(int(match[3], 16)),
                trace_state=TraceState.from_header([state]) if state else None,
            )
            parent = otel.set_span_in_context(otel.NonRecordingSpan(remote), parent)
        span = tracer.start_span(
            self._name, parent, kind=otel.SpanKind.SERVER, attributes=self._attributes
        )
        # The server runs each call in a task of its own, so there is nothing to detach afterwards.
        otel_context.attach(otel.set_span_in_context(span, parent))
        place = span.get_span_context()
        return Trace(
            otel.format_trace_id(place.trace_id),
            otel.format_span_id(place.span_id),
            f"{place.trace_flags:02x}",
            place.trace_state.to_header() if place.trace_state else state,
            span,
        )


def end(trace: Trace, status_attribute: str, status: int | str, error: ServiceError | None) -> None:
    """The call is over.

    status_attribute: `http.response.status_code` or `rpc.response.status_code`. Only a fault of the
    service marks the span as failed, as the conventions want; it names the reason, never a text.
    """
    span = trace.span
    if span is None:
        return
    if span.is_recording():
        span.set_attribute(status_attribute, status)
        if error is not None:
            reason = type(error).reason
            span.set_attribute("msc.error.reason", reason)
            if error.status >= 500:
                span.set_attribute("error.type", reason)
                span.set_status(otel.Status(otel.StatusCode.ERROR))
    span.end()


def _state(header: Header) -> str:
    state = header("tracestate") or ""
    return state if len(state) <= MAX_STATE else ""


def _collected() -> bool:
    """Whether somebody has configured a provider of real spans."""
    provider = otel.get_tracer_provider()
    return not isinstance(provider, otel.ProxyTracerProvider | otel.NoOpTracerProvider)


def configure(
    service: str, version: str, environment: Mapping[str, str] = MappingProxyType(os.environ)
) -> Callable[[], None]:
    """Starts the export of spans if the environment names a collector and the SDK is installed.

    Returns what sends the last spans, for the end of the process. A provider that somebody else has
    configured stays.
    """
    if _collected() or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return _nothing
    if not any(environment.get(name) for name in _ENDPOINTS):
        return _nothing
    protocol = environment.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    try:
        sdk: Any = importlib.import_module("opentelemetry.sdk.trace")
        export: Any = importlib.import_module("opentelemetry.sdk.trace.export")
        resources: Any = importlib.import_module("opentelemetry.sdk.resources")
        exporter: Any = importlib.import_module(_EXPORTERS[protocol])
    except (ImportError, KeyError) as error:
        _log.warning(
            "spans are not exported: install opentelemetry-exporter-otlp", cause=repr(error)
        )
        return _nothing
    named = environment.get("OTEL_SERVICE_NAME") or service
    resource = resources.Resource.create({"service.name": named, "service.version": version})
    provider = sdk.TracerProvider(resource=resource)
    provider.add_span_processor(export.BatchSpanProcessor(exporter.OTLPSpanExporter()))
    otel.set_tracer_provider(provider)
    shutdown: Callable[[], None] = provider.shutdown
    return shutdown


def _nothing() -> None:
    """Nothing is exported, so nothing is left to send."""
