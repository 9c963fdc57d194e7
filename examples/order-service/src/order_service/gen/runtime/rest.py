"""Operations over HTTP: the ASGI endpoint of each route, made once at start.

The body is read by hand, with a limit, after the caller is known; JSON goes straight into the
model's validator and straight out of its serializer.
"""

from __future__ import annotations

import asyncio

from .endpoint import Codec, Stages, bind_unary
from .errors import Overloaded, ServiceError
from .rest_reply import encoder, problem_reply, refusal, send_reply
from .rest_request import acceptable, decoder, reader
from .route import JSON, Receive, Rest, RestCall, Route, RouteApp, Scope, Send


def unary_app(route: Route, stages: Stages, rest: Rest) -> RouteApp:
    """The ASGI endpoint of an operation that answers with one message."""
    read = reader(route, rest.max_body) if route.body else None
    endpoint = bind_unary(
        route.operation, stages, Codec(acceptable(decoder(route), JSON), encoder(route), read)
    )

    async def app(scope: Scope, receive: Receive, send: Send, values: tuple[str, ...]) -> None:
        call = RestCall(scope, receive, values)
        try:
            reply = await endpoint(call, b"")
        except ServiceError as error:
            reply = refusal(error, rest.domain, call)
        except asyncio.CancelledError:
            # The server stops waiting for what is under way: whoever still listens hears why.
            reply = problem_reply(Overloaded("The service is shutting down."), rest.domain)
        await send_reply(reply, send)

    return app
