"""The interactive page in a real browser: it sends, streams, explains problems, and never runs what a contract says."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
import uvicorn

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "templates"))

from browser import CHROMIUM, Browser
from runtime.docs import page

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]

HOSTILE = (
    "<script>alert('script')</script><img src=x onerror=alert('img')> "
    "</style></title></textarea> javascript:alert(1) {{7*7}} ${alert(1)} \u202ereversed\u2066 `x` &lt;b&gt;"
)
PROBLEM = {
    "type": "https://errors.order-service/ORDER_NOT_FOUND",
    "title": "Order not found",
    "status": 404,
    "detail": HOSTILE,
    "code": "not_found",
    "reason": "ORDER_NOT_FOUND",
    "domain": "order-service",
    "retryable": False,
    "errors": [{"pointer": "#/items/0/quantity", "code": "less_than_equal", "detail": "Must be at most 1000."}],
}
ORDER = {
    "type": "object",
    "description": HOSTILE,
    "properties": {
        "sku": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$", "description": HOSTILE, "default": HOSTILE},
        "quantity": {"type": "integer", "format": "int32", "minimum": 5, "maximum": 9},
        "status": {"$ref": "#/components/schemas/Status"},
        "parent": {"$ref": "#/components/schemas/Order"},
        "price": {"type": "string", "format": "decimal", "pattern": "^(?:0|[1-9][0-9]{0,3})$", "x-maximum": "9999"},
    },
    "required": ["sku", "quantity", "status", "price"],
}
PROBLEM_ANSWER = {"description": "No.", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
KEY = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}}
ORDER_ID = {"name": "order_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def answer(schema: dict, kind: str = "application/json") -> dict:
    return {"200": {"description": HOSTILE, "content": {kind: {"schema": schema}}}, "404": PROBLEM_ANSWER}


API = {
    "openapi": "3.1.0",
    "info": {"title": "order-service", "version": "1.0.0", "description": HOSTILE},
    "paths": {
        "/v1/orders": {
            "post": {
                "operationId": "CreateOrder",
                "summary": HOSTILE,
                "tags": ["orders"],
                "parameters": [KEY],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                "responses": answer({"$ref": "#/components/schemas/Order"}),
            },
            "get": {
                "operationId": "ListOrders",
                "tags": ["orders"],
                "parameters": [
                    {
                        "name": "status",
                        "in": "query",
                        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Status"}},
                    },
                    {"name": "q", "in": "query", "description": HOSTILE, "schema": {"type": "string"}},
                ],
                "security": [{"jwt": []}],
                "responses": answer({"type": "object"}),
            },
        },
        "/v1/orders/{order_id}": {
            "get": {
                "operationId": "GetOrder",
                "tags": [HOSTILE],
                "parameters": [ORDER_ID],
                "responses": answer({"$ref": "#/components/schemas/Order"}),
            }
        },
        "/v1/orders/{order_id}/updates": {
            "get": {
                "operationId": "WatchOrder",
                "tags": ["orders"],
                "parameters": [ORDER_ID],
                "responses": answer({"type": "string"}, "text/event-stream"),
            }
        },
    },
    "components": {
        "schemas": {"Order": ORDER, "Status": {"type": "string", "enum": ["open", HOSTILE]}},
        "securitySchemes": {"jwt": {"type": "http", "scheme": "bearer"}},
    },
}


class Api:
    """An ASGI application that answers as a generated service does, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict] = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        path = scope["path"]
        headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        if path == "/docs":
            policy = [(b"content-security-policy", page().policy.encode())]
            return await self.reply(send, 200, "text/html; charset=utf-8", page().html, policy)
        if path == "/openapi.json":
            return await self.reply(send, 200, "application/json", json.dumps(API).encode())
        query = scope["query_string"].decode()
        self.asked.append({"method": scope["method"], "path": path, "query": query, "headers": headers, "body": body})
        if path.endswith("/updates"):
            return await self.stream(send, endless="ffffffff" in path)
        if scope["method"] == "POST":
            text = body.decode().rstrip("}\n ") + f', "big": 9007199254740993, "text": {json.dumps(HOSTILE)}}}'
            return await self.reply(send, 201, "application/json", text.encode(), [(b"idempotency-replayed", b"true")])
        if path == "/v1/orders":
            return await self.reply(send, 200, "application/json", b'{"orders":[]}')
        return await self.reply(send, 404, "application/problem+json", json.dumps(PROBLEM).encode())

    @staticmethod
    async def reply(send, status, kind, body, headers=()):
        headers = [(b"content-type", kind.encode()), *headers]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    @staticmethod
    async def stream(send, endless):
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        # Cut in the middle of an event, of a character and of a line ending.
        whole = f'id: 1\r\ndata: {{"n": 1, "t": "é"}}\r\n\r\n: a comment\n\ndata: {json.dumps(HOSTILE)}\n\n'.encode()
        for at in range(0, len(whole), 7):
            await send({"type": "http.response.body", "body": whole[at : at + 7], "more_body": True})
        if not endless:
            event = f"event: error\ndata: {json.dumps(PROBLEM)}\n\n".encode()
            await send({"type": "http.response.body", "body": event, "more_body": False})


