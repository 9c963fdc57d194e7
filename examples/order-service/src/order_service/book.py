"""Every order and what happened to it, in memory; with a database, write the same methods on it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

from order_service.gen.models import OrderEvent, OrderStatus

LAST = frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED})


class OrderBook:
    """Histories of orders, and who follows them."""

    def __init__(self) -> None:
        self._events: dict[str, list[OrderEvent]] = {}
        self._changed = asyncio.Condition()

    async def create(self) -> OrderEvent:
        """A new order's first event."""
        return await self.record(f"ORD-{uuid4().hex[:12]}", OrderStatus.CREATED)

    async def record(self, order_id: str, status: OrderStatus) -> OrderEvent:
        """Adds what happened, and tells those who follow the order."""
        event = OrderEvent(order_id=order_id, status=status, at=datetime.now(UTC))
        async with self._changed:
            self._events.setdefault(order_id, []).append(event)
            self._changed.notify_all()
        return event

    def knows(self, order_id: str) -> bool:
        """Whether there is such an order."""
        return order_id in self._events

    async def follow(self, order_id: str) -> AsyncIterator[OrderEvent]:
        """Everything so far, then what happens, until the order has reached its end."""
        seen = 0
        while True:
            async with self._changed:
                while not (news := self._events[order_id][seen:]):
                    await self._changed.wait()
            for event in news:
                yield event
                if event.status in LAST:
                    return
            seen += len(news)
