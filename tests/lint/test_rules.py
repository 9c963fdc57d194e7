"""What the pages do not show: the edges of rules, and what must not be found."""

from __future__ import annotations

import pytest
from fragments import check, rules

# Fragments in which the rule beside them must find nothing.
QUIET = [
    ("unbounded-input", 'request: {code: {type: string, pattern: "[A-Z]{2,8}"}}'),
    ("unbounded-input", "request: {names: map<string(..9)>(..9), raw: bytes(..10), at: timestamp, any: json}"),
    ("unbounded-input", "response: {text: string, items: list<string>}"),
    (
        "float-money",
        "request: {cost_ratio: double, price_index: float, tax_rate: double, amount: decimal, price: int64}",
    ),
    ("epoch-timestamp", "request: {flat: int32, format: string(..9), hat: int64, at_once: bool, due_date: date}"),
    ("epoch-timestamp", 'request: {opens_at: {type: string(5..5), pattern: "[0-2][0-9]:[0-5][0-9]"}}'),
    ("unitless-duration", "request: {timeout_ms: int32, ttl: duration, interval_count: int32}"),
    ("id-overflow", "request: {paid: int32, order_id: int64, valid: bool, grid: int32, sku_id: string(..9)}"),
    ("sensitive-unclassified", "request: {page_token: string(..9), email_verified: bool, phone_count: int32}"),
    ("sensitive-unclassified", "request: {resume_token: string(..9), key: string(..9), spin: string(..9)}"),
    ("sensitive-unclassified", "request: {email: {type: string(..9), sensitive: pii}}"),
    ("ssrf-url-input", "request: {image_url: string(..9), homepage: string(..9), link_count: int32}"),
    ("ssrf-url-input", 'request: {target_url: {type: string(..99), pattern: "https://[a-z]+[.]example[.]com/.*"}}'),
    ("ssrf-url-input", "response: {callback_url: string}"),
    ("server-field-writable", "response: {created_at: timestamp}"),
    ("negated-boolean", "request: {note: bool, notify: bool, nobody: bool, non: bool}"),
    ("type-in-field-name", "request: {price_list: string(..9), flag: bool, site_map: bool, list: list<uuid>(..9)}"),
    ("list-unpaginated", "response: {orders: list<uuid>(..50)}"),
    ("list-unpaginated", "request: {limit: int32(1..9), offset: int64}\n    response: {orders: list<uuid>}"),
    ("message-over-limit", "request: {text: string(..4000000)}"),
    ("message-over-limit", "response: {pages: list<uuid>}\n    paginate: pages"),
    ("secret-literal", 'request: {password: {type: string(..9), sensitive: secret, example: "***"}}'),
    ("secret-literal", 'request: {dsn: {type: string(..99), default: "postgres://user:password@localhost/db"}}'),
    ("secret-literal", 'request: {link: {type: string(..99), example: "https://example.com/a:b@c"}}'),
    ("deadline-excessive", "deadline: 30s"),
    ("keyed-ttl-short", "deadline: 2s"),
]


@pytest.mark.parametrize(("rule", "body"), QUIET)
def test_a_rule_is_quiet_where_nothing_is_wrong(rule, body):
    operation = f"operations:\n  ListThings:\n    http: POST /v1/things\n    idempotency: keyed\n    {body}\n"
    assert rule not in rules(operation)


