from hello_service.gen import operations
from hello_service.gen.context import Context
from hello_service.gen.models import Greeting, SayHelloRequest


@operations.say_hello
async def say_hello(request: SayHelloRequest, ctx: Context) -> Greeting:
    """Greets somebody, once per key."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
