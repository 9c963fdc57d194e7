"""A request's head has a bound: without it one connection can fill the memory."""

from __future__ import annotations

import asyncio
import socket

import pytest
import uvicorn
from runtime.head_limit import MAX_HEAD, LimitedProtocol


async def app(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    answer = str(len(body)).encode()
    headers = [(b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


@pytest.fixture
async def port():
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=LimitedProtocol, loop="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    running = asyncio.ensure_future(server.serve([listener]))
    yield listener.getsockname()[1]
    server.should_exit = True
    await running


async def answer_to(port, *pieces):
    """Everything that the server says to these bytes, up to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    said = asyncio.ensure_future(reader.read())
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
    except ConnectionError:
        pass  # refused before all was sent
    try:
        return await asyncio.wait_for(said, 20)
    except ConnectionError:
        return b"HTTP/1.1 431"
    finally:
        writer.close()


@pytest.mark.anyio
async def test_a_header_that_never_ends_is_refused(port):
    endless = [b"GET / HTTP/1.1\r\nx: ", *[b"a" * 10_000] * 2_000]
    assert (await answer_to(port, *endless)).startswith(b"HTTP/1.1 431")


@pytest.mark.anyio
@pytest.mark.parametrize("head", [b"x: " + b"a" * MAX_HEAD + b"\r\n", b"y: 1\r\n" * 20_000])
async def test_a_head_that_is_too_large_is_refused(port, head):
    assert (await answer_to(port, b"GET / HTTP/1.1\r\n" + head + b"\r\n")).startswith(b"HTTP/1.1 431")


@pytest.mark.anyio
async def test_a_large_body_behind_a_small_head_is_no_head(port):
    head = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 500000\r\n\r\n"
    answer = await answer_to(port, head + b"b" * 500_000)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"500000")


@pytest.mark.anyio
async def test_a_large_head_within_the_bound_is_served_in_pieces(port):
    pieces = [b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n", *[b"x: " + b"a" * 5_000 + b"\r\n"] * 12, b"\r\n"]
    assert (await answer_to(port, *pieces)).startswith(b"HTTP/1.1 200")


@pytest.mark.anyio
async def test_what_is_no_request_is_still_a_400(port):
    assert (await answer_to(port, b"no request\r\n\r\n")).startswith(b"HTTP/1.1 400")