# Fragments in which the rule beside them must find something, in forms that its page does not show.
LOUD = [
    ("stream-idempotency", "response: stream uuid"),
    ("unbounded-input", "request: {rows: list<list<string(..9)>>(..9)}"),
    ("unbounded-input", "request: {names: map<uuid>}"),
    ("unbounded-input", "request: {raw: bytes}"),
    ("unbounded-input", 'request: {code: {type: string, pattern: "[A-Z]+"}}'),
    ("unbounded-input", 'request: {code: {type: string, pattern: "a{2,}"}}'),
    ("float-money", "response: {rows: list<double>, prices: list<float>(..9)}"),
    ("epoch-timestamp", "response: {updated_at: string}"),
    ("epoch-timestamp", "response: {birth_date: int32}"),
    ("sensitive-unclassified", "request: {contact_email: string(..99)}"),
    ("sensitive-unclassified", "request: {emails: list<string(..99)>(..9)}"),
    ("sensitive-unclassified", "response: {api_key: string}"),
    ("ssrf-url-input", "request: {url: string(..99)}"),
    ("ssrf-url-input", 'request: {webhook_url: {type: string(..99), pattern: "https?://.*"}}'),
    ("ssrf-url-input", 'request: {hook_url: {type: string(..99), pattern: "https://.*[.]example[.]com/.*"}}'),
    ("ssrf-url-input", 'request: {hook_url: {type: string(..99), pattern: "https://[^/]+[.]example[.]com/.*"}}'),
    ("ssrf-url-input", 'request: {hook_url: {type: string(..99), pattern: "https://hooks"}}'),
    ("ssrf-url-input", "request: {hooks: list<string(..9)>(..9), redirect_uri: string(..9)}"),
    ("message-over-limit", "request: {a: string(..2500000), b: string(..2500000)}"),
    ("message-over-limit", "response: {rows: map<map<uuid>(..1000)>(..1000)}"),
    ("secret-literal", f'request: {{a: {{type: string(..99), example: "{"AKIA" + "Q" * 16}"}}}}'),
    ("secret-literal", f'request: {{a: {{type: string(..99), default: "{"ghp_" + "a1" * 18}"}}}}'),
    ("secret-literal", f'x-env: {{KEY: ["{"sk_" + "live_" + "a1" * 10}"]}}'),
    ("secret-literal", 'request: {a: {type: string(..99), sensitive: secret, default: "Tr0ub4dor&3"}}'),
    ("secret-literal", 'examples: [{a: "amqp://svc:hunter22@mq/"}]\n    request: {a: string(..99)}'),
    ("list-unpaginated", "response: list<uuid>"),
]


@pytest.mark.parametrize(("rule", "body"), LOUD)
def test_a_rule_finds_what_its_page_does_not_show(rule, body):
    operation = f"operations:\n  ListThings:\n    http: POST /v1/things\n    idempotency: keyed\n    {body}\n"
    assert rule in rules(operation)


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("OrderCreate", "CreateOrder"),
        ("OrderItemDelete", "DeleteOrderItem"),
        ("CreatingOrder", "CreateOrder"),
        ("PlacingOrder", "PlaceOrder"),
        ("ReportList", "ListReport"),
        ("Get", "GetOrder"),
    ],
)
def test_an_operation_gets_its_verb_first(name, better):
    (found,) = [d for d in check(f"operations: {{{name}: {{idempotency: safe}}}}") if d.rule == "operation-verb"]
    assert f"`{better}`" in found.help


@pytest.mark.parametrize(
    "name",
    [
        *[
            "CreateOrder",
            "GetOrCreateUser",
            "PublishPriceList",
            "Ping",
            "Login",
            "OrderPizza",
            "StreamOrderUpdates",
            "Health",
            "BatchGetOrders",
        ]
    ],
)
def test_an_operation_that_starts_with_its_verb_keeps_its_name(name):
    assert "operation-verb" not in rules(f"operations: {{{name}: {{idempotency: safe}}}}")


@pytest.mark.parametrize(
    "name", ["OrderPlaced", "OrderSet2Created", "MailSent", "LimitReached", "StockRanOut", "HTTPCallFailed"]
)
def test_a_fact_is_past_tense(name):
    assert "event-past-tense" not in rules(event(name))


@pytest.mark.parametrize(
    ("name", "better"), [("PlaceOrder", "OrderPlaced"), ("NotifyUser", "UserNotified"), ("Feed", "FeedChanged")]
)
def test_a_command_is_no_event(name, better):
    (found,) = [d for d in check(event(name)) if d.rule == "event-past-tense"]
    assert f"`{better}`" in found.help


def event(name):
    return (
        f"operations: {{CreateOrder: {{idempotency: keyed, emits: [{name}]}}}}\n"
        f"publishes: {{{name}: {{payload: {{order_id: uuid}}, key: order_id}}}}\n"
    )


@pytest.mark.parametrize(
    ("path", "better"),
    [
        ("/v1/lineItems", "/v1/line-items"),
        ("/v1/line_items", "/v1/line-items"),
        ("/v1/things/", "/v1/things"),
        ("/v1/export.json", "/v1/export"),
        ("/v1/HTTPLogs", "/v1/http-logs"),
    ],
)
def test_a_path_is_shown_in_its_usual_form(path, better):
    (found,) = [d for d in check(f"operations: {{GetX: {{http: GET {path}}}}}") if d.rule == "path-style"]
    assert found.help == f"write `{better}`"


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/things:batchGet", "/.well-known/keys", "/v1/a1-b2/c"])
def test_a_usual_path_is_left_alone(path):
    assert "path-style" not in rules(f'operations: {{GetX: {{http: "GET {path}"}}}}')


