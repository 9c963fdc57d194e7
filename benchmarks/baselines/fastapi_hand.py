"""FastAPI as its documentation teaches it."""

from datetime import UTC, datetime
from uuid import uuid4

from fastapi import FastAPI
from models import NewOrder, Order

app = FastAPI()


@app.post("/v1/orders", status_code=201)
async def create_order(new: NewOrder) -> Order:
    return Order(order_id=uuid4(), created_at=datetime.now(UTC), **new.model_dump())
