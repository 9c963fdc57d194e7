from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.models import Order, UpdateOrderRequest


@operations.update_order
async def update_order(request: UpdateOrderRequest, ctx: Context) -> Order:
    """UpdateOrder."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