@pytest.fixture(scope="module")
def api():
    app = Api()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    app.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    yield app
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


@pytest.fixture
def browser(api, chromium):
    api.asked.clear()
    chromium.console.clear()
    chromium.requests.clear()
    chromium.goto("about:blank#")
    chromium.size(1300, 900)
    chromium.goto(f"{api.url}/docs")
    chromium.wait("document.querySelector('.ops')")
    yield chromium
    assert chromium.console == [], "the page is silent: no error, no broken policy, no dialog"
    assert all(url.startswith((api.url, "data:", "about:")) for url in chromium.requests), "it works offline"


def show(browser: Browser, operation: str) -> None:
    browser.run(f"location.hash = '#/{operation}'")
    browser.wait(f"document.querySelector('h1').textContent === '{operation}'")


def text(browser: Browser, selector: str = "main") -> str:
    return browser.run(f"document.querySelector('{selector}').innerText")


def test_every_operation_is_listed_under_its_tag(browser):
    names = browser.run("[...document.querySelectorAll('#list ul a .name')].map((e) => e.textContent)")
    assert names == ["CreateOrder", "ListOrders", "WatchOrder", "GetOrder"]


def test_send_posts_the_generated_example_and_shows_the_answer_with_every_digit(browser, api):
    show(browser, "CreateOrder")
    browser.click("#send")
    browser.wait("document.querySelector('#status')")
    (asked,) = api.asked
    sent = json.loads(asked["body"])
    assert set(sent) == {"sku", "quantity", "status", "price"}
    assert sent["quantity"] == 5
    assert sent["sku"] == HOSTILE  # its default
    assert sent["price"] == "0"
    assert asked["headers"]["content-type"] == "application/json"
    assert len(asked["headers"]["idempotency-key"]) == 36
    assert text(browser, "#status").startswith("201")
    assert "9007199254740993" in text(browser, "#answer pre")
    assert "replayed" in text(browser, "#answer")


def test_every_send_has_a_new_idempotency_key_unless_the_reader_keeps_it(browser, api):
    show(browser, "CreateOrder")
    for _ in range(2):
        browser.run("document.querySelector('#answer').replaceChildren()")
        browser.click("#send")
        browser.wait("document.querySelector('#status')")
        browser.wait("!document.querySelector('#send').disabled")
    browser.click("#fresh")
    for _ in range(2):
        browser.run("document.querySelector('#answer').replaceChildren()")
        browser.click("#send")
        browser.wait("document.querySelector('#status')")
        browser.wait("!document.querySelector('#send').disabled")
    keys = [asked["headers"]["idempotency-key"] for asked in api.asked]
    assert len(set(keys[:3])) == 3
    assert keys[2] == keys[3]


def test_a_problem_is_explained_field_by_field(browser):
    show(browser, "GetOrder")
    browser.click("#send")
    problem = browser.wait("document.querySelector('.problem')") and text(browser, ".problem")
    assert "Order not found" in problem
    assert "ORDER_NOT_FOUND" in problem
    assert "Must be at most 1000." in problem


def test_a_stream_shows_its_events_as_they_come(browser):
    show(browser, "WatchOrder")
    browser.click("#send")
    browser.wait("document.querySelector('#ended')")
    assert text(browser, "#count") == "3"
    assert '"é"' in text(browser, ".events")
    assert "Order not found" in text(browser, ".events .problem")


def test_a_failed_address_is_said_and_the_form_stays(browser):
    show(browser, "GetOrder")
    browser.run("window.fetch = () => Promise.reject(new TypeError('refused'))")
    browser.click("#send")
    browser.wait("document.querySelector('.state.bad')")
    assert "refused" in text(browser, "#answer")
    assert not browser.run("document.querySelector('#send').disabled")


def test_repeated_query_parameters_and_special_characters_arrive_as_they_were_typed(browser, api):
    show(browser, "ListOrders")
    browser.run("document.querySelector('#p0').focus()")
    browser.type("open\na&b=c")
    browser.run("document.querySelector('#p1').focus()")
    browser.type("100% +/?#ü")
    browser.press("Enter", modifiers=2)
    browser.wait("document.querySelector('#status')")
    from urllib.parse import parse_qsl

    assert parse_qsl(api.asked[0]["query"]) == [("status", "open"), ("status", "a&b=c"), ("q", "100% +/?#ü")]
    assert "100%25" in text(browser, ".curl")


def test_credentials_travel_with_the_operations_that_want_them(browser, api):
    browser.click("#auth")
    browser.wait("document.querySelector('dialog[open] input')")
    browser.run("document.querySelector('dialog input').focus()")
    browser.type("token-1")
    browser.click("dialog .primary")
    for operation in ("ListOrders", "GetOrder"):
        show(browser, operation)
        browser.click("#send")
        browser.wait("document.querySelector('#status')")
    listed, got = api.asked
    assert listed["headers"]["authorization"] == "Bearer token-1"
    assert "authorization" not in got["headers"]


