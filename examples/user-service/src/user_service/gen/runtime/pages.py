"""The service's own pages: probes, metrics, and the description of its API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from . import health
from .docs import page
from .health import Health, Report
from .metrics import Metrics
from .rest_app import RestApp
from .rest_reply import Headers, Reply, send_reply
from .route import Receive, RouteApp, Scope, Send


def add_pages(
    app: RestApp, state: Health, metrics: Metrics, openapi: Callable[[], bytes] | None, docs: bool
) -> None:
    """Adds /livez, /readyz and /metrics; with `docs` also /docs and /openapi.json, if there is one.

    Paths that the contract has itself are left alone.
    """

    async def live() -> Report:
        return state.live()

    pages: dict[str, RouteApp] = {
        "/livez": _probe(live),
        "/readyz": _probe(state.ready),
        "/metrics": _exposition(metrics),
    }
    if docs and openapi is not None:
        html, policy = page()
        secure = [
            (b"content-security-policy", policy.encode("ascii")),
            (b"x-content-type-options", b"nosniff"),
        ]
        pages["/docs"] = _fixed(html, b"text/html; charset=utf-8", secure)
        pages["/openapi.json"] = _fixed(openapi(), b"application/json", [])
    for path, answer in pages.items():
        if app.operations.table.find(path) is None:
            app.operations.add("GET", path, answer)


def _probe(ask: Callable[[], Awaitable[Report]]) -> RouteApp:
    async def answer(scope: Scope, receive: Receive, send: Send, values: tuple[str, ...]) -> None:
        report = await ask()
        status, headers, body = health.response(report)
        await send_reply(Reply(status, body, headers), send)

    return answer


def _exposition(metrics: Metrics) -> RouteApp:
    async def answer(scope: Scope, receive: Receive, send: Send, values: tuple[str, ...]) -> None:
        accept = dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
        body, content_type = metrics.exposition(accept)
        await send_reply(_whole(body, content_type.encode("latin-1"), []), send)

    return answer


def _fixed(body: bytes, content_type: bytes, more: Headers) -> RouteApp:
    reply = _whole(body, content_type, more)

    async def answer(scope: Scope, receive: Receive, send: Send, values: tuple[str, ...]) -> None:
        await send_reply(reply, send)

    return answer


def _whole(body: bytes, content_type: bytes, more: Headers) -> Reply:
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body)), *more]
    return Reply(200, body, headers)
