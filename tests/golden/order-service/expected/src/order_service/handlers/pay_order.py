from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.models import Order, Payment, PayOrderRequest


@operations.pay_order
async def pay_order(request: PayOrderRequest, ctx: Context) -> Order | Payment:
    """Takes the money at once or later."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
