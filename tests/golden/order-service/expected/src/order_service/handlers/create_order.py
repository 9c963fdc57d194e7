from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.models import CreateOrderRequest, Order


@operations.create_order
async def create_order(request: CreateOrderRequest, ctx: Context) -> Order:
    """Takes an order."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
