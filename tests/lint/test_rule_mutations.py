"""One change to a clean contract flips exactly the rule it should, and nothing else."""

from __future__ import annotations

import pytest
from fragments import check

CLEAN = """\
mscgen: 1
service: order-service
version: 1.4.0
owner: team-orders
doc: Takes orders.
auth: {jwt: {issuer: "https://id.example.com", audience: orders, jwks_url: "https://id.example.com/keys"}}
types:
  Sku: string(1..32)
  OrderStatus: {enum: [pending, paid, shipped]}
  Item: {sku: Sku, quantity: int32(1..1000), price: decimal(0..)}
  Order:
    order_id: uuid
    items: list<Item>(1..100)
    total: decimal(0..)
    status: OrderStatus
    email: {type: string(3..254), sensitive: pii}
    note: string(..500)?
    created_at: {type: timestamp, read_only: true}
errors:
  OrderNotFound: not_found
  OutOfStock: {code: failed_precondition, status: 409}
operations:
  CreateOrder:
    doc: Takes an order.
    http: POST /v1/orders
    request: {items: list<Item>(1..100), voucher: "string(..20)?"}
    response: Order
    errors: [OutOfStock]
    idempotency: keyed
    deadline: 3s
    calls: [inventory.Reserve, [payment.Authorize, mail.Send]]
    emits: [OrderPlaced]
  GetOrder:
    doc: One order.
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    response: Order
    errors: [OrderNotFound]
  UpdateOrder:
    doc: Changes an order that is not paid yet.
    http: PATCH /v1/orders/{order_id}
    request: {order_id: uuid, order: partial<Order>}
    response: Order
    errors: [OrderNotFound]
    idempotency: natural
  CancelOrder:
    doc: Cancels an order.
    http: DELETE /v1/orders/{order_id}
    request: {order_id: uuid}
    errors: [OrderNotFound]
  ListOrders:
    doc: The orders of the caller.
    http: GET /v1/orders
    response: {orders: list<Order>}
    paginate: orders
  WatchOrder:
    doc: What happens to an order.
    request: {order_id: uuid}
    response: stream Order
  ImportItems:
    doc: Many items at once.
    request: stream Item
    response: {count: int64}
    deadline: 5m
publishes:
  OrderPlaced:
    payload: {order_id: uuid, total: decimal}
    key: order_id
subscribes:
  PaymentCaptured:
    topic: payment.payment-captured.v1
    payload: {order_id: uuid, amount: decimal}
    retry: {attempts: 5, then: dead_letter}
policies:
  patient: {timeout: 800ms, attempts: 2, backoff: 50ms, budget: {ratio: 0.1}}
dependencies:
  inventory:
    contract: ../inventory-service/contract.yaml
    policy: patient
    operations:
      Reserve: {timeout: 700ms, per_try: 300ms, attempts: 2, breaker: {failure_ratio: 0.5}, bulkhead: {max: 32, wait: 10ms}}
  payment:
    contract: ../payment-service/contract.yaml
    operations:
      Authorize: {timeout: 1500ms}
  mail:
    contract: ../mail-service/contract.yaml
    operations:
      Send: {timeout: 200ms, retry_on: [unavailable]}
stores:
  orders: {kind: postgres, owns: [orders]}
deploy:
  mesh: istio
  replicas: 2..10
  canary: {version: v2, weight: 10}
  image: registry.example.com/orders:1.4.0
"""

