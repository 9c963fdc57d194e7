from collections.abc import AsyncIterator

from user_service.gen import operations
from user_service.gen.context import Context
from user_service.gen.errors import UserNotFound
from user_service.gen.models import StreamUserEventsRequest, UserEvent


@operations.stream_user_events
async def stream_user_events(
    request: StreamUserEventsRequest, ctx: Context
) -> AsyncIterator[UserEvent]:
    """What happens to the user."""
    if ctx.deps.users.get(request.user_id) is None:
        raise UserNotFound
    async for event in ctx.deps.users.follow(request.user_id):
        yield event
