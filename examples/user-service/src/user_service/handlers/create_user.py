from user_service.gen import operations
from user_service.gen.context import Context
from user_service.gen.errors import EmailTaken
from user_service.gen.models import CreateUserRequest, User


@operations.create_user
async def create_user(request: CreateUserRequest, ctx: Context) -> User:
    """Adds a user whose address nobody has yet."""
    if ctx.deps.users.has_email(request.email):
        raise EmailTaken
    return ctx.deps.users.add(request.email, request.name)
