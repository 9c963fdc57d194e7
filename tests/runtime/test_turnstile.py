"""The turnstile: few requests begin in one iteration of the loop, and each in its turn."""

from __future__ import annotations

import asyncio

import pytest
from runtime.settings import Settings
from runtime.testing import running
from runtime.turnstile import Turnstile
from sample_service import Deps, definition, make

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("width", [1, 2, 5])
async def test_at_most_so_many_begin_in_one_iteration_and_in_order(width):
    iteration, begun = [0], []

    def tick():
        iteration[0] += 1
        asyncio.get_running_loop().call_soon(tick)

    async def app(scope, receive, send):
        begun.append((iteration[0], scope["number"]))
        await asyncio.sleep(0)

    turnstile = Turnstile(app, width)
    tick()
    await asyncio.gather(*(turnstile({"number": n}, None, None) for n in range(50)))
    assert [number for _, number in begun] == list(range(50))
    per_iteration = [sum(1 for at, _ in begun if at == n) for n in {at for at, _ in begun}]
    assert max(per_iteration) <= width
    assert len(begun) == 50


async def test_a_request_that_comes_alone_begins_at_once():
    begun = []

    async def app(scope, receive, send):
        begun.append(1)

    turnstile = Turnstile(app)
    for _ in range(3):
        work = turnstile({}, None, None)
        with pytest.raises(StopIteration):
            work.send(None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert begun == [1, 1, 1]


async def test_an_application_that_fails_does_not_hold_the_others():
    async def app(scope, receive, send):
        raise RuntimeError("no")

    turnstile = Turnstile(app, 1)
    results = await asyncio.gather(*(turnstile({}, None, None) for _ in range(5)), return_exceptions=True)
    assert [type(r) for r in results] == [RuntimeError] * 5


async def test_it_stands_only_where_both_transports_share_grpc_aios_loop():
    from runtime.server import Service

    def rest_only(**given):
        return Service(definition(methods=()), Settings(**given), Deps())

    for create, server, wanted in ((make, "aio", True), (make, "native", False), (rest_only, "aio", False)):
        if server == "native":
            pytest.importorskip("pygrpc_native", reason="pygrpc-native has no wheel for this platform")
        async with running(create, grpc_server=server) as service:
            assert isinstance(service._asgi(), Turnstile) is wanted
