"""Prometheus metrics: rate, errors and duration of every operation, and what protects it.

Names are the OpenTelemetry semantic conventions (1.44) translated to Prometheus; what the
conventions do not know is called `msc_…`. All labels come from the contract, so their number is
bounded. Children are bound when the service starts: an observation costs half a microsecond.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import choose_encoder

from .errors import ServiceError

# The boundaries that the conventions advise for durations in seconds.
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)


class Metrics:
    """The metrics of one service; several in one process do not meet."""

    def __init__(self, service: str, version: str) -> None:
        """service, version: of the contract; they become the metric `target_info`."""
        self.registry = CollectorRegistry()
        Info("target", "The service.", registry=self.registry).info(
            {"service_name": service, "service_version": version}
        )
        self._http = Histogram(
            "http_server_request_duration_seconds",
            "Duration of HTTP requests.",
            (
                "http_request_method",
                "http_route",
                "http_response_status_code",
                "error_type",
                "operation",
            ),
            registry=self.registry,
            buckets=SECONDS,
        )
        self._rpc = Histogram(
            "rpc_server_call_duration_seconds",
            "Duration of RPCs.",
            (
                "rpc_system_name",
                "rpc_method",
                "rpc_response_status_code",
                "error_type",
                "operation",
            ),
            registry=self.registry,
            buckets=SECONDS,
        )
        self._active = self._gauge("msc_active_calls", "Calls under way.", "operation", "transport")
        self._errors = self._counter(
            "msc_errors", "Error answers.", "operation", "transport", "reason"
        )
        self._exhausted = self._counter(
            "msc_deadline_exhausted", "Calls whose time ran out.", "operation"
        )
        self._idempotency = self._counter(
            "msc_idempotency", "What became of calls with a key.", "operation", "outcome"
        )
        self._limit = self._gauge("msc_concurrency_limit", "Calls allowed at the same time.")
        self._rejected = self._counter(
            "msc_rejected", "Calls refused to protect the service.", "operation", "cause"
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry)

    def http(self, operation: str, method: str, route: str) -> CallMetrics:
        """The metrics of an operation on REST. route: the path template."""
        return CallMetrics(
            operation,
            "rest",
            lambda status, error: self._http.labels(method, route, status, error, operation),
            self,
        )

    def rpc(self, operation: str, method: str) -> CallMetrics:
        """The metrics of an operation on gRPC. method: `package.Service/Method`."""
        return CallMetrics(
            operation,
            "grpc",
            lambda status, error: self._rpc.labels("grpc", method, status, error, operation),
            self,
        )

    def watch_limit(self, limit: Callable[[], float]) -> None:
        """Shows the concurrency limit as it is at each scrape."""
        self._limit.set_function(limit)

    def process(self) -> None:
        """Adds the metrics of the Python process; once per process is enough."""
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """The text for `/metrics` and its content type, for that Accept header."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type


class _Children(dict[str, Counter]):
    """The children of a counter by their last label, made when first needed."""

    def __init__(self, family: Counter, *labels: str) -> None:
        super().__init__()
        self._family = family
        self._labels = labels

    def __missing__(self, label: str) -> Counter:
        child = self[label] = self._family.labels(*self._labels, label)
        return child


class CallMetrics:
    """The metrics of one operation on one transport."""

    __slots__ = (
        "_child",
        "_children",
        "_errors",
        "_exhausted",
        "_grpc",
        "_idempotency",
        "_rejected",
        "active",
    )

    def __init__(
        self,
        operation: str,
        transport: str,
        child: Callable[[str, str], Histogram],
        metrics: Metrics,
    ) -> None:
        """child: the histogram of a status and an error type. `Metrics` makes these."""
        self.active = 0
        self._grpc = transport == "grpc"
        self._child = child
        self._children: dict[tuple[int | str, str], Histogram] = {}
        self._errors = _Children(metrics._errors, operation, transport)
        self._exhausted = metrics._exhausted.labels(operation)
        self._idempotency = _Children(metrics._idempotency, operation)
        self._rejected = _Children(metrics._rejected, operation)
        metrics._active.labels(operation, transport).set_function(lambda: self.active)

    def answered(self, status: int | str, seconds: float) -> None:
        """A success with that HTTP status, or "OK" on gRPC."""
        self._histogram(status, "").observe(seconds)

    def failed(self, error: ServiceError, seconds: float) -> None:
        """An error answer. A fault of the service also sets `error_type`, as the conventions
        want."""
        # The reason of the class: that of an instance may come from another service and be
        # anything.
        reason = type(error).reason
        status = error.code.name if self._grpc else error.status
        self._histogram(status, reason if error.status >= 500 else "").observe(seconds)
        self._errors[reason].inc()

    def _histogram(self, status: int | str, error: str) -> Histogram:
        known = self._children.get((status, error))
        if known is None:
            known = self._children[status, error] = self._child(str(status), error)
        return known

    def exhausted(self) -> None:
        """A call's time ran out."""
        self._exhausted.inc()

    def idempotency(self, outcome: str) -> None:
        """outcome: begun, replayed, in_use, reused, released, lost or unavailable."""
        self._idempotency[outcome].inc()

    def rejected(self, cause: str) -> None:
        """cause: concurrency, rate or drain."""
        self._rejected[cause].inc()
