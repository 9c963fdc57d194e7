from collections.abc import AsyncIterator

from hello_service.gen import operations
from hello_service.gen.context import Context
from hello_service.gen.models import Greeting, WatchGreetingsRequest


@operations.watch_greetings
async def watch_greetings(request: WatchGreetingsRequest, ctx: Context) -> AsyncIterator[Greeting]:
    """Every greeting from now on."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
    yield  # makes this an async generator: yield one message at a time
