from collections.abc import AsyncIterator

from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.errors import OrderNotFound
from order_service.gen.models import OrderEvent, StreamOrderUpdatesRequest


@operations.stream_order_updates
async def stream_order_updates(
    request: StreamOrderUpdatesRequest, ctx: Context
) -> AsyncIterator[OrderEvent]:
    """What has happened to the order, then what happens next."""
    if not ctx.deps.orders.knows(request.order_id):
        raise OrderNotFound
    async for event in ctx.deps.orders.follow(request.order_id):
        yield event
