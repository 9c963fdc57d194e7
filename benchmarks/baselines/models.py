"""The models of CreateOrder as a careful person writes them by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

Money = Annotated[Decimal, Field(ge=0)]


class OrderStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class OrderLine(BaseModel):
    sku: Annotated[str, Field(min_length=1, max_length=32)]
    quantity: Annotated[int, Field(ge=1, le=1000)]
    price: Money
    title: Annotated[str, Field(min_length=1, max_length=200)]


class OrderAddress(BaseModel):
    street: Annotated[str, Field(min_length=1, max_length=200)]
    city: Annotated[str, Field(min_length=1, max_length=100)]
    postcode: Annotated[str, Field(min_length=1, max_length=16)]
    country: Annotated[str, Field(min_length=2, max_length=2)]


class NewOrder(BaseModel):
    account_id: UUID
    lines: Annotated[list[OrderLine], Field(min_length=1, max_length=100)]
    ship_to: OrderAddress
    currency: Annotated[str, Field(min_length=3, max_length=3)]
    priority: Annotated[int, Field(ge=0, le=9)]
    total: Money
    reference: Annotated[str, Field(min_length=1, max_length=64)]
    channel: Annotated[str, Field(min_length=1, max_length=32)]
    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=10)]
    note: Annotated[str | None, Field(max_length=500)] = None


class Order(NewOrder):
    order_id: UUID
    status: OrderStatus = OrderStatus.PENDING
    created_at: datetime
