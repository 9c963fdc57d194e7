"""The OpenAPI document: valid for every reader, exactly what the contract says, stable under change."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from contracts import HOSTILE, contracts
from hypothesis import assume, given
from jsonschema import Draft202012Validator
from mscgen.emit.openapi import document, emit
from openapi_spec_validator import validate
from services import contract, load, service_of

TYPES = {
    "Sku": "string(1..32)",
    "Status": {"enum": ["pending", "paid"]},
    "Item": {"sku": "Sku", "quantity": "int32(1..1000)", "price": "decimal(0..)"},
    "Card": {"number": {"type": "string(12..19)", "sensitive": "secret"}},
    "Iban": {"iban": "string(15..34)"},
    "Payment": {"union": {"card": "Card", "iban": "Iban"}},
    "Order": {
        "fields": {
            "order_id": {"type": "uuid", "read_only": True},
            "items": "list<Item>(1..100)",
            "status": "Status = pending",
            "note": {"type": "string(..500)?", "nullable": True, "doc": "What the customer said."},
            "payment": "Payment?",
            "etag": "string(1..64)",
        },
        "etag": "etag",
        "doc": "An order.",
    },
}
OPERATIONS = {
    "CreateOrder": {
        "doc": "Takes an order. It is kept.",
        "http": "POST /v1/orders",
        "request": {"items": "list<Item>(1..100)", "payment": "Payment?"},
        "response": "Order",
        "errors": ["OutOfStock", "Refused"],
        "idempotency": "keyed",
    },
    "GetOrder": {
        "http": "GET /v1/orders/{order_id}",
        "request": {"order_id": "uuid"},
        "response": "Order",
        "errors": ["OrderNotFound"],
    },
    "ListOrders": {
        "http": {"method": "GET", "path": "/v1/orders", "headers": {"in": {"tenant": "X-Tenant"}}},
        "request": {"statuses": {"type": "list<Status>?", "doc": "Any of these."}, "tenant": "string(1..64)"},
        "response": {"orders": "list<Order>"},
        "paginate": "orders",
    },
    "UpdateOrder": {
        "http": "PATCH /v1/orders/{order_id}",
        "request": {"order_id": "uuid", "order": "partial<Order>"},
        "response": "Order",
        "errors": ["OrderNotFound"],
        "idempotency": "none",
    },
    "RenameOrder": {
        "http": {"method": "PUT", "path": "/v1/orders/{order_id}/name", "also": ["POST /v1/orders/{order_id}/rename"]},
        "request": {"order_id": "uuid", "name": "string(1..20)"},
    },
    "WatchOrder": {
        "http": "GET /v1/orders/{order_id}/updates",
        "request": {"order_id": "uuid"},
        "response": "stream Order",
    },
    "Internal": {"request": {"order_id": "uuid"}, "idempotency": "none"},
}
ERRORS = {
    "OrderNotFound": "not_found",
    "OutOfStock": {"code": "failed_precondition", "status": 409, "details": {"sku": "Sku"}, "doc": "Nothing is left."},
    "Refused": {"code": "aborted", "status": 409, "retryable": True},
}


def api(**sections):
    defaults = {"types": TYPES, "operations": OPERATIONS, "errors": ERRORS}
    return document(service_of(contract(**(defaults | sections))))


def files(**sections):
    service = service_of(contract(**({"types": TYPES, "operations": OPERATIONS, "errors": ERRORS} | sections)))
    return {f.path: f.text for f in emit(service)}


def response(operation, status):
    (media,) = operation["responses"][status]["content"].values()
    return media["schema"]


def test_the_document_is_valid_openapi():
    validate(api())


def test_yaml_and_json_say_the_same():
    found = files()
    assert set(found) == {"api/gen/openapi.yaml", "src/order_service/gen/openapi.json"}
    as_yaml = yaml.safe_load(found["api/gen/openapi.yaml"])
    as_json = json.loads(found["src/order_service/gen/openapi.json"])
    assert as_yaml == as_json


def test_a_service_without_rest_has_no_document():
    assert files(operations={"Internal": OPERATIONS["Internal"]}, errors={}) == {}


def test_every_field_travels_where_the_contract_says():
    listing = api()["paths"]["/v1/orders"]["get"]
    places = {p["name"]: (p["in"], p["required"]) for p in listing["parameters"]}
    assert places == {
        "statuses": ("query", False),
        "page_size": ("query", False),
        "page_token": ("query", False),
        "X-Tenant": ("header", True),
    }
    statuses = listing["parameters"][0]
    assert statuses["description"] == "Any of these."
    assert statuses["schema"] == {"type": "array", "items": {"$ref": "#/components/schemas/Status"}}


def test_a_body_is_the_whole_request_or_what_the_path_leaves_of_it():
    paths = api()["paths"]
    whole = paths["/v1/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert whole == {"$ref": "#/components/schemas/CreateOrderRequest"}
    rest = paths["/v1/orders/{order_id}/name"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert list(rest["properties"]) == ["name"]
    assert rest["additionalProperties"] is False


def test_a_partial_update_is_a_merge_patch():
    document = api()
    body = document["paths"]["/v1/orders/{order_id}"]["patch"]["requestBody"]
    assert list(body["content"]) == ["application/merge-patch+json", "application/json"]
    for media in body["content"].values():
        assert media == {"schema": {"$ref": "#/components/schemas/OrderPatch"}}
    patch = document["components"]["schemas"]["OrderPatch"]
    assert "required" not in patch
    assert "order_id" not in patch["properties"], "read-only fields cannot be patched"
    assert Draft202012Validator({**patch, "components": document["components"]}).is_valid({})


def test_a_stream_is_server_sent_events_of_the_message():
    stream = api()["paths"]["/v1/orders/{order_id}/updates"]["get"]["responses"]["200"]["content"]
    data = stream["text/event-stream"]["schema"]["properties"]["data"]
    assert data["contentSchema"] == {"$ref": "#/components/schemas/Order"}


def test_a_further_route_is_the_same_operation_under_another_id():
    paths = api()["paths"]
    first, second = paths["/v1/orders/{order_id}/name"]["put"], paths["/v1/orders/{order_id}/rename"]["post"]
    assert (first["operationId"], second["operationId"]) == ("RenameOrder", "RenameOrder_2")
    assert {**first, "operationId": ""} == {**second, "operationId": ""}


def test_what_is_not_on_rest_is_not_in_the_document():
    text = json.dumps(api())
    assert "InternalRequest" not in text


def test_a_keyed_operation_wants_a_key_and_says_when_it_replays():
    create = api()["paths"]["/v1/orders"]["post"]
    assert create["parameters"] == [{"$ref": "#/components/parameters/IdempotencyKey"}]
    assert "Idempotency-Replayed" in create["responses"]["201"]["headers"]
    assert {"409", "422"} <= set(create["responses"])


@pytest.mark.parametrize(
    ("key", "good"),
    [
        ("a", True),
        ("b9f1a7a2-5c86-4a86-8a59-0b9f6f1f6a55", True),
        ("with space", True),
        ('"quoted \\" string"', True),
        ("", False),
        (" leading", False),
        ("trailing ", False),
        ('"open', False),
        ("ümlaut", False),
        ("x" * 256, False),
    ],
)
def test_the_schema_of_a_key_is_the_rule_of_the_runtime(key, good):
    schema = api()["components"]["parameters"]["IdempotencyKey"]["schema"]
    assert Draft202012Validator(schema).is_valid(key) is good


def test_an_entity_tag_answers_304_to_a_caller_that_has_it():
    get = api()["paths"]["/v1/orders/{order_id}"]["get"]
    assert {"$ref": "#/components/parameters/IfNoneMatch"} in get["parameters"]
    assert set(get["responses"]["200"]["headers"]) == {"ETag"}
    assert "content" not in get["responses"]["304"]
    patch = api()["paths"]["/v1/orders/{order_id}"]["patch"]
    assert "304" not in patch["responses"]
    assert "412" in patch["responses"]
    assert {"$ref": "#/components/parameters/IfMatch"} in patch["parameters"]
    assert "412" not in api()["paths"]["/v1/orders"]["post"]["responses"], "nothing to change yet"


def test_every_status_of_the_request_path_is_documented():
    paths = api()["paths"]
    always = {"400", "406", "500", "501", "503", "504"}
    assert set(paths["/v1/orders/{order_id}"]["get"]["responses"]) == {"200", "304", "404"} | always
    assert set(paths["/v1/orders"]["post"]["responses"]) == {"201", "409", "413", "415", "422"} | always


def test_errors_of_one_status_are_told_apart_by_their_reason():
    document = api()
    schema = response(document["paths"]["/v1/orders"]["post"], "409")
    assert set(schema["discriminator"]["mapping"]) == {
        "OUT_OF_STOCK",
        "REFUSED",
        "IDEMPOTENCY_KEY_IN_USE",
        "IDEMPOTENCY_LEASE_LOST",
    }
    check = Draft202012Validator({**schema, "components": document["components"]})
    problem = {
        "type": "https://errors.order-service/OUT_OF_STOCK",
        "title": "Out of stock",
        "status": 409,
        "detail": "Nothing is left.",
        "code": "failed_precondition",
        "reason": "OUT_OF_STOCK",
        "domain": "order-service",
        "retryable": False,
        "details": {"sku": "A-1"},
    }
    assert check.is_valid(problem)
    assert not check.is_valid({**problem, "reason": "REFUSED"})
    assert not check.is_valid({**problem, "details": {"sku": ""}})
    assert not check.is_valid({k: v for k, v in problem.items() if k != "details"})


def test_a_single_error_of_a_status_needs_no_choice():
    assert response(api()["paths"]["/v1/orders/{order_id}"]["get"], "404") == {
        "$ref": "#/components/schemas/error.OrderNotFound"
    }


def test_the_runtime_and_the_document_know_the_same_problems():
    """Every error of the request path that has a status on an operation is one of the documented reasons."""
    import ast

    from mscgen.emit.openapi.problems import STANDARD

    source = Path(__file__).parents[2] / "templates/runtime/errors.py"
    reasons = set()
    for node in ast.parse(source.read_text()).body:
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                name = {ast.Assign: lambda a: a.targets[0].id, ast.AnnAssign: lambda a: a.target.id}.get(type(line))
                if name is not None and name(line) == "reason":
                    reasons.add(line.value.value)
    # What is answered where there is no operation, or nobody to answer.
    elsewhere = {"CANCELLED", "ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED"}
    assert {r for s in STANDARD for r in s.reasons} == reasons - elsewhere


def test_access_is_said_for_the_service_and_where_an_operation_differs():
    jwt = {"jwt": {"issuer": "https://id.example", "audience": "orders", "jwks_url": "https://id.example/keys"}}
    operations = {
        "GetA": {"http": "GET /a", "auth": "public"},
        "GetB": {"http": "GET /b"},
        "GetC": {"http": "GET /c", "auth": {**jwt, "scopes": ["orders.read"]}},
    }
    document = api(auth=jwt, types={}, errors={}, operations=operations)
    assert document["security"] == [{"jwt": []}]
    assert document["components"]["securitySchemes"]["jwt"]["scheme"] == "bearer"
    a, b, c = (document["paths"][path]["get"] for path in ("/a", "/b", "/c"))
    assert a["security"] == []
    assert not {"401", "403"} & set(a["responses"])
    assert "security" not in b
    assert {"401", "403"} <= set(b["responses"])
    assert c["security"] == [{"jwt": ["orders.read"]}]
    validate(document)


def test_a_public_service_says_so():
    assert api()["security"] == []


def test_only_what_is_referred_to_is_listed():
    schemas = api(types={**TYPES, "Unused": {"a": "string"}})["components"]["schemas"]
    assert "Unused" not in schemas
    assert "Card" not in schemas, "only the arm of the union is on the wire"
    assert "PaymentCard" in schemas


def test_extensions_are_kept():
    assert api(**{"x-team": {"slack": "#orders"}})["x-team"] == {"slack": "#orders"}


def test_examples_of_the_contract_are_the_examples_of_the_body():
    example = {"items": [{"sku": "A-1", "quantity": 1, "price": 12.5}]}
    operations = {**OPERATIONS, "CreateOrder": {**OPERATIONS["CreateOrder"], "examples": [example]}}
    body = api(operations=operations)["paths"]["/v1/orders"]["post"]["requestBody"]["content"]["application/json"]
    assert body["examples"]["example1"]["value"]["items"][0]["price"] == "12.5"


def hunks(before: str, after: str) -> int:
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), n=3, lineterm="")
    return sum(line.startswith("@@") for line in diff)


@pytest.mark.parametrize("text", ["string?", "string"])
def test_one_added_field_is_one_hunk(text):
    types = {**TYPES, "Item": {**TYPES["Item"], "gift_message": text}}
    before, after = files(), files(types=types)
    for path in before:
        assert hunks(before[path], after[path]) == 1, path


def test_one_more_operation_changes_no_other():
    operations = {
        **OPERATIONS,
        "GetItem": {"http": "GET /v1/items/{sku}", "request": {"sku": "Sku"}, "response": "Item"},
    }
    before, after = files(), files(operations=operations)
    removed = [
        line
        for line in difflib.ndiff(*(x["api/gen/openapi.yaml"].splitlines() for x in (before, after)))
        if line[0] == "-"
    ]
    assert removed == []


def test_hostile_text_stays_text():
    docs = " ".join(HOSTILE)
    operations = {**OPERATIONS, "GetOrder": {**OPERATIONS["GetOrder"], "doc": docs}}
    sections = {"types": TYPES, "operations": operations, "errors": ERRORS, "doc": docs}
    # YAML has no surrogate pairs, and no bare DEL.
    text = json.dumps(contract(**sections), ensure_ascii=False).replace("\x7f", "\\u007f")
    found = {f.path: f.text for f in emit(service_of(text))}
    kept = yaml.safe_load(found["api/gen/openapi.yaml"])
    assert kept["info"]["description"] == docs
    assert kept["paths"]["/v1/orders/{order_id}"]["get"]["description"] == docs
    assert json.loads(found["src/order_service/gen/openapi.json"]) == kept
    for text in found.values():
        assert "\u202e" not in text
        assert "\x07" not in text


@given(contracts())
def test_every_valid_contract_has_a_valid_document(text):
    service, _, _ = load(text)
    assume(service is not None)
    written = {f.path: f.text for f in emit(service)}
    if not written:
        return
    found = yaml.safe_load(written["api/gen/openapi.yaml"])
    assert found == json.loads(written[f"src/{service.package}/gen/openapi.json"])
    validate(found)


def test_redocly_has_nothing_to_say(tmp_path):
    """An independent reader of OpenAPI; from npm, installed into a cache outside the repository when npm can reach it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so redocly cannot be asked")
    cache = Path(os.environ.get("MSCGEN_TEST_TOOLS", "/tmp/mscgen-test-tools")) / "redocly"
    command = cache / "node_modules/.bin/redocly"
    if not command.exists():
        cache.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([npm, "install", "--silent", "@redocly/cli"], cwd=cache, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"@redocly/cli cannot be installed: {done.stderr[-200:]}")
    (tmp_path / "openapi.yaml").write_text(files()["api/gen/openapi.yaml"])
    environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "NO_COLOR": "1"}
    done = subprocess.run(
        [command, "lint", "--extends", "minimal", "--format", "stylish", "openapi.yaml"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout.lower().split("deprecation warning")[0], done.stdout
