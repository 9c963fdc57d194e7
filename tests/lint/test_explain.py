"""`mscgen explain`: pages, and everything that holds for one thing of a contract."""

from __future__ import annotations

import pytest
from mscgen.cli import run
from mscgen.cli.pages import all_pages
from mscgen.cli.reference import rules_page

CONTRACT = """\
mscgen: 1
service: order-service
version: 1.4.0
owner: team-orders
auth: {jwt: {issuer: "https://id.example.com", audience: orders, jwks_url: "https://id.example.com/keys"}}
types:
  Sku: string(1..32)
  Item: {sku: Sku, price: {type: decimal(0..), sensitive: pii}}
  Kind: {enum: [small, large]}
  Card: {number: string(..20)}
  Iban: {iban: string(..34)}
  Pay: {union: {card: Card, iban: Iban}}
errors:
  OutOfStock: {code: failed_precondition, status: 409, details: {sku: Sku}}
operations:
  CreateOrder:
    doc: Takes an order.
    http: {method: POST, path: "/v1/shops/{shop}/orders", headers: {in: {tenant: X-Tenant}}}
    request: {shop: string(..9), tenant: string(..9), items: list<Item>(1..100), pay: Pay, note: "string(..9)?"}
    response: {order_id: uuid, kind: Kind}
    errors: [OutOfStock]
    idempotency: {mode: keyed, ttl: 2h, fingerprint: [items]}
    calls: [stock.Reserve]
    emits: [OrderPlaced]
    auth: {scopes: ["orders:write"]}
    rate_limit: {rate: 100/s, per: caller}
publishes:
  OrderPlaced: {payload: {order_id: uuid}, key: order_id}
subscribes:
  PaymentCaptured: {topic: pay.v1, payload: {order_id: uuid}, retry: {attempts: 5}}
policies:
  patient: {timeout: 3s, attempts: 4}
dependencies:
  stock: {contract: ../stock/contract.yaml, operations: {Reserve: {timeout: 300ms}}}
"""


@pytest.fixture
def explain(tmp_path, monkeypatch, capsys):
    """Runs `mscgen explain` in a folder with the contract: (exit code, what it printed)."""
    (tmp_path / "contract.yaml").write_text(CONTRACT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def ask(*arguments):
        code = run(["explain", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return ask


def rows(text):
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_rule_is_explained_by_its_page(explain):
    code, text = explain("float-money")
    assert code == 0
    assert text.startswith("float-money · error\n\nAn amount of money is a binary floating point number.\n")
    assert "## Good" in text


@pytest.mark.parametrize("name", ["unknown-type", "yaml-syntax", "waiver-expired"])
def test_what_other_stages_report_is_explained_too(explain, name):
    assert explain(name)[0] == 0


def test_a_rule_needs_no_contract(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["explain", "float-money"]) == 0


def test_an_operation_shows_where_everything_travels(explain):
    code, text = explain("CreateOrder")
    shown = rows(text)
    assert code == 0
    assert "CreateOrder · operation of order-service · contract.yaml:16" in shown
    assert "REST POST /v1/shops/{shop}/orders → 201 CreateOrderResponse" in shown
    assert "gRPC order_service.v1.OrderService/CreateOrder (unary)" in shown
    assert "request shop path string(..9)" in shown
    assert "tenant header X-Tenant string(..9)" in shown
    assert "items body list<Item>(1..100)" in shown
    assert "note body string(..9)?" in shown
    assert "errors OutOfStock 409 FAILED_PRECONDITION stays so" in shown
    assert "a key is kept for 2h; compared on reuse: items" in shown
    assert "auth jwt of https://id.example.com for orders, scopes orders:write" in shown
    assert "rate limit 100 in 1s, for each caller" in shown
    assert "worst case 300ms of 2s" in shown
    assert "emits OrderPlaced" in shown


def test_an_operation_shows_every_default_with_its_reason(explain):
    shown = rows(explain("CreateOrder")[1])
    assert "Defaults that took effect, and why:" in shown
    assert "http.status 201 a POST named Create…" in shown
    assert "deadline 2s a command" in shown


def test_every_recorded_default_of_an_operation_is_printed(explain, tmp_path):
    from mscgen import pipeline

    service = pipeline.load(tmp_path / "contract.yaml").service
    assert service is not None
    text = explain("CreateOrder")[1]
    for key, value, why in service.operations[0].defaults:
        assert f"{key} {value} {why}" in rows(text)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("OrderPlaced", "topic order-service.order-placed.v1 on kafka"),
        ("OrderPlaced", "emitted by CreateOrder"),
        ("PaymentCaptured", "retry 5 attempts, waits 50ms up to 1s; then it goes to the dead-letter topic"),
        ("stock", "called by CreateOrder: Reserve"),
        ("stock", "timeout 300ms for everything"),
        ("patient", "followed by no dependency"),
        ("default", "default · built-in policy"),
        ("Item", "price decimal(0..) (pii)"),
        ("Item", "sent to CreateOrder"),
        ("Kind", "values small"),
        ("Kind", "answered by CreateOrder"),
        ("Pay", "told apart by kind"),
        ("Sku", "type string(1..32)"),
        ("OutOfStock", "raised by CreateOrder"),
        ("OutOfStock", "details sku Sku"),
    ],
)
def test_other_things_of_the_contract_are_explained(explain, name, line):
    code, text = explain(name)
    assert code == 0
    assert line in rows(text)


@pytest.mark.parametrize(
    ("name", "near"),
    [("float-mony", "float-money"), ("CreateOrdr", "CreateOrder"), ("stok", "stock"), ("unknwn-type", "unknown-type")],
)
def test_an_unknown_name_cannot_run_and_has_a_suggestion(explain, name, near):
    code, text = explain(name)
    assert code == 2
    assert f"hint: did you mean `{near}`?" in text


def test_an_unknown_name_without_a_contract_cannot_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["explain", "float-mony"]) == 2
    assert "did you mean `float-money`?" in capsys.readouterr().err


def test_a_contract_with_errors_shows_them_instead(explain, tmp_path):
    (tmp_path / "contract.yaml").write_text(CONTRACT.replace("response: {order_id: uuid", "response: {order_id: uid"))
    code, text = explain("CreateOrder")
    assert code == 1
    assert "error[unknown-type]" in text


def test_hostile_text_of_a_contract_is_shown_visibly(explain, tmp_path):
    hostile = CONTRACT.replace("doc: Takes an order.", r'doc: "red \x1b[31m and \u202e back"')
    (tmp_path / "contract.yaml").write_text(hostile)
    code, text = explain("CreateOrder")
    assert code == 0
    assert "red ␛[31m and <U+202E> back" in text
    assert "\x1b" not in text


def test_the_list_has_every_rule_with_its_severity(capsys):
    assert run(["lint", "--list"]) == 0
    text = capsys.readouterr().out
    for page in all_pages().values():
        assert f"  {page.name} " in text
        assert page.summary in text


def test_the_reference_page_is_up_to_date():
    from pathlib import Path

    page = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"
    assert page.read_text(encoding="utf-8") == rules_page(), "run: python -m mscgen.cli.reference"


def test_every_rule_has_an_anchor_in_the_reference_page():
    text = rules_page()
    for name in all_pages():
        assert text.count(f"\n### {name}\n") == 1
        assert f"(#{name})" in text
