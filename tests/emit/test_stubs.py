"""Handlers and their tests as they are born."""

from __future__ import annotations

from mscgen.emit import stubs, tests
from request_path import EVERYTHING, files
from services import contract, service_of

FILES = files(service_of(EVERYTHING))
HANDLERS = "src/order_service/handlers"


def test_a_handler_of_one_message_and_one_answer():
    assert (
        FILES[f"{HANDLERS}/create_order.py"]
        == '''from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.models import CreateOrderRequest, Order


@operations.create_order
async def create_order(request: CreateOrderRequest, ctx: Context) -> Order:
    """Takes an order."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
'''
    )


def test_a_handler_of_a_stream_is_a_generator_from_the_start():
    text = FILES[f"{HANDLERS}/chat.py"]
    assert "async def chat(requests: AsyncIterator[Order], ctx: Context) -> AsyncIterator[Order]:" in text
    assert text.endswith("    yield  # makes this an async generator: yield one message at a time\n")
    text = FILES[f"{HANDLERS}/import_.py"]
    assert "async def import_(requests: AsyncIterator[Order], ctx: Context) -> ImportResponse:" in text


def test_plain_python_types_stand_in_signatures():
    assert (
        "async def prices(request: PricesRequest, ctx: Context) -> dict[str, Decimal]:"
        in FILES[f"{HANDLERS}/prices.py"]
    )
    assert (
        "async def find_orders(request: FindOrdersRequest, ctx: Context) -> list[Order]:"
        in FILES[f"{HANDLERS}/find_orders.py"]
    )
    assert "-> Order | Job:" in FILES[f"{HANDLERS}/start_job.py"]
    assert "-> None:" in FILES[f"{HANDLERS}/cancel_order.py"]


def test_a_test_calls_each_transport_with_a_valid_request():
    text = FILES["tests/handlers/test_create_order.py"]
    assert (
        """    answer = rest.request(
        "POST",
        "/v1/orders",
        json={"total": "12.50"},
        headers={"idempotency-key": "rest-1"},
    )
"""
        in text
    )
    assert 'call("CreateOrder", request, idempotency_key="grpc-1")' in text
    assert "assert answer.status_code == 401" in text  # the service's operations are not public
    assert "assert answer.status_code == 501" in FILES["tests/handlers/test_get_order.py"]
    assert "rest.request(" not in FILES["tests/handlers/test_prices.py"]
    assert 'list(call("Chat", [request]))' in FILES["tests/handlers/test_chat.py"]


def test_a_partial_update_is_sent_as_a_merge_patch():
    text = FILES["tests/handlers/test_change_order.py"]
    assert '"content-type": "application/merge-patch+json"' in text
    assert '    request.update_mask.paths.append("' in text  # the string form of a mask cannot carry every name


def test_a_required_list_in_the_query_has_an_item():
    operation = {"http": "GET /orders", "request": {"ids": "list<uuid>(..3)"}}
    text = files(service_of(contract(operations={"FindOrders": operation})))["tests/handlers/test_find_orders.py"]
    assert 'rest.request("GET", "/orders?ids=3fa85f64-' in text


def test_a_renamed_operation_moves_its_handler_and_its_test():
    operation = {"request": {}, "response": {"b": "string"}, "idempotency": "none", "renamed_from": "OldName"}
    service = service_of(contract(operations={"NewName": operation}))
    moved = {file.path: file.moved_from for emitter in (stubs, tests) for file in emitter.emit(service)}
    assert moved[f"{HANDLERS}/new_name.py"] == f"{HANDLERS}/old_name.py"
    assert moved["tests/handlers/test_new_name.py"] == "tests/handlers/test_old_name.py"
    assert moved["tests/gen/test_contract.py"] is None
