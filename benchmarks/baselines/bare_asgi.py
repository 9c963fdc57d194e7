"""The floor: ASGI and pydantic, nothing else. MODELS names the module that NewOrder and Order come from."""

import importlib
import os
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import ValidationError

models = importlib.import_module(os.environ["MODELS"])
NewOrder, Order, PENDING = models.NewOrder, models.Order, models.OrderStatus.PENDING
HEADERS = [(b"content-type", b"application/json")]


async def app(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        new = NewOrder.model_validate_json(body)
    except ValidationError as error:
        await send({"type": "http.response.start", "status": 422, "headers": HEADERS})
        await send({"type": "http.response.body", "body": error.json().encode()})
        return
    order = Order.model_construct(order_id=uuid4(), status=PENDING, created_at=datetime.now(UTC), **new.__dict__)
    answer = order.__pydantic_serializer__.to_json(order)
    length = (b"content-length", str(len(answer)).encode())
    await send({"type": "http.response.start", "status": 201, "headers": [*HEADERS, length]})
    await send({"type": "http.response.body", "body": answer})
