from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.models import ListOrdersRequest, ListOrdersResponse


@operations.list_orders
async def list_orders(request: ListOrdersRequest, ctx: Context) -> ListOrdersResponse:
    """ListOrders."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
