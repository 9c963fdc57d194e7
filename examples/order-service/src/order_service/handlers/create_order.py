from decimal import Decimal

from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.errors import TotalMismatch
from order_service.gen.models import (
    CreateOrderRequest,
    CreateOrderResponse,
    TotalMismatchDetails,
)


@operations.create_order
async def create_order(request: CreateOrderRequest, ctx: Context) -> CreateOrderResponse:
    """Takes an order whose total is the sum of its items."""
    expected = sum((item.price * item.qty for item in request.items), Decimal(0))
    if request.total != expected:
        raise TotalMismatch(details=TotalMismatchDetails(expected=expected))
    first = await ctx.deps.orders.create()
    return CreateOrderResponse(order_id=first.order_id, status=first.status)
