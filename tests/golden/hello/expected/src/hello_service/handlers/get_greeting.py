from hello_service.gen import operations
from hello_service.gen.context import Context
from hello_service.gen.models import GetGreetingRequest, Greeting


@operations.get_greeting
async def get_greeting(request: GetGreetingRequest, ctx: Context) -> Greeting:
    """The last greeting of somebody."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
