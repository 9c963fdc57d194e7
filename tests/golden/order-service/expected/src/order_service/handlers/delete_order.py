from order_service.gen import operations
from order_service.gen.context import Context
from order_service.gen.models import DeleteOrderRequest


@operations.delete_order
async def delete_order(request: DeleteOrderRequest, ctx: Context) -> None:
    """DeleteOrder."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