def test_nothing_in_the_contract_or_in_an_answer_becomes_html(browser):
    for operation in ("CreateOrder", "GetOrder", "ListOrders", "schemas/Order"):
        browser.run(f"location.hash = '#/{operation}'")
        browser.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        browser.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        browser.run("new Promise((done) => setTimeout(done, 50))")
        if browser.run("Boolean(document.querySelector('#send'))"):
            browser.click("#send")
            browser.wait("document.querySelector('#status')")
        assert browser.run("document.querySelectorAll('main script, main img, main b, nav script').length") == 0
        assert "\u202e" not in browser.run("document.body.innerText")
    assert "<script>alert('script')</script>" in text(browser)


def test_the_policy_stops_a_script_that_got_in_all_the_same(browser):
    attack = "document.body.innerHTML = '<img src=x onerror=window.got=1>'"
    browser.run(f"(() => {{ try {{ {attack}; }} catch (e) {{ window.refused = e.name; }} }})()")
    assert browser.run("window.refused") == "TypeError"
    assert browser.run("window.got") is None
    # The complaint of the policy is what this test wants to see.
    assert any("TrustedHTML" in line for line in browser.console)
    browser.console.clear()


def test_the_keyboard_is_enough(browser):
    browser.press("/", text="/")
    browser.type("watch")
    names = browser.run("[...document.querySelectorAll('#list ul a .name')].map((e) => e.textContent)")
    assert names == ["WatchOrder"]
    browser.run("document.activeElement.blur()")
    browser.press("j", text="j")
    browser.wait("document.querySelector('h1').textContent === 'WatchOrder'")
    browser.press("Enter", modifiers=2)
    browser.wait("document.querySelector('#ended')")


def test_every_control_has_a_name_for_a_screen_reader(browser):
    for operation in ("CreateOrder", "ListOrders"):
        show(browser, operation)
        nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
        roles = {"button", "textbox", "link", "combobox", "checkbox", "searchbox"}
        controls = [n for n in nodes if n.get("role", {}).get("value") in roles and not n.get("ignored")]
        assert controls
        assert not [n for n in controls if not n.get("name", {}).get("value", "").strip()]


def test_the_theme_is_the_readers_choice_and_is_kept(browser, api):
    browser.size(1300, 900, dark=True)
    background = "getComputedStyle(document.body).backgroundColor"
    assert browser.run(background) == "rgb(20, 22, 26)"
    browser.click("#theme")
    assert browser.run(background) == "rgb(255, 255, 255)"
    browser.goto(f"{api.url}/docs?again")
    browser.wait("document.querySelector('.ops')")
    assert browser.run(background) == "rgb(255, 255, 255)"
    browser.run("localStorage.clear()")


def test_a_narrow_window_has_no_sideways_scrolling(browser):
    browser.size(390, 800)
    for operation in ("CreateOrder", "ListOrders", "WatchOrder"):
        show(browser, operation)
        assert browser.run("document.documentElement.scrollWidth") <= 390


def test_a_generated_service_serves_the_page_and_answers_it(chromium, tmp_path):
    """The page, its policy, the document and the operations, all as a user gets them."""
    import everything

    with everything.running(everything.project(tmp_path), tmp_path) as url:
        chromium.console.clear()
        chromium.goto(f"{url}/docs")
        chromium.wait("document.querySelector('.ops')")
        for operation, status in (("SetOptions", 200), ("CreateThing", 201), ("EchoScalars", 200), ("EchoWide", 200)):
            show(chromium, operation)
            chromium.click("#send")
            assert chromium.wait("document.querySelector('#status') && document.querySelector('#status').innerText")
            answer_text = text(chromium, "#answer")
            assert text(chromium, "#status").startswith(str(status)), answer_text
        show(chromium, "GetThing")
        chromium.click("#send")
        chromium.wait("document.querySelector('.problem')")
        assert "THING_NOT_FOUND" in text(chromium, ".problem")
        assert chromium.console == []
        chromium.goto("about:blank#")


def test_a_thousand_operations_are_shown_at_once_and_found_by_typing(browser, api):
    many = {f"/v1/things{i}": {"get": {"operationId": f"GetThing{i}", "responses": {}}} for i in range(1000)}
    big = json.dumps({"openapi": "3.1.0", "info": {"title": "big", "version": "1"}, "paths": many})
    source = f"window.fetch = async () => new Response({json.dumps(big)})"
    script = browser.call("Page.addScriptToEvaluateOnNewDocument", source=source)["identifier"]
    browser.goto(f"{api.url}/docs?big")
    browser.wait("document.querySelectorAll('#list li').length === 1000")
    browser.run("document.querySelector('#filter').focus()")
    browser.type("thing777")
    browser.wait("document.querySelectorAll('#list li').length === 1")
    browser.call("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
