"""Every user, in memory; with a database, write the same methods on it."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import uuid4

from user_service.gen.models import EventType, User, UserEvent, UserStatus


class Users:
    """Users in the order in which they came, and who follows which."""

    def __init__(self) -> None:
        self._rows: dict[str, User] = {}
        self._followers: dict[str, set[asyncio.Queue[UserEvent]]] = {}

    def has_email(self, email: str) -> bool:
        """Whether a user has this address."""
        return any(user.email == email for user in self._rows.values())

    def add(self, email: str, name: str) -> User:
        """A new, active user."""
        user = User(
            id=f"USR-{uuid4().hex[:12]}",
            email=email,
            name=name,
            created_at=int(time.time()),
            status=UserStatus.ACTIVE,
        )
        self._rows[user.id] = user
        return user

    def get(self, user_id: str) -> User | None:
        """The user with this id."""
        return self._rows.get(user_id)

    def page(self, size: int, token: str | None) -> tuple[list[User], str | None]:
        """At most `size` users behind the one that `token` names, and the next token."""
        ids = list(self._rows)
        start = ids.index(token) + 1 if token in self._rows else 0
        found = ids[start : start + size]
        more = start + size < len(ids)
        return [self._rows[i] for i in found], found[-1] if more else None

    def tell(self, user_id: str, what: EventType) -> None:
        """Tells those who follow the user."""
        event = UserEvent(user_id=user_id, type=what, timestamp=int(time.time()))
        for queue in self._followers.get(user_id, ()):
            queue.put_nowait(event)

    async def follow(self, user_id: str) -> AsyncIterator[UserEvent]:
        """That the user was created, then what happens."""
        queue: asyncio.Queue[UserEvent] = asyncio.Queue()
        followers = self._followers.setdefault(user_id, set())
        followers.add(queue)
        try:
            made = self._rows[user_id].created_at
            yield UserEvent(user_id=user_id, type=EventType.CREATED, timestamp=made)
            while True:
                yield await queue.get()
        finally:
            followers.discard(queue)
