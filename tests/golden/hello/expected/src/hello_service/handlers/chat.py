from collections.abc import AsyncIterator

from hello_service.gen import operations
from hello_service.gen.context import Context
from hello_service.gen.models import Greeting


@operations.chat
async def chat(requests: AsyncIterator[Greeting], ctx: Context) -> AsyncIterator[Greeting]:
    """Greetings back and forth."""
    raise ctx.unimplemented()  # answers 501 / UNIMPLEMENTED until it is written
    yield  # makes this an async generator: yield one message at a time
