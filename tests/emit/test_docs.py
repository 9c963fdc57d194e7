"""The pages: every link leads somewhere, every command can be pasted, and no text of a contract becomes markup."""

from __future__ import annotations

import difflib
import json
import re
import shlex

import pytest
from contracts import HOSTILE, contracts
from hypothesis import assume, given
from markdown_it import MarkdownIt
from mscgen.emit.docs import emit
from services import contract, load, service_of

TYPES = {
    "Status": {"enum": {"pending": {"doc": "Not paid."}, "paid": {"deprecated": True}}},
    "Item": {"sku": "string(1..32)", "quantity": "int32(1..1000)", "price": "decimal(0..)"},
    "Card": {"number": "string(12..19)"},
    "Payment": {"union": {"card": "Card"}},
    "Order": {
        "order_id": {"type": "uuid", "read_only": True},
        "items": "list<Item>(1..9)",
        "status": "Status = pending",
    },
}
OPERATIONS = {
    "CreateOrder": {
        "doc": "Takes an order.",
        "http": {"method": "POST", "path": "/v1/orders", "headers": {"in": {"tenant": "X-Tenant"}}},
        "request": {"items": "list<Item>(1..9)", "payment": "Payment", "tenant": "string(1..20)"},
        "response": "Order",
        "errors": ["OutOfStock"],
        "idempotency": "keyed",
        "emits": ["OrderPlaced"],
    },
    "GetOrder": {"http": "GET /v1/orders/{order_id}", "request": {"order_id": "string(1..20)"}, "response": "Order"},
    "ListOrders": {
        "http": "GET /v1/orders",
        "request": {"statuses": "list<Status>(1..3)", "name": {"type": "string", "example": "Ada & Bob's"}},
        "response": {"orders": "list<Order>"},
        "paginate": "orders",
    },
    "UpdateOrder": {
        "http": "PATCH /v1/orders/{order_id}",
        "request": {"order_id": "uuid", "order": "partial<Order>"},
        "response": "Order",
        "idempotency": "none",
    },
    "WatchOrder": {
        "http": "GET /v1/orders/{order_id}/updates",
        "request": {"order_id": "uuid"},
        "response": "stream Order",
    },
    "ImportOrders": {"request": "stream Order", "idempotency": "none"},
}
ERRORS = {"OutOfStock": {"code": "failed_precondition", "status": 409, "details": {"item": "Item"}}}
PUBLISHES = {"OrderPlaced": {"payload": {"order_id": "uuid", "items": "list<Item>"}, "key": "order_id"}}


def pages(**sections) -> dict[str, str]:
    defaults = {"types": TYPES, "operations": OPERATIONS, "errors": ERRORS, "publishes": PUBLISHES}
    return {f.path: f.text for f in emit(service_of(contract(**(defaults | sections))))}


def markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")


def fences(text: str) -> list[str]:
    return [t.content for t in markdown().parse(text) if t.type == "fence"]


def command(text: str, operation: str, tool: str) -> list[str]:
    block = next(f for f in fences(text.split(f'id="op-{operation}"')[1]))
    line = next(part for part in block.split("\n\n") if part.startswith(tool))
    return shlex.split(line)


def test_there_is_a_page_for_what_the_contract_has():
    assert list(pages()) == ["docs/gen/api.md", "docs/gen/errors.md", "docs/gen/events.md"]
    assert list(pages(publishes={}, operations={"Ping": {"http": "GET /ping"}}, types={}, errors={})) == [
        "docs/gen/api.md",
        "docs/gen/errors.md",
    ]


def test_every_link_leads_to_a_place_on_the_pages():
    found = pages()
    anchors = {(path, name) for path, text in found.items() for name in re.findall(r'<a id="([^"]+)">', text)}
    for path, text in found.items():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            page, _, name = target.partition("#")
            page = f"docs/gen/{page}" if page else path
            assert page in found, target
            assert not name or (page, name) in anchors, target


def test_curl_of_a_post_is_the_whole_call():
    words = command(pages()["docs/gen/api.md"], "CreateOrder", "curl")
    assert words[1] == "http://localhost:8000/v1/orders"
    assert "X-Tenant: text" in words
    assert "Idempotency-Key: $(uuidgen)" in words
    assert json.loads(words[words.index("-d") + 1]) == {
        "items": [{"sku": "text", "quantity": 1, "price": "12.50"}],
        "payment": {"kind": "card", "number": "text-text-te"},
    }


def test_curl_of_a_get_has_its_fields_in_the_address():
    api = pages()["docs/gen/api.md"]
    assert command(api, "GetOrder", "curl") == ["curl", "http://localhost:8000/v1/orders/order-1"]
    listing = command(api, "ListOrders", "curl")
    assert listing == ["curl", "http://localhost:8000/v1/orders?statuses=pending&name=Ada%20%26%20Bob%27s"]


