from collections.abc import AsyncIterator

from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.models import ImportOrdersResponse, Order


@operations.import_orders
async def import_orders(requests: AsyncIterator[Order], ctx: Context) -> ImportOrdersResponse:
    """Many orders in one call."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
