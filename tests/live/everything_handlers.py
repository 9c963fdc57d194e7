"""The handlers of everything.yaml: they echo, keep things in memory, and raise what the contract declares.

Copied into the generated project, where it takes the place of the handler stubs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from everything_service.gen import errors, operations
from everything_service.gen import models as m
from everything_service.gen.context import Context

THINGS: dict[UUID, m.Thing] = {}


def find(thing_id: UUID) -> m.Thing:
    if thing_id not in THINGS:
        raise errors.ThingNotFound()
    return THINGS[thing_id]


def keep(thing: m.Thing) -> m.Thing:
    kept = thing.model_copy(update={"version": uuid4().hex})
    THINGS[thing.thing_id] = kept
    return kept


@operations.echo_scalars
async def echo_scalars(request: m.Scalars, ctx: Context) -> m.Scalars:
    return request


@operations.echo_wide
async def echo_wide(request: m.Wide, ctx: Context) -> m.Wide:
    return request


@operations.search
async def search(request: m.SearchRequest, ctx: Context) -> m.SearchResponse:
    seen: Any = request.model_dump(mode="json", exclude_none=True)
    return m.SearchResponse(tenant=request.tenant, seen=seen)


@operations.get_by_path
async def get_by_path(request: m.GetByPathRequest, ctx: Context) -> Any:
    return request.model_dump(mode="json")


@operations.create_thing
async def create_thing(request: m.CreateThingRequest, ctx: Context) -> m.Thing:
    if any(thing.name == request.name for thing in THINGS.values()):
        raise errors.NameTaken(details=m.NameTakenDetails(name=request.name))
    if request.weight is not None and request.weight > 1e6:
        raise errors.TooHeavy("At most a thousand tons.")
    return keep(m.Thing(thing_id=uuid4(), version="new", **dict(request)))


@operations.get_thing
async def get_thing(request: m.GetThingRequest, ctx: Context) -> m.Thing:
    return find(request.thing_id)


@operations.list_things
async def list_things(request: m.ListThingsRequest, ctx: Context) -> m.ListThingsResponse:
    found = [t for t in THINGS.values() if request.colour is None or t.colour == request.colour]
    return m.ListThingsResponse(things=found[: request.page_size])


@operations.update_thing
async def update_thing(request: m.UpdateThingRequest, ctx: Context) -> m.Thing:
    thing = find(request.thing_id)
    ctx.require_version(thing.version)
    return keep(request.thing.apply(thing))


@operations.replace_thing
async def replace_thing(request: m.ReplaceThingRequest, ctx: Context) -> m.Thing:
    thing = find(request.thing_id)
    ctx.require_version(thing.version)
    if request.name == "later":
        raise errors.TryLater(retry_after=timedelta(seconds=2).total_seconds())
    return keep(m.Thing(thing_id=thing.thing_id, name=request.name, weight=request.weight, version="new"))


@operations.delete_thing
async def delete_thing(request: m.DeleteThingRequest, ctx: Context) -> None:
    ctx.require_version(find(request.thing_id).version)
    del THINGS[request.thing_id]


@operations.watch_thing
async def watch_thing(request: m.WatchThingRequest, ctx: Context) -> AsyncIterator[m.Thing]:
    thing = find(request.thing_id)
    for _ in range(request.count or 1):
        yield thing


@operations.set_options
async def set_options(request: m.SetOptionsRequest, ctx: Context) -> m.SetOptionsResponse:
    return m.SetOptionsResponse(a=request.a, b=request.b)


@operations.submit
async def submit(request: m.SubmitRequest, ctx: Context) -> m.Inner | m.Node:
    return m.Inner(a=1) if request.wait else m.Node(name=request.name)


@operations.put_inner
async def put_inner(request: m.PutInnerRequest, ctx: Context) -> m.Inner:
    return request.inner


@operations.ping
async def ping(request: m.PingRequest, ctx: Context) -> None:
    return None


@operations.secret
async def secret(request: m.SecretRequest, ctx: Context) -> Any:
    return {"for": ctx.principal.subject}
