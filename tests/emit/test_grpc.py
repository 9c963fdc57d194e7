"""gen/grpc.py and gen/app.py: what is served, and by which handlers."""

from __future__ import annotations

from request_path import EVERYTHING, texts
from services import contract

SAY = {"request": {"a": "string?"}, "response": {"b": "string?"}, "idempotency": "none"}


def test_every_operation_has_its_path_and_its_converters():
    assert """    Method(
        operations.import_,
        "order_service.v1.OrderService/Import",
        decode=convert.decode_import_,
        encode=convert.encode_import_,
    ),
""" in texts(EVERYTHING)["grpc"]


def test_an_operation_taken_off_grpc_is_not_there():
    found = texts(contract(operations={"Say": SAY, "Tell": {**SAY, "http": "POST /v1/tell", "grpc": False}}))
    assert "operations.say," in found["grpc"]
    assert "operations.tell," not in found["grpc"]


def test_a_foreign_name_of_a_method_is_kept():
    found = texts(
        contract(
            operations={"Say": {**SAY, "grpc": {"name": "SpeakUp"}}}, proto={"package": "talk", "service": "Talker"}
        )
    )
    assert '"talk.Talker/SpeakUp",' in found["grpc"]


def test_the_application_has_what_the_contract_has():
    whole = texts(EVERYTHING)["app"]
    assert (
        """HANDLERS: tuple[str, ...] = (
    "create_order","""
        in whole
    )
    assert 'load_handlers("order_service.handlers", HANDLERS)' in whole
    rest_only = texts(contract(operations={"Say": {**SAY, "http": "POST /v1/say", "grpc": False}}))["app"]
    assert "routes=rest.ROUTES" in rest_only
    assert "grpc" not in rest_only
    grpc_only = texts(contract(operations={"Say": SAY}))["app"]
    assert "methods=grpc.METHODS" in grpc_only
    assert "rest" not in grpc_only
    assert "openapi" not in grpc_only
    nothing = texts(contract(operations={}))["app"]
    assert "HANDLERS: tuple[str, ...] = ()" in nothing
