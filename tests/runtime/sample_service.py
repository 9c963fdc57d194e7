# ruff: noqa: RUF012 - pydantic copies the defaults of its models
"""A service made by hand of the runtime's parts: an operation for each way in which a call can go.

Messages on gRPC are JSON here: the runtime carries bytes, and what they mean is the generated code's business.
Run as a program it serves until a signal, on the ports that the environment names.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "templates"))

from pydantic import Field
from runtime.auth import ApiKeyAuthenticator, Principal
from runtime.context import Context
from runtime.errors import Code, ServiceError
from runtime.grpc_handlers import Method
from runtime.model import Model, Patch
from runtime.operation import Access, BidiStream, ClientStream, Keyed, Operation, RateLimit, ServerStream, Unary
from runtime.parameters import Form, in_header, in_path, in_query
from runtime.route import JSON, MERGE_PATCH, Route
from runtime.scalars import WireDecimal
from runtime.server import Definition, Service
from runtime.settings import Settings


class Note(Model):
    note_id: Annotated[str, Field(min_length=1, max_length=64)]
    text: Annotated[str, Field(max_length=10_000_000)] = ""
    version: int = 1
    price: WireDecimal | None = None
    tags: list[str] = []


class NotePatch(Patch):
    __nullable__ = frozenset({"price"})

    text: str | None = None
    price: WireDecimal | None = None


class Line(Model):
    text: Annotated[str, Field(max_length=10_000_000)] = ""
    number: int = 0


class Echo(Model):
    text: str = ""
    count: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    ratio: float | None = None
    flag: bool | None = None
    tags: list[str] = []
    numbers: list[int] = []
    token: str | None = None


class NoteKey(Model):
    note_id: Annotated[str, Field(min_length=1, max_length=64)]


class Change(Model):
    note_id: str
    patch: NotePatch


class Ask(Model):
    mode: str = ""
    count: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    size: int = 0
    wait: float = 0.0


class Accepted(Model):
    job: str


class Empty(Model):
    pass


class Gone(ServiceError):
    code = Code.NOT_FOUND
    reason = "NOTE_GONE"


class WhyNot(Model):
    left: int


class SoldOut(ServiceError):
    code = Code.FAILED_PRECONDITION
    status = 409
    reason = "SOLD_OUT"
    details_type = WhyNot


class Deps:
    """What the tests arrange and look at."""

    def __init__(self) -> None:
        self.notes: dict[str, Note] = {}
        self.calls = 0
        self.cancelled = 0
        self.produced = 0
        self.remaining: list[float | None] = []
        self.metadata: dict[str, str] = {}
        self.binary: bytes | None = None
        self.peer = ""
        self.opened = self.closed = 0
        self.entered = asyncio.Event()
        self.authenticators = [
            ApiKeyAuthenticator({"key-a": Principal("a", frozenset({"read"})), "key-b": Principal("b")})
        ]

    async def start(self) -> None:
        self.opened += 1

    async def close(self) -> None:
        self.closed += 1


Ctx = Context[Deps]

create = Unary[Note, Note, Ctx]("CreateNote", request=Note, response=Note, deadline=5.0, idempotency=Keyed())
get = Unary[NoteKey, Note, Ctx](
    "GetNote", request=NoteKey, response=Note, deadline=5.0, idempotency="safe", errors=(Gone,)
)
me = Unary[Empty, Note, Ctx]("GetMe", request=Empty, response=Note, deadline=5.0, idempotency="safe")
change = Unary[Change, Note, Ctx]("ChangeNote", request=Change, response=Note, deadline=5.0, idempotency="natural")
delete = Unary[NoteKey, None, Ctx]("DeleteNote", request=NoteKey, response=None, deadline=5.0, idempotency="natural")
echo = Unary[Echo, Echo, Ctx]("Echo", request=Echo, response=Echo, deadline=5.0, idempotency="safe", deprecated=True)
store = Unary[Echo, Echo, Ctx]("Store", request=Echo, response=Echo, deadline=5.0)
do = Unary[Ask, Line, Ctx]("Do", request=Ask, response=Line, deadline=1.0, errors=(Gone, SoldOut))
start = Unary[Ask, Line | Accepted, Ctx]("Start", request=Ask, response=Line | Accepted, deadline=5.0)
lines = Unary[Ask, list[Line], Ctx]("ListLines", request=Ask, response=list[Line], deadline=5.0)
secret = Unary[Empty, Line, Ctx](
    "Secret", request=Empty, response=Line, deadline=5.0, access=Access(("api_key",), ("read",))
)
rare = Unary[Empty, Line, Ctx]("Rare", request=Empty, response=Line, deadline=5.0, rate_limit=RateLimit(2, 3600.0))
missing = Unary[Empty, Line, Ctx]("Missing", request=Empty, response=Line, deadline=5.0)
watch = ServerStream[Ask, Line, Ctx]("Watch", request=Ask, response=Line)
follow = ServerStream[Ask, Line, Ctx]("Follow", request=Ask, response=Line)
upload = ClientStream[Line, Line, Ctx]("Upload", request=Line, response=Line)
chat = BidiStream[Line, Line, Ctx]("Chat", request=Line, response=Line)

OPERATIONS: tuple[Operation, ...] = (
    create, get, me, change, delete, echo, store, do, start, lines, secret, rare, missing, watch, follow, upload, chat,
)  # fmt: skip


@create
async def create_note(request: Note, ctx: Ctx) -> Note:
    ctx.deps.calls += 1
    ctx.reply_metadata["x-note"] = request.note_id
    ctx.reply_metadata["x-raw-bin"] = b"\x00\xff"
    if request.text == "slow":
        await asyncio.sleep(0.2)
    if request.text == "sold out":
        raise SoldOut("none left", details=WhyNot(left=0))
    if request.text == "gone":
        raise Gone("for good")
    ctx.deps.notes[request.note_id] = request
    return request


@get
async def get_note(request: NoteKey, ctx: Ctx) -> Note:
    note = ctx.deps.notes.get(request.note_id)
    if note is None:
        raise Gone(f"no note {request.note_id}")
    return note


@me
async def get_me(request: Empty, ctx: Ctx) -> Note:
    return Note(note_id="me", price=Decimal("1.50"))


@change
async def change_note(request: Change, ctx: Ctx) -> Note:
    note = ctx.deps.notes[request.note_id]
    ctx.require_version(note.version)
    changed = request.patch.apply(note).model_copy(update={"version": note.version + 1})
    ctx.deps.notes[request.note_id] = changed
    return changed


@delete
async def delete_note(request: NoteKey, ctx: Ctx) -> None:
    ctx.deps.notes.pop(request.note_id, None)


@echo
async def echo_it(request: Echo, ctx: Ctx) -> Echo:
    return request


@store
async def store_it(request: Echo, ctx: Ctx) -> Echo:
    ctx.deps.calls += 1
    return request


@do
async def do_it(request: Ask, ctx: Ctx) -> Line:
    deps = ctx.deps
    deps.calls += 1
    deps.remaining.append(ctx.remaining())
    if request.mode == "metadata":
        deps.metadata, deps.binary, deps.peer = dict(ctx.metadata), ctx.metadata.binary("x-raw-bin"), ctx.peer
        ctx.reply_metadata["x-answer"] = "yes"
        ctx.reply_metadata["x-raw-bin"] = b"\x00\xff\x01"
    if request.mode == "forge":
        ctx.reply_metadata["x-answer"] = "a\r\nset-cookie: b=c"
    if request.mode == "sleep":
        deps.entered.set()
        try:
            await asyncio.sleep(request.wait)
        except asyncio.CancelledError:
            deps.cancelled += 1
            raise
    if request.mode == "boom":
        raise RuntimeError("secret: 4711")
    if request.mode == "gone":
        raise Gone("it is gone")
    if request.mode == "sold out":
        raise SoldOut("none left", details=WhyNot(left=3), retry_after=1.5)
    if request.mode == "bad model":
        Note.model_validate({"note_id": 5})
    if request.mode == "nothing":
        return None  # type: ignore[return-value]
    if request.mode == "cancelled elsewhere":
        task = asyncio.ensure_future(asyncio.sleep(60))
        await asyncio.sleep(0)
        task.cancel()
        await task
    if request.mode == "wrong type":
        return "a string"  # type: ignore[return-value]
    return Line(text="x" * request.size, number=request.count)


@start
async def start_it(request: Ask, ctx: Ctx) -> Line | Accepted:
    return Accepted(job="7") if request.mode == "later" else Line(number=1)


@lines
async def list_lines(request: Ask, ctx: Ctx) -> list[Line]:
    return [Line(number=n) for n in range(request.count)]


@secret
async def tell_secret(request: Empty, ctx: Ctx) -> Line:
    return Line(text=ctx.principal.subject)


@rare
async def rarely(request: Empty, ctx: Ctx) -> Line:
    return Line()


async def _stream(request: Ask, ctx: Ctx) -> AsyncIterator[Line]:
    deps = ctx.deps
    if request.mode == "fail first":
        raise Gone("never was")
    text = "x" * request.size
    try:
        for number in range(request.count):
            if request.wait:
                deps.entered.set()
                await asyncio.sleep(request.wait)
            deps.produced += 1
            yield Line(text=text, number=number)
        if request.mode == "boom":
            raise RuntimeError("secret: 4711")
        if request.mode == "fail last":
            raise Gone("gone meanwhile")
    except (asyncio.CancelledError, GeneratorExit):
        deps.cancelled += 1
        raise


@watch
async def watch_it(request: Ask, ctx: Ctx) -> AsyncIterator[Line]:
    async for line in _stream(request, ctx):
        yield line


@follow
async def follow_it(request: Ask, ctx: Ctx) -> AsyncIterator[Line]:
    async for line in _stream(request, ctx):
        yield line


@upload
async def upload_it(requests: AsyncIterator[Line], ctx: Ctx) -> Line:
    total = 0
    async for line in requests:
        total += line.number
    return Line(number=total)


@chat
async def chat_it(requests: AsyncIterator[Line], ctx: Ctx) -> AsyncIterator[Line]:
    try:
        async for line in requests:
            if line.text == "boom":
                raise RuntimeError("secret: 4711")
            yield Line(text=line.text.upper(), number=line.number + 1)
    except asyncio.CancelledError:
        ctx.deps.cancelled += 1
        raise


ROUTES = (
    Route(create, "POST", "/v1/notes", responses=((201, Note),), body="*"),
    Route(get, "GET", "/v1/notes/{note_id}", responses=((200, Note),), parameters=(in_path("note_id"),), etag="version",
          reply_headers=(("price", "X-Price"),), cache="public, max-age=5"),
    Route(me, "GET", "/v1/notes/me", responses=((200, Note),)),
    Route(change, "PATCH", "/v1/notes/{note_id}", responses=((200, Note),), parameters=(in_path("note_id"),),
          body="patch", media_types=(MERGE_PATCH, JSON), etag="version"),
    Route(delete, "DELETE", "/v1/notes/{note_id}", responses=((204, None),), parameters=(in_path("note_id"),)),
    Route(echo, "GET", "/v1/echo", responses=((200, Echo),), parameters=(
        in_query("text"), in_query("count", Form.INTEGER), in_query("ratio", Form.NUMBER), in_query("flag", Form.BOOLEAN),
        in_query("tags", many=True), in_query("numbers", Form.INTEGER, many=True), in_header("token", "X-Token"))),
    Route(store, "PUT", "/v1/echo/{text}", responses=((200, Echo),), parameters=(in_path("text"), in_query("flag", Form.BOOLEAN)),
          body="*"),
    Route(do, "POST", "/v1/do", responses=((200, Line),), body="*"),
    Route(start, "POST", "/v1/jobs", responses=((200, Line), (202, Accepted)), body="*"),
    Route(lines, "GET", "/v1/lines", responses=((200, list[Line]),), parameters=(in_query("count", Form.INTEGER),)),
    Route(secret, "GET", "/v1/secret", responses=((200, Line),)),
    Route(rare, "GET", "/v1/rare", responses=((200, Line),)),
    Route(missing, "GET", "/v1/missing", responses=((200, Line),)),
    Route(watch, "GET", "/v1/watch", responses=((200, Line),), parameters=(
        in_query("mode"), in_query("count", Form.INTEGER), in_query("size", Form.INTEGER), in_query("wait", Form.NUMBER))),
    Route(follow, "POST", "/v1/follow", responses=((200, Line),), body="*"),
)  # fmt: skip

SERVICE = "sample.v1.SampleService"


def _method(operation: Operation) -> Method:
    decode = operation.request.__pydantic_validator__.validate_json
    return Method(operation, f"{SERVICE}/{operation.name}", decode=decode, encode=_json)


def _json(value: Any) -> bytes:
    return b"{}" if value is None else value.model_dump_json().encode()


METHODS = tuple(_method(o) for o in OPERATIONS if o not in (start, lines))


def definition(routes: tuple[Route, ...] = ROUTES, methods: tuple[Method, ...] = METHODS) -> Definition:
    return Definition(
        name="sample-service",
        version="1.2.3",
        context=Context,
        operations=OPERATIONS,
        routes=routes,
        methods=methods,
        errors=(Gone, SoldOut),
        openapi=lambda: b'{"openapi":"3.1.0"}',
    )


def make(**settings: Any) -> Service:
    """The service with these settings."""
    return Service(definition(), Settings(**settings), Deps())


if __name__ == "__main__":
    sys.exit(make(_env_file=None).run())
