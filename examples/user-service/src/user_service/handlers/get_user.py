from user_service.gen import operations
from user_service.gen.context import Context
from user_service.gen.errors import UserNotFound
from user_service.gen.models import GetUserRequest, User


@operations.get_user
async def get_user(request: GetUserRequest, ctx: Context) -> User:
    """One user."""
    user = ctx.deps.users.get(request.id)
    if user is None:
        raise UserNotFound
    return user
