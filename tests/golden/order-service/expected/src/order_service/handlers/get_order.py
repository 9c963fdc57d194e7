from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.models import GetOrderRequest, Order


@operations.get_order
async def get_order(request: GetOrderRequest, ctx: Context) -> Order:
    """GetOrder."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