# What is changed, into what, and which rules find something then.
MUTATIONS = [
    ("  Sku: string(1..32)", "  Sku: string(1..)", {"unbounded-input"}),
    ("items: list<Item>(1..100), voucher", "items: list<Item>, voucher", {"unbounded-input"}),
    ('voucher: "string(..20)?"', "callback_url: string(..200)", {"ssrf-url-input"}),
    ('voucher: "string(..20)?"', "created_by: string(..20)", {"server-field-writable"}),
    ("price: decimal(0..)", "price: double", {"float-money"}),
    (
        "created_at: {type: timestamp, read_only: true}",
        "created_at: {type: int64, read_only: true}",
        {"epoch-timestamp"},
    ),
    ("created_at: {type: timestamp, read_only: true}", "created_at: timestamp", {"server-field-writable"}),
    ("    note: string(..500)?", "    timeout: int32?", {"unitless-duration"}),
    ("    note: string(..500)?", "    customer_id: int32?", {"id-overflow"}),
    ("    note: string(..500)?", "    no_discount: bool?", {"negated-boolean"}),
    ("    note: string(..500)?", "    note_string: string(..500)?", {"type-in-field-name"}),
    (
        "    note: string(..500)?",
        '    note: {type: "string(..500)?", deprecated: true}',
        {"deprecated-without-replacement"},
    ),
    ("    note: string(..500)?", '    pin: {type: "string(..8)?", sensitive: secret}', {"secret-in-response"}),
    (
        "    note: string(..500)?",
        '    note: {type: string(..500), default: "db://admin:hunter22@db"}',
        {"secret-literal"},
    ),
    ("[pending, paid, shipped]", "[pending]", {"single-value-enum"}),
    ("[pending, paid, shipped]", "[pending, unset]", {"enum-placeholder-value"}),
    ("[pending, paid, shipped]}", "[status_pending, status_paid]}", {"enum-value-prefix"}),
    ("email: {type: string(3..254), sensitive: pii}", "email: string(3..254)", {"sensitive-unclassified"}),
    ("errors: [OutOfStock]", "errors: []", {"unused-error"}),
    ("{code: failed_precondition, status: 409}", "{code: failed_precondition, status: 503}", {"error-status-mismatch"}),
    ("OrderNotFound: not_found", "OrderNotFound: {code: not_found, retryable: true}", {"retryable-permanent-error"}),
    ("status: 409}", "status: 409, details: {card: {type: string(..9), sensitive: pii}}}", {"sensitive-error-details"}),
    ("    idempotency: keyed\n", "", {"mutation-without-idempotency"}),
    ("    idempotency: keyed\n", "    idempotency: {mode: keyed, ttl: 20m}\n", {"keyed-ttl-short"}),
    ("    idempotency: keyed\n", "    idempotency: {mode: keyed, ttl: 8s}\n", {"lease-outlives-key"}),
    ("    deadline: 3s", "    deadline: 40s", {"deadline-excessive"}),
    ("    deadline: 3s", "    deadline: 2s", {"budget-overrun"}),
    ("    deadline: 3s", "    deadline: 1500ms", {"timeout-inversion"}),
    ("    deadline: 5m", "    deadline: 5ms", {"deadline-too-short"}),
    ("    deadline: 5m\n", "", {"stream-unbounded"}),
    ("    deadline: 5m\n", "    deadline: 5m\n    idempotency: natural\n", {"stream-idempotency"}),
    ("payment.Authorize, mail", "payment.Charge, mail", {"transitive-idempotency"}),
    ("[inventory.Reserve, [", "[{each: inventory.Reserve}, [", {"fan-out-unbounded"}),
    ("    emits: [OrderPlaced]\n", "", {"event-never-emitted"}),
    ("  GetOrder:\n    doc: One order.", "  OrderGet:\n    doc: One order.", {"operation-verb"}),
    ("http: GET /v1/orders/{order_id}\n", "http: GET /v1/order/{order_id}\n", {"path-singular"}),
    ("http: GET /v1/orders/{order_id}\n", "http: GET /orders/{order_id}\n", {"path-unversioned"}),
    ("http: GET /v1/orders/{order_id}\n", "http: GET /v1/get-orders/{order_id}\n", {"path-verb"}),
    ("http: GET /v1/orders/{order_id}\n", "http: GET /v1/Orders/{order_id}\n", {"path-style"}),
    ("http: DELETE /v1/orders/{order_id}", "http: GET /v1/orders/{order_id}", {"duplicate-route"}),
    ("http: DELETE /v1/orders/{order_id}", "http: {method: DELETE, path: /v1/orders, body: order_id}", {"body-on-get"}),
    (
        "    request: {order_id: uuid}\n    response: Order\n    errors: [OrderNotFound]\n  Up",
        '    request: {order_id: "uuid?"}\n    response: Order\n    errors: [OrderNotFound]\n  Up',
        {"path-parameter-optional"},
    ),
    ("    response: Order\n    errors: [OrderNotFound]\n  Up", "    response: Order\n  Up", {"undeclared-errors"}),
    ("PATCH /v1", "PUT /v1", {"partial-without-patch"}),
    ("order: partial<Order>", 'note: "string(..500)?"', {"patch-without-partial"}),
    ("    idempotency: natural\n  C", "    idempotency: safe\n  C", {"method-idempotency-mismatch"}),
    ("    paginate: orders\n", "", {"list-unpaginated"}),
    ("http: GET /v1/orders\n", "http: {method: GET, path: /v1/orders, status: 201}\n", {"status-mismatch"}),
    (
        "http: GET /v1/orders\n    response: {orders: list<Order>}\n",
        "http: {method: GET, path: /v1/orders, headers: {in: {host: Host}}}\n"
        "    request: {host: string(..90)}\n    response: {orders: list<Order>}\n",
        {"reserved-header"},
    ),
    (
        "  CancelOrder:\n    doc: Cancels an order.\n",
        "  CancelOrder:\n    doc: Cancels an order.\n    cache: {max_age: 5s}\n",
        {"cache-unsafe"},
    ),
    (
        "    http: DELETE /v1/orders/{order_id}\n",
        "    grpc: false\n    idempotency: natural\n",
        {"operation-without-transport"},
    ),
    ("http: GET /v1/orders\n", "http: GET /v1/orders\n    emits: [OrderPlaced]\n", {"unsafe-safe-method"}),
    ("OrderPlaced", "PlaceOrder", {"event-past-tense"}),
    ("    key: order_id\nsub", "sub", {"event-without-key"}),
    ("    key: order_id\nsub", "    key: order_id\n    delivery: direct\nsub", {"dual-write"}),
    ("    key: order_id\nsub", "    key: order_id\n    topic: orders.order_placed\nsub", {"topic-separators"}),
    (
        "payload: {order_id: uuid, total: decimal}",
        "payload: {order_id: {type: uuid, sensitive: pii}}",
        {"sensitive-event-key"},
    ),
    (
        "payload: {order_id: uuid, total: decimal}",
        "payload: {order_id: uuid, token: {type: string, sensitive: secret}}",
        {"secret-in-event"},
    ),
    ("then: dead_letter", "then: drop", {"consumer-without-dead-letter"}),
    ("then: dead_letter}", "then: dead_letter}\n    deadline: 31s", {"consumer-too-slow"}),
    (
        "then: dead_letter}",
        "then: dead_letter}\n    idempotency: natural\n    emits: [OrderPlaced]",
        {"consumer-without-dedup"},
    ),
    ("payment.payment-captured.v1", "order-service.order-placed.v1\n    emits: [OrderPlaced]", {"event-loop"}),
    ("backoff: 50ms", "backoff: 0s", {"retry-undisciplined"}),
    ("ratio: 0.1", "ratio: 0.9", {"retry-undisciplined"}),
    ("per_try: 300ms", "per_try: 400ms", {"dead-attempts"}),
    ("failure_ratio: 0.5", 'mode: "off"', {"breaker-off"}),
    ("failure_ratio: 0.5", "failure_ratio: 1", {"breaker-inert"}),
    ("max: 32", "max: 3200", {"bulkhead-too-wide"}),
    ("wait: 10ms", "wait: 90ms", {"queue-outlives-timeout", "dead-attempts"}),
    ("Authorize: {timeout: 1500ms}", "Authorize: {timeout: 1500ms, hedge: 2s}", {"hedge-inert"}),
    (
        "Authorize: {timeout: 1500ms}",
        "Authorize: {timeout: 1500ms, fallback: {value: {authorized: true}}}",
        {"fallback-on-command"},
    ),
    (
        "Authorize: {timeout: 1500ms}",
        "Authorize: {timeout: 1500ms}\n      Charge: {attempts: 2}",
        {"retry-without-idempotency"},
    ),
    ("retry_on: [unavailable]", "retry_on: [unknown]", {"retry-on-permanent"}),
    ("    policy: patient\n", "", {"unused-policy"}),
    ("[payment.Authorize, mail.Send]", "payment.Authorize", {"unused-dependency"}),
    ('auth: {jwt: {issuer: "https', 'auth: {jwt: {issuer: "http', {"cleartext-url"}),
    ("audience: orders", 'audience: "*"', {"jwt-weak"}),
    (
        'auth: {jwt: {issuer: "https://id.example.com", audience: orders, jwks_url: "https://id.example.com/keys"}}\n',
        "",
        {"operation-without-auth"},
    ),
    ("  ListOrders:\n    doc", '  ListOrders:\n    auth: {scopes: ["orders:*"]}\n    doc', {"wildcard-scope"}),
    (
        "request: {order_id: uuid}\n    response: Order\n    errors: [OrderNotFound]\n  Up",
        "request: {order_id: uuid, mail: {type: string(..254), sensitive: pii}}\n"
        "    response: Order\n    errors: [OrderNotFound]\n  Up",
        {"sensitive-in-url"},
    ),
    ("kind: postgres", "kind: sqlite", {"sqlite-with-replicas"}),
    ("owns: [orders]}", "owns: [orders]}\n  more: {kind: postgres, owns: [orders]}", {"store-shared"}),
    ("replicas: 2..10", "replicas: 1..10", {"single-replica"}),
    ("mesh: istio", "mesh: none", {"canary-without-mesh"}),
    ("weight: 10", "weight: 80", {"canary-weight"}),
    ("orders:1.4.0", "orders", {"unpinned-image"}),
    ("owner: team-orders\n", "", {"missing-owner"}),
    ("    doc: One order.\n", "", {"missing-doc"}),
    (
        'items: list<Item>(1..100), voucher: "string(..20)?"',
        "rows: list<string(..9000)>(..1000)",
        {"message-over-limit"},
    ),
    ("status: OrderStatus", "status: string(..9)", {"unused-type"}),
]


def test_the_clean_contract_is_clean():
    assert not check(CLEAN)


@pytest.mark.parametrize(
    ("old", "new", "expected"), MUTATIONS, ids=lambda v: "-".join(sorted(v)) if isinstance(v, set) else ""
)
def test_one_change_flips_exactly_its_rule(old, new, expected):
    assert old in CLEAN
    found = check(CLEAN.replace(old, new))
    assert {d.rule for d in found} == expected, [f"{d.span.line}: {d.rule}: {d.message}" for d in found]


def test_every_rule_but_a_few_is_flipped_by_a_change():
    from mscgen.lint.contract import RULES

    flipped = set().union(*(expected for _, _, expected in MUTATIONS))
    assert {rule.name for rule in RULES} - flipped == {"ambiguous-route", "gateway-without-fallback"}
