"""grpc.aio written by hand: the generated pb2 and models, the conversion in between by hand. argv: port."""

import sys
from datetime import UTC, datetime
from uuid import uuid4

import grpc
import uvloop
from orders30_service.gen.models import NewOrder, Order, OrderStatus
from orders30_service.gen.pb.orders30_service.v1 import orders30_service_pb2 as pb

METHOD = "orders30_service.v1.Orders30Service"
STATUS = {status: getattr(pb, f"ORDER_STATUS_{status.name}") for status in OrderStatus}


def from_pb(message):
    address = message.ship_to
    fields = {
        "account_id": message.account_id,
        "lines": [
            {"sku": line.sku, "quantity": line.quantity, "price": line.price, "title": line.title}
            for line in message.lines
        ],
        "ship_to": {
            "street": address.street,
            "city": address.city,
            "postcode": address.postcode,
            "country": address.country,
        },
        "currency": message.currency,
        "priority": message.priority,
        "total": message.total,
        "reference": message.reference,
        "channel": message.channel,
        "tags": list(message.tags),
    }
    if message.HasField("note"):
        fields["note"] = message.note
    return NewOrder.model_validate(fields)


def to_pb(order):
    address = order.ship_to
    message = pb.Order(
        order_id=str(order.order_id),
        account_id=str(order.account_id),
        lines=[
            pb.OrderLine(sku=line.sku, quantity=line.quantity, price=str(line.price), title=line.title)
            for line in order.lines
        ],
        ship_to=pb.OrderAddress(
            street=address.street, city=address.city, postcode=address.postcode, country=address.country
        ),
        currency=order.currency,
        priority=order.priority,
        total=str(order.total),
        reference=order.reference,
        channel=order.channel,
        tags=order.tags,
        note=order.note,
        status=STATUS[order.status],
    )
    message.created_at.FromDatetime(order.created_at)
    return message


async def create_order(request, context):
    new = from_pb(request)
    order = Order.model_construct(
        order_id=uuid4(), status=OrderStatus.PENDING, created_at=datetime.now(UTC), **new.__dict__
    )
    return pb.CreateOrderResponse(order=to_pb(order))


async def main():
    server = grpc.aio.server()
    handler = grpc.unary_unary_rpc_method_handler(
        create_order,
        request_deserializer=pb.CreateOrderRequest.FromString,
        response_serializer=pb.CreateOrderResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(METHOD, {"CreateOrder": handler}),))
    server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
    await server.start()
    await server.wait_for_termination()


uvloop.run(main())
