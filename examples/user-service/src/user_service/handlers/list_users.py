from user_service.gen import operations
from user_service.gen.context import Context
from user_service.gen.models import ListUsersRequest, ListUsersResponse


@operations.list_users
async def list_users(request: ListUsersRequest, ctx: Context) -> ListUsersResponse:
    """A page of users, oldest first."""
    users, token = ctx.deps.users.page(request.page_size, request.page_token)
    return ListUsersResponse(users=users, next_page_token=token)
