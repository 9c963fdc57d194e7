"""What is seen of a call from outside: a metric, a span, a log line."""

from __future__ import annotations

from typing import Any

import structlog

from . import logs, tracing
from .call import Call
from .errors import DeadlineExceeded, Internal, Overloaded, RateLimited, ServiceError, Unimplemented
from .metrics import CallMetrics
from .tracing import Trace, Tracer

_log = structlog.get_logger("call")

_REFUSALS = {Overloaded: "concurrency", RateLimited: "rate"}


class CallObserver:
    """Observes the calls of one operation on one transport."""

    __slots__ = (
        "_fields",
        "_lines",
        "_members",
        "_metrics",
        "_status_attribute",
        "_tracer",
        "_unlisted",
    )

    def __init__(
        self,
        operation: str,
        transport: str,
        metrics: CallMetrics,
        tracer: Tracer,
        *,
        lines: bool = True,
        unlisted: frozenset[type[ServiceError]] = frozenset(),
    ) -> None:
        """lines: one log line for every call; failures of the service have one in any case.

        unlisted: the contract's errors that it does not give this operation.
        """
        self._fields = {"operation": operation, "transport": transport}
        self._members = f'"operation":"{operation}","transport":"{transport}"'
        self._metrics = metrics
        self._tracer = tracer
        self._lines = lines
        self._unlisted = unlisted
        self._status_attribute = (
            "http.response.status_code" if transport == "rest" else "rpc.response.status_code"
        )

    def begin(self, call: Call) -> Trace:
        """The call has come in. Its trace id is in the call and in every log line from here on."""
        trace = self._tracer.begin(call.header)
        call.trace_id = trace.trace_id
        logs.enter({**self._fields, "trace_id": trace.trace_id})
        self._metrics.active += 1
        return trace

    def end(self, memory: Trace, call: Call, seconds: float, error: BaseException | None) -> None:
        """The call is over."""
        metrics = self._metrics
        metrics.active -= 1
        if error is None:
            status: int | str = call.status
            metrics.answered(status, seconds)
            told = None
        else:
            told = error if isinstance(error, ServiceError) else Internal()
            status = told.status if call.transport == "rest" else told.code.name
            self._failed(told, seconds)
        if memory.span is not None:
            tracing.end(memory, self._status_attribute, status, told)
        if self._lines or (told is not None and told.status >= 500):
            self._line(call, status, seconds, told)

    def _failed(self, error: ServiceError, seconds: float) -> None:
        self._metrics.failed(error, seconds)
        kind = type(error)
        if kind in self._unlisted:
            self._unlisted -= {kind}
            text = "the handler raises an error that the contract does not list for it"
            _log.warning(text, reason=error.reason, **self._fields)
        if kind in _REFUSALS:
            self._metrics.rejected(_REFUSALS[kind])
        elif kind is DeadlineExceeded:
            self._metrics.exhausted()

    def _line(
        self, call: Call, status: int | str, seconds: float, error: ServiceError | None
    ) -> None:
        ms = seconds * 1000
        if error is None and logs.call(self._members, call.trace_id, status, ms):
            return
        fields: dict[str, Any] = {"status": status, "ms": round(ms, 3)}
        if error is None:
            _log.info("call", **fields)
            return
        fields["reason"] = error.reason
        if isinstance(error, Internal):
            # The caller was told nothing of the cause: here is the only place where it stands.
            _log.error("call", **fields, exc_info=error.__cause__ or error)
        elif error.status < 500 or isinstance(error, Unimplemented):
            _log.info("call", **fields)
        else:
            _log.warning("call", **fields, detail=error.detail)
