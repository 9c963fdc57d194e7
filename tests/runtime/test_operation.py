"""The decorator: one handler per operation, and of the right kind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from runtime.operation import BidiStream, ClientStream, ServerStream, Unary

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


async def returns(request, ctx):
    return request


async def yields(request, ctx):
    yield request


@pytest.mark.parametrize(("kind", "right", "wrong"), [
    (Unary, returns, yields), (ClientStream, returns, yields), (ServerStream, yields, returns), (BidiStream, yields, returns),
])  # fmt: skip
def test_a_handler_of_the_wrong_kind_is_refused_at_import(kind, right, wrong):
    operation = kind("Say", request=str, response=str)
    assert operation(right) is right
    assert operation.handler is right
    with pytest.raises(TypeError):
        kind("Say", request=str, response=str)(wrong)


def test_a_second_handler_is_refused_and_the_same_one_again_is_not():
    operation = Unary("Say", request=str, response=str)
    operation(returns)
    operation(returns)

    async def other(request, ctx):
        return request

    with pytest.raises(TypeError, match="two handlers"):
        operation(other)


def test_an_operation_is_written_once_its_handler_does_something():
    async def stub(request, ctx):
        raise ctx.unimplemented()

    operation = Unary("Say", request=str, response=str)
    assert not operation.written
    operation(stub)
    assert not operation.written
    operation.handler = returns
    assert operation.written


HANDLERS = {
    "right": ("async def h(request: Ask, ctx: Ctx) -> Answer:\n    return Answer()", True),
    "another request": ("async def h(request: Answer, ctx: Ctx) -> Answer:\n    return Answer()", False),
    "another response": ("async def h(request: Ask, ctx: Ctx) -> Ask:\n    return Ask()", False),
    "no context": ("async def h(request: Ask) -> Answer:\n    return Answer()", False),
    "another context": ("async def h(request: Ask, ctx: int) -> Answer:\n    return Answer()", False),
    "not async": ("def h(request: Ask, ctx: Ctx) -> Answer:\n    return Answer()", False),
}
STREAMS = {
    "right": ("async def s(request: Ask, ctx: Ctx) -> AsyncIterator[Answer]:\n    yield Answer()", True),
    "the stub": (
        "async def s(request: Ask, ctx: Ctx) -> AsyncIterator[Answer]:\n    raise ctx.unimplemented()\n    yield",
        True,
    ),
    "no yield": ("async def s(request: Ask, ctx: Ctx) -> AsyncIterator[Answer]:\n    raise ctx.unimplemented()", False),
    "another item": ("async def s(request: Ask, ctx: Ctx) -> AsyncIterator[Ask]:\n    yield Ask()", False),
}
HEAD = """from collections.abc import AsyncIterator
from runtime.context import Context
from runtime.model import Model
from runtime.operation import ServerStream, Unary


class Ask(Model): ...


class Answer(Model):
    text: str = ""


Ctx = Context[int]
unary = Unary[Ask, Answer, Ctx]("Say", request=Ask, response=Answer)
stream = ServerStream[Ask, Answer, Ctx]("Watch", request=Ask, response=Answer)
"""


@pytest.mark.slow
def test_a_wrong_signature_is_an_error_of_mypy_at_the_decorator(tmp_path):
    cases = {**{("unary", k): v for k, v in HANDLERS.items()}, **{("stream", k): v for k, v in STREAMS.items()}}
    files = {}
    for number, ((kind, name), (code, good)) in enumerate(cases.items()):
        path = tmp_path / f"case{number}.py"
        path.write_text(f"{HEAD}\n\n@{kind}\n{code}\n")
        files[path] = (name, good, HEAD.count("\n") + 3)
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--hide-error-context", *map(str, files)],
        env={"MYPYPATH": str(TEMPLATES), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    for path, (name, good, line) in files.items():
        found = [row for row in run.stdout.splitlines() if row.startswith(path.name)]
        assert bool(found) != good, (name, run.stdout, run.stderr)
        assert good or any(row.startswith(f"{path.name}:{n}:") for row in found for n in (line, line + 1)), found
