"""Metrics as a Prometheus server reads them."""

from __future__ import annotations

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as classic
from runtime.errors import Code, Internal, KeyReused, ServiceError
from runtime.metrics import Metrics
from runtime.registry import UnknownError


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("order-service", "1.4.0")


def samples(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text, content_type = metrics.exposition()
    assert content_type.startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in classic(text.decode())
        for sample in family.samples
        if "_bucket" not in sample.name and not sample.name.endswith("_created")
    }


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return samples(metrics)[name, tuple(sorted(labels.items()))]


def http(status: str, error: str = "") -> dict[str, str]:
    return {
        "http_request_method": "POST",
        "http_route": "/v1/orders",
        "http_response_status_code": status,
        "error_type": error,
        "operation": "CreateOrder",
    }


def rpc(status: str, error: str = "") -> dict[str, str]:
    return {
        "rpc_system_name": "grpc",
        "rpc_method": "order_service.v1.OrderService/CreateOrder",
        "rpc_response_status_code": status,
        "error_type": error,
        "operation": "CreateOrder",
    }


def test_a_call_is_counted_and_timed_by_route_and_status(metrics):
    call = metrics.http("CreateOrder", "POST", "/v1/orders")
    call.answered(201, 0.004)
    call.answered(201, 0.006)
    call.answered(200, 1.0)
    assert value(metrics, "http_server_request_duration_seconds_count", **http("201")) == 2
    assert value(metrics, "http_server_request_duration_seconds_sum", **http("201")) == pytest.approx(0.01)
    assert value(metrics, "http_server_request_duration_seconds_count", **http("200")) == 1


def test_a_fault_of_the_service_has_an_error_type_and_one_of_the_caller_has_not(metrics):
    rest = metrics.http("CreateOrder", "POST", "/v1/orders")
    grpc = metrics.rpc("CreateOrder", "order_service.v1.OrderService/CreateOrder")
    for call in (rest, grpc):
        call.failed(Internal(), 0.1)
        call.failed(KeyReused(), 0.1)
    name = "http_server_request_duration_seconds_count"
    assert value(metrics, name, **http("500", "INTERNAL")) == value(metrics, name, **http("422")) == 1
    name = "rpc_server_call_duration_seconds_count"
    assert (
        value(metrics, name, **rpc("INTERNAL", "INTERNAL")) == value(metrics, name, **rpc("FAILED_PRECONDITION")) == 1
    )
    for transport in ("rest", "grpc"):
        labels = {"operation": "CreateOrder", "transport": transport, "reason": "IDEMPOTENCY_KEY_REUSED"}
        assert value(metrics, "msc_errors_total", **labels) == 1


def test_labels_stay_bounded_whatever_other_services_answer(metrics):
    call = metrics.http("CreateOrder", "POST", "/v1/orders")
    before = len(samples(metrics))
    for number in range(50):
        call.failed(UnknownError(Code.ABORTED, 409, reason=f"REASON_{number}"), 0.1)
    assert len(samples(metrics)) - before <= 5


def test_what_protects_the_service_is_counted(metrics):
    call = metrics.http("CreateOrder", "POST", "/v1/orders")
    call.idempotency("replayed")
    call.idempotency("replayed")
    call.rejected("concurrency")
    call.exhausted()
    one = {"operation": "CreateOrder"}
    assert value(metrics, "msc_idempotency_total", outcome="replayed", **one) == 2
    assert value(metrics, "msc_rejected_total", cause="concurrency", **one) == 1
    assert value(metrics, "msc_deadline_exhausted_total", **one) == 1


def test_gauges_are_read_when_they_are_scraped(metrics):
    call = metrics.http("CreateOrder", "POST", "/v1/orders")
    limit = [20.0]
    metrics.watch_limit(lambda: limit[0])
    call.active += 3
    assert value(metrics, "msc_active_calls", operation="CreateOrder", transport="rest") == 3
    call.active -= 2
    limit[0] = 17.5
    assert value(metrics, "msc_active_calls", operation="CreateOrder", transport="rest") == 1
    assert value(metrics, "msc_concurrency_limit") == 17.5


def test_the_service_names_itself(metrics):
    assert value(metrics, "target_info", service_name="order-service", service_version="1.4.0") == 1


def test_openmetrics_is_spoken_to_those_who_ask(metrics):
    metrics.http("CreateOrder", "POST", "/v1/orders").answered(200, 0.1)
    text, content_type = metrics.exposition("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert {family.name for family in openmetrics(text.decode())} >= {"http_server_request_duration_seconds"}


def test_two_services_in_one_process_do_not_meet(metrics):
    other = Metrics("other", "1")
    metrics.http("CreateOrder", "POST", "/v1/orders").answered(200, 0.1)
    assert ("http_server_request_duration_seconds_count", ()) not in samples(other)
    other.process()
    assert any(name == "python_info" for name, _ in samples(other))


def test_a_reason_of_the_instance_is_not_a_label(metrics):
    error = ServiceError("x")
    error.reason = "MADE_UP"
    metrics.http("CreateOrder", "POST", "/v1/orders").failed(error, 0.1)
    labels = {"operation": "CreateOrder", "transport": "rest", "reason": "UNKNOWN"}
    assert value(metrics, "msc_errors_total", **labels) == 1