def test_curl_of_a_partial_update_is_a_merge_patch():
    words = command(pages()["docs/gen/api.md"], "UpdateOrder", "curl")
    assert words[1:3] == ["-X", "PATCH"]
    assert "Content-Type: application/merge-patch+json" in words
    assert json.loads(words[words.index("-d") + 1]) == {"status": "pending"}


def test_grpcurl_speaks_the_names_of_the_proto():
    api = pages()["docs/gen/api.md"]
    create = command(api, "CreateOrder", "grpcurl")
    assert create[-2:] == ["localhost:50051", "order_service.v1.OrderService/CreateOrder"]
    assert json.loads(create[create.index("-d") + 1])["payment"] == {"card": {"number": "text-text-te"}}
    update = command(api, "UpdateOrder", "grpcurl")
    assert json.loads(update[update.index("-d") + 1]) == {
        "order_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "order": {"status": "STATUS_PENDING"},
        "update_mask": {"paths": ["status"]},
    }
    listing = command(api, "ListOrders", "grpcurl")
    assert json.loads(listing[listing.index("-d") + 1])["statuses"] == ["STATUS_PENDING"]


def test_credentials_are_asked_for_where_they_are_needed():
    operations = {"GetA": {"http": "GET /a"}, "GetB": {"http": "GET /b", "auth": "public"}}
    auth = {"jwt": {"issuer": "https://id.example", "audience": "x", "jwks_url": "https://id.example/keys"}}
    api = pages(auth=auth, operations=operations, types={}, errors={}, publishes={})["docs/gen/api.md"]
    assert "Authorization: Bearer …" in command(api, "GetA", "curl")
    assert "Authorization: Bearer …" not in command(api, "GetB", "curl")


def hostile_sections(text: str) -> dict:
    types = {
        **TYPES,
        "Order": {"fields": {**TYPES["Order"], "note": {"type": "string", "doc": text, "default": text}}, "doc": text},
        "Status": {"enum": {"pending": {"doc": text}}, "doc": text},
    }
    create = {**OPERATIONS["CreateOrder"], "doc": text}
    create["request"] = {**create["request"], "text": {"type": "string", "doc": text, "example": text}}
    errors = {"OutOfStock": {**ERRORS["OutOfStock"], "doc": text}}
    publishes = {"OrderPlaced": {**PUBLISHES["OrderPlaced"], "doc": text}}
    operations = {**OPERATIONS, "CreateOrder": create}
    return {"types": types, "operations": operations, "errors": errors, "publishes": publishes, "doc": text}


MORE = [
    "# heading",
    "> quote",
    "- list",
    "1. list",
    "```",
    "~~~ x",
    "===",
    "---",
    "| a | b |",
    "`` ` ``",
    "a\n\n# b",
    "\\",
    "![x](http://y)",
]


@pytest.mark.parametrize("text", [*HOSTILE, *MORE])
def test_hostile_text_is_neither_html_nor_a_link_nor_structure(text):
    calm, wild = pages(**hostile_sections("calm")), pages(**hostile_sections(text))
    for path in calm:
        assert shape(wild[path]) == shape(calm[path]), path
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b]", wild[path])


def shape(text: str) -> list[str]:
    """The structure of a page: every token but text, code and the number of paragraphs."""
    found = []
    for token in markdown().parse(text):
        if token.type in ("paragraph_open", "paragraph_close"):
            continue
        found.append(f"{token.type} {token.content if token.type == 'html_block' else ''}")
        for child in token.children or []:
            if child.type == "html_inline" or child.type.startswith(("link", "image", "em_", "strong", "s_")):
                found.append(f"  {child.type} {child.content} {child.attrs}")
    return [line for line in found if not line.startswith("inline ")]


def test_a_command_keeps_hostile_text_inside_its_quotes():
    for text in [*HOSTILE, *MORE]:
        words = command(pages(**hostile_sections(text))["docs/gen/api.md"], "CreateOrder", "curl")
        assert json.loads(words[words.index("-d") + 1])["text"] == text


def test_one_added_field_is_one_hunk():
    before, after = pages(), pages(types={**TYPES, "Order": {**TYPES["Order"], "gift": "string?"}})
    for path in before:
        diff = difflib.unified_diff(before[path].splitlines(), after[path].splitlines(), lineterm="")
        assert sum(line.startswith("@@") for line in diff) <= 1, path


@given(contracts())
def test_every_valid_contract_has_pages_whose_commands_can_be_pasted(text):
    service, _, _ = load(text)
    assume(service is not None)
    for file in emit(service):
        for block in fences(file.text):
            for line in block.strip().split("\n\n"):
                words = shlex.split(line)
                assert words[0] in ("curl", "grpcurl")
                if "-d" in words:
                    json.loads(words[words.index("-d") + 1])