@pytest.mark.parametrize(
    ("path", "better"),
    [
        ("/order/{order_id}", "/orders/{order_id}"),
        ("/category/{id}", "/categories/{id}"),
        ("/box/{id}:open", "/boxes/{id}:open"),
    ],
)
def test_a_collection_gets_its_plural(path, better):
    field = "order_id" if "order_id" in path else "id"
    text = f'operations: {{GetX: {{http: "GET {path}", request: {{{field}: uuid}}, errors: [No]}}}}\nerrors: {{No: not_found}}'
    (found,) = [d for d in check(text) if d.rule == "path-singular"]
    assert found.help == f"write `{better}`"


@pytest.mark.parametrize("path", ["/dashboard/{user_id}", "/orders/{order_id}", "/data/{id}", "/by-user/{user_id}"])
def test_what_is_no_collection_keeps_its_name(path):
    field = path.split("{")[1].rstrip("}")
    text = f'operations: {{GetX: {{http: "GET {path}", request: {{{field}: uuid}}, errors: [No]}}}}\nerrors: {{No: not_found}}'
    assert "path-singular" not in rules(text)


def route(name, path, *fields):
    inside = ", ".join(f"{f}: uuid" for f in fields)
    return f"  {name}: {{http: 'GET {path}', request: {{{inside}}}, errors: [No]}}\n"


def test_a_fixed_part_beside_a_field_is_no_ambiguity():
    text = "errors: {No: not_found}\noperations:\n"
    text += route("GetRecent", "/v1/orders/recent") + route("GetOrder", "/v1/orders/{order_id}", "order_id")
    assert not {"ambiguous-route", "duplicate-route"} & rules(text)


def test_routes_that_differ_in_a_custom_method_are_two():
    text = "errors: {No: not_found}\noperations:\n"
    text += route("GetOrder", "/v1/orders/{order_id}", "order_id")
    text += route("GetState", "/v1/orders/{order_id}:state", "order_id")
    assert not {"ambiguous-route", "duplicate-route"} & rules(text)


def test_a_further_route_can_be_a_duplicate():
    text = """\
operations:
  GetA: {http: GET /v1/a}
  GetB: {http: {method: GET, path: /v1/b, also: [GET /v1/a]}}
"""
    assert rules(text) == {"duplicate-route"}


def test_a_type_of_a_dependency_is_judged_in_its_own_contract(tmp_path):
    from mscgen import pipeline

    for name in ("stock", "shop"):
        (tmp_path / name).mkdir()
    (tmp_path / "stock" / "contract.yaml").write_text(
        "mscgen: 1\nservice: stock\nversion: 1.0.0\nowner: a\nauth: public\n"
        "types: {Level: {price: double, email: string, unused: Other}, Other: {enum: [one]}}\n"
        "operations: {GetLevel: {doc: One., http: GET /v1/level, response: Level}}\n"
    )
    contract = tmp_path / "shop" / "contract.yaml"
    contract.write_text(
        "mscgen: 1\nservice: shop\nversion: 1.0.0\nowner: a\nauth: public\n"
        "operations: {AddLevel: {doc: One., http: POST /v1/levels, request: {level: stock.Level}, idempotency: keyed}}\n"
        "dependencies: {stock: {contract: ../stock/contract.yaml}}\n"
    )
    loaded = pipeline.check(contract)
    assert loaded.service is not None
    assert {d.rule for d in loaded.diagnostics} == {"section-without-emitter"}


def test_a_published_proto_keeps_its_prefixes_and_zero_values():
    text = """\
proto: {package: shop.v1, service: Shop}
types:
  Size: {enum: {size_unspecified: {number: 0}, size_small: {number: 1}}}
  GetBoxRequest: {box_id: {type: string(..40), number: 1}}
  Box: {size: {type: Size, number: 1}}
operations:
  GetBox: {request: GetBoxRequest, response: Box, idempotency: safe}
"""
    assert not rules(text)


