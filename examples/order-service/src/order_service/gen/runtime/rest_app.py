"""The HTTP side of a service: a FastAPI application that knows the operations.

Operations and the service's own pages are found by one table, before FastAPI's router and without
its layers, unless a middleware was added to the application: then they are found inside it.
Ordinary FastAPI routes stand beside them, and every error of the framework is answered as a
problem.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from .errors import (
    Code,
    Internal,
    InvalidRequest,
    MethodNotAllowed,
    RouteNotFound,
    ServiceError,
    Violation,
)
from .registry import UnknownError
from .rest_reply import Reply, problem_reply, send_reply
from .route import Receive, RouteApp, Scope, Send
from .routing import Match as Found
from .routing import Table

_log = structlog.get_logger(__name__)


def _path(scope: Scope) -> str:
    """The path as it was sent, below the mount point."""
    raw: bytes | None = scope.get("raw_path")
    path = (
        raw.partition(b"?")[0].decode("latin-1")
        if raw
        else quote(scope["path"], safe="/%:@!$&'()*+,;=~")
    )
    root: str = scope.get("root_path", "")
    return path.removeprefix(root) if root else path


class Operations(BaseRoute):
    """One route for every path of the contract, found by its own table."""

    def __init__(self) -> None:
        """Empty."""
        self.table: Table[RouteApp] = Table()

    def add(self, method: str, path: str, app: RouteApp) -> None:
        """Raises ValueError when the method and path are taken. A GET answers HEAD too."""
        self.table.add(method, path, app)
        if method == "GET":
            self.table.add("HEAD", path, app)

    def matches(self, scope: Scope) -> tuple[Match, dict[str, Any]]:
        """PARTIAL for another method of a known path: a FastAPI route may still have it."""
        found = self.table.find(_path(scope)) if scope["type"] == "http" else None
        if found is None:
            return Match.NONE, {}
        full = scope["method"] in found.methods
        return (Match.FULL if full else Match.PARTIAL), {"mscgen.found": found}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers; OPTIONS and what the path does not have are answered here."""
        found: Found[RouteApp] = scope["mscgen.found"]
        app = found.methods.get(scope["method"])
        if app is not None:
            await app(scope, receive, send, found.values)
            return
        allow = sorted({*found.methods, "OPTIONS"})
        if scope["method"] != "OPTIONS":
            raise MethodNotAllowed(allow)
        await send_reply(Reply(204, b"", [(b"allow", ", ".join(allow).encode())]), send)


class RestApp(FastAPI):
    """A FastAPI application with the operations of a contract in front of its routes."""

    def __init__(self, name: str, version: str) -> None:
        """name: of the service, as it stands in problems. The API's description is a file, not made
        here."""
        super().__init__(
            title=name,
            version=version,
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
        )
        self.operations = Operations()
        self.router.routes.insert(0, self.operations)
        self._domain = name
        for kind, translate in _TRANSLATIONS:
            self.add_exception_handler(kind, self._answer(translate))

    def _answer(self, translate: Callable[[Any], ServiceError]) -> Callable[..., Any]:
        async def handler(request: Request, error: Exception) -> Response:
            reply = problem_reply(translate(error), self._domain)
            response = Response(reply.body, reply.status)
            response.raw_headers = reply.headers
            if isinstance(error, HTTPException) and error.headers:
                for name, value in error.headers.items():
                    response.headers.setdefault(name, value)
            return response

        return handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "http" and not self.user_middleware:
            found = self.operations.table.find(_path(scope))
            if found is not None:
                app = found.methods.get(scope["method"])
                if app is not None:
                    await app(scope, receive, send, found.values)
                    return
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        try:
            await super().__call__(scope, receive, send)
        except Exception:
            # Starlette raises again what it has answered with 500, and uvicorn then cuts the
            # connection under the caller's next request.
            _log.exception("a route of the application failed", path=scope["path"])


def _from_http(error: HTTPException) -> ServiceError:
    if error.status_code == 404:
        return RouteNotFound()
    if error.status_code == 405:
        allow = (error.headers or {}).get("Allow", "")
        return MethodNotAllowed(part.strip() for part in allow.split(",") if part.strip())
    code = _CODES.get(error.status_code, Code.UNKNOWN)
    return UnknownError(code, error.status_code, detail=str(error.detail), reason="HTTP_ERROR")


def _from_fastapi(error: RequestValidationError) -> ServiceError:
    return InvalidRequest(
        Violation(tuple(item["loc"]), item["type"], "The value is not valid.")
        for item in error.errors()
    )


# For routes of the user's own; the endpoints of operations answer their errors themselves.
_CODES: Final = {code.http: code for code in reversed(Code)}
_TRANSLATIONS: Final[tuple[tuple[Any, Callable[[Any], ServiceError]], ...]] = (
    (HTTPException, _from_http),
    (RequestValidationError, _from_fastapi),
    (ServiceError, lambda error: error),
    (Exception, lambda error: Internal()),
)
