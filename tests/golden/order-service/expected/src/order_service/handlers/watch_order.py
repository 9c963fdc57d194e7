from collections.abc import AsyncIterator

from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.models import Order, WatchOrderRequest


@operations.watch_order
async def watch_order(request: WatchOrderRequest, ctx: Context) -> AsyncIterator[Order]:
    """WatchOrder."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
    yield  # makes this an async generator: yield one message at a time