def test_one_record_in_many_requests_is_found_once():
    text = """\
types:
  Note: {text: string}
operations:
  AddNote: {request: Note, idempotency: keyed}
  ChangeNote: {request: Note, idempotency: natural}
  SearchNotes: {request: {like: Note}, idempotency: safe}
"""
    assert [d.rule for d in check(text)].count("unbounded-input") == 1


def test_a_field_that_only_a_search_takes_is_no_mass_assignment():
    text = """\
types:
  Filter: {created_at: timestamp}
operations:
  SearchNotes: {request: {filter: Filter}, idempotency: safe}
"""
    assert "server-field-writable" not in rules(text)
    assert "server-field-writable" in rules(text + "  AddNote: {request: {filter: Filter}, idempotency: keyed}\n")


def test_a_record_inside_itself_is_walked_once():
    text = """\
types:
  Node: {name: string, left: "Node?", children: list<Node>(..9)}
operations:
  AddTree: {request: {root: Node}, response: Node, idempotency: keyed}
"""
    assert rules(text) == {"unbounded-input"}


def test_a_chain_of_records_has_no_end_that_matters():
    chain = "".join(f'  R{i}: {{next: "R{i + 1}?", name: string(..9)}}\n' for i in range(2000))
    text = f"types:\n{chain}  R2000: {{name: string(..9)}}\noperations: {{AddIt: {{request: {{r: R0}}, idempotency: keyed}}}}\n"
    assert rules(text) == set()


def test_bounds_multiply_beyond_any_number():
    types = "".join(f"  A{i}: list<A{i + 1}>(..2000000000)\n" for i in range(40))
    text = f"types:\n{types}  A40: uuid\noperations: {{AddIt: {{request: {{r: A0}}, idempotency: keyed}}}}\n"
    (found,) = [d for d in check(text) if d.rule == "message-over-limit"]
    assert found.message == "the largest request of AddIt is at least 1 EiB; gRPC refuses more than 4 MiB"


def test_auth_of_each_operation_counts_as_said():
    text = "mscgen: 1\nservice: a-service\nversion: 1.0.0\nowner: a\noperations:\n"
    said = "  GetA: {http: GET /a, auth: public}\n"
    assert rules(text + said) == set()
    (found,) = [d for d in check(text + said + "  GetB: {http: GET /b}\n") if d.rule == "operation-without-auth"]
    assert found.label == "1 of 2 operations have no `auth`"
    assert found.span.line == 7


@pytest.mark.parametrize(
    "url", ["http://localhost:8080/keys", "http://127.0.0.1/keys", "http://id.auth.svc/keys", "http://id/keys"]
)
def test_an_address_inside_may_be_plain(url):
    text = f'auth: {{jwt: {{issuer: "https://id.example.com", audience: a, jwks_url: "{url}"}}}}\noperations: {{GetA: {{http: GET /a}}}}'
    assert "cleartext-url" not in rules(text)


@pytest.mark.parametrize("image", ["a:1.0", "registry:5000/a:1.0", "a@sha256:0123456789abcdef"])
def test_a_pinned_image_is_left_alone(image):
    assert "unpinned-image" not in rules(f'operations: {{GetA: {{http: GET /a}}}}\ndeploy: {{image: "{image}"}}')


def test_an_image_of_a_registry_with_a_port_needs_its_tag():
    assert "unpinned-image" in rules("operations: {GetA: {http: GET /a}}\ndeploy: {image: 'registry:5000/a'}")


def test_a_gateway_is_judged_by_its_branches():
    text = """\
kind: gateway
operations:
  GetDashboard:
    http: GET /dashboard/{user_id}
    request: {user_id: uuid}
    deadline: 400ms
    compose:
      user: {call: users.GetUser, with: {user_id: user_id}}
      orders: {call: orders.ListOrders, with: {customer_id: user_id}, fallback: omit}
dependencies:
  users:
    contract: ../users-service/contract.yaml
    operations: {GetUser: {timeout: 300ms}}
  orders:
    contract: ../orders-service/contract.yaml
    operations: {ListOrders: {timeout: 500ms}}
"""
    found = check(text)
    assert [d.rule for d in found if d.severity == "error"] == ["timeout-inversion"]
    assert "orders.ListOrders 500ms" in found[-1].label


def test_an_empty_contract_has_nothing_to_find():
    assert not rules("doc: Nothing yet.\n")
