"""What stands around the operations: FastAPI routes and middlewares of the user's, CORS, a mount point."""

from __future__ import annotations

import httpx2
import pytest
from fastapi import FastAPI, HTTPException
from rest_client import eventually
from runtime.testing import LoopThread, running, serving
from sample_service import Gone, make
from starlette.responses import JSONResponse


def with_routes(**settings):
    service = make(**settings)

    @service.app.get("/mine/{number}")
    async def mine(number: int) -> dict[str, int]:
        if number == 1:
            raise HTTPException(418, "a teapot", headers={"x-pot": "tea"})
        if number == 2:
            raise RuntimeError("secret: 4711")
        if number == 3:
            raise Gone("gone too")
        return {"number": number}

    @service.app.put("/v1/notes/me")
    async def mine_too() -> str:
        return "ordinary"

    return service


class Marking:
    """A pure ASGI middleware, as users write them."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def marked(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-marked", b"yes")]
            await send(message)

        await self.app(scope, receive, marked)


def with_middleware(**settings):
    service = with_routes(**settings)
    service.app.add_middleware(Marking)
    return service


@pytest.fixture(scope="module", params=[with_routes, with_middleware], ids=["bare", "inside a middleware"])
def http(request):
    with serving(request.param) as service:
        service.http.marked = request.param is with_middleware
        yield service.http


def test_operations_and_ordinary_routes_stand_side_by_side(http):
    assert http.get("/mine/7").json() == {"number": 7}
    assert http.get("/v1/notes/me").json()["note_id"] == "me"
    assert http.put("/v1/notes/me").json() == "ordinary"


def test_a_middleware_sees_operations_pages_and_routes(http):
    for path in ("/v1/notes/me", "/livez", "/mine/7", "/nope"):
        assert ("x-marked" in http.get(path).headers) == http.marked


def test_the_errors_of_ordinary_routes_are_problems_too(http):
    cases = {
        "/mine/x": (400, "INVALID_REQUEST"),
        "/mine/1": (418, "HTTP_ERROR"),
        "/mine/2": (500, "INTERNAL"),
        "/mine/3": (404, "NOTE_GONE"),
        "/nope": (404, "ROUTE_NOT_FOUND"),
    }
    for path, wanted in cases.items():
        answer = http.get(path)
        assert (answer.status_code, answer.json()["reason"]) == wanted, path
        assert "4711" not in answer.text
    assert http.get("/mine/1").headers["x-pot"] == "tea"
    assert http.post("/mine/7").headers["allow"] == "GET"


@pytest.mark.parametrize("method", ["DELETE", "TRACE"])
def test_a_method_that_nobody_has_is_405_with_those_of_the_contract(http, method):
    answer = http.request(method, "/v1/notes")
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


def test_a_mounted_service_knows_its_paths():
    async def scenario():
        async with running(with_routes) as service:
            outer = FastAPI()
            outer.mount("/api", service.app)
            transport = httpx2.ASGITransport(outer)
            async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
                return [
                    (await client.get(path)).status_code
                    for path in ("/api/v1/notes/me", "/api/mine/7", "/v1/notes/me", "/api/nope", "/api/livez")
                ]

    thread = LoopThread()
    try:
        assert thread.run(scenario()) == [200, 200, 404, 404, 200]
    finally:
        thread.stop()


def test_browsers_of_the_named_origins_may_call():
    with serving(make, cors_origins=("https://shop.example",)) as service:
        preflight = {"origin": "https://shop.example", "access-control-request-method": "PATCH"}
        answer = service.http.options("/v1/notes/a", headers=preflight)
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        answer = service.http.get("/v1/notes/me", headers={"origin": "https://shop.example"})
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        other = service.http.get("/v1/notes/me", headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_no_browser_may_call_unless_it_is_said():
    with serving(make) as service:
        answer = service.http.get("/v1/notes/me", headers={"origin": "https://shop.example"})
        assert "access-control-allow-origin" not in answer.headers


def test_the_description_can_be_switched_off():
    with serving(make, docs=False) as service:
        assert service.http.get("/docs").status_code == service.http.get("/openapi.json").status_code == 404
        assert service.http.get("/metrics").status_code == 200


def test_a_lifespan_of_the_users_runs():
    seen = []

    def create(**settings):
        service = make(**settings)

        class Lifespan:
            def __init__(self, app):
                pass

            async def __aenter__(self):
                seen.append("up")

            async def __aexit__(self, *error):
                seen.append("down")

        service.app.router.lifespan_context = Lifespan
        return service

    with serving(create):
        assert seen == ["up"]
    assert eventually(lambda: seen == ["up", "down"])


def test_a_route_may_answer_what_it_likes():
    def create(**settings):
        service = make(**settings)
        service.app.add_api_route("/raw", lambda: JSONResponse({"a": 1}, 299))
        return service

    with serving(create) as service:
        assert service.http.get("/raw").status_code == 299
