"""Log lines: one each, whatever is in them, with the fields of their call and without its secrets."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import warnings
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from runtime import logs


class Customer(BaseModel):
    __sensitive__: ClassVar = frozenset({"email"})
    name: str
    email: str


@pytest.fixture(autouse=True)
def restored():
    """Logging is the process'; every test gives it back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    structlog_before = structlog.get_config()
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**structlog_before)
    logging.captureWarnings(False)


class Lines:
    def __init__(self, level: str = "info", style: str = "json", **fields: object) -> None:
        self.stream = io.BytesIO()
        self.output = logs.configure(level, style, fields=fields, stream=self.stream)
        self.log = structlog.get_logger()

    @property
    def text(self) -> str:
        return self.stream.getvalue().decode()

    @property
    def all(self) -> list[dict]:
        assert self.text.endswith("\n") or not self.text
        return [json.loads(line) for line in self.text.split("\n")[:-1]]


def test_a_line_is_an_object_with_time_level_event_and_what_was_given():
    lines = Lines(service="order-service")
    lines.log.info("order taken", order=UUID(int=1), total=Decimal("1.50"), at=datetime(2026, 1, 2, tzinfo=UTC), n=3)
    (line,) = lines.all
    moment = datetime.fromisoformat(line.pop("time"))
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 60
    assert line == {
        "level": "info",
        "event": "order taken",
        "service": "order-service",
        "order": "00000000-0000-0000-0000-000000000001",
        "total": "1.50",
        "at": "2026-01-02T00:00:00Z",
        "n": 3,
    }


def test_lines_below_the_level_are_not_written():
    lines = Lines("warning")
    lines.log.info("no")
    logging.getLogger("x").info("no")
    lines.log.warning("yes")
    logging.getLogger("x").warning("yes")
    assert [line["event"] for line in lines.all] == ["yes", "yes"]


def test_the_fields_of_a_call_stand_in_every_line_of_it_and_in_no_other():
    lines = Lines()

    async def call(number: int) -> None:
        token = logs.enter({"operation": "CreateOrder", "trace_id": f"{number:032x}"})
        await asyncio.sleep(0)
        lines.log.info("from structlog", number=number)
        logging.getLogger("library").info("from the standard library %d", number)
        logs.leave(token)
        lines.log.info("afterwards")

    async def main() -> None:
        await asyncio.gather(*(call(n) for n in range(5)))

    asyncio.run(main())
    for line in lines.all:
        if line["event"] == "afterwards":
            assert "trace_id" not in line
        else:
            number = line.get("number", int(line["event"][-1]) if "number" not in line else 0)
            assert line["trace_id"] == f"{number:032x}"
            assert line["operation"] == "CreateOrder"


def test_a_line_of_the_standard_library_has_its_logger_and_its_exception():
    lines = Lines()
    try:
        raise LookupError("gone")
    except LookupError:
        logging.getLogger("uvicorn.error").exception("it %s", "failed")
    (line,) = lines.all
    assert (line["event"], line["level"], line["logger"]) == ("it failed", "error", "uvicorn.error")
    assert (line["error"]["type"], line["error"]["message"]) == ("LookupError", "gone")
    assert "test_logs.py" in line["error"]["stack"]


def test_uvicorns_lines_are_written_once():
    uvicorn = logging.getLogger("uvicorn")
    uvicorn.addHandler(logging.StreamHandler(io.StringIO()))
    uvicorn.propagate = False
    logging.getLogger("uvicorn.error").setLevel("ERROR")
    lines = Lines()
    logging.getLogger("uvicorn.error").info("started")
    assert len(lines.all) == 1


def test_warnings_are_lines():
    lines = Lines()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", stacklevel=1)
    assert "old" in lines.all[0]["event"]


def test_log_exception_takes_the_exception_that_is_being_handled():
    lines = Lines()
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        lines.log.exception("oops", n=1)
    lines.log.error("with it", exc_info=ValueError("v"))
    lines.log.exception("there is none")
    first, second, third = lines.all
    assert (first["level"], first["error"]["type"], first["n"]) == ("error", "ZeroDivisionError", 1)
    assert second["error"]["message"] == "v"
    assert third["error"] == {}


def test_a_model_is_redacted_as_its_contract_says_wherever_it_stands():
    lines = Lines()
    customer = Customer(name="Ada", email="ada@example.com")
    lines.log.info("seen", customer=customer, many=[customer], by_id={"1": customer})
    assert "ada@example.com" not in lines.text
    assert lines.all[0]["by_id"] == {"1": {"name": "Ada", "email": "[redacted]"}}
    lines.log.info(customer)
    assert "ada@example.com" not in lines.text


@pytest.mark.parametrize("name", ["password", "Authorization", "x-api-key", "set_cookie", "access_token"])
def test_a_name_that_can_only_hold_a_credential_hides_its_value(name):
    lines = Lines()
    lines.log.info("seen", headers={name: "hunter2"}, **{name: "hunter2"})
    assert "hunter2" not in lines.text


def test_a_field_cannot_pose_as_one_of_ours():
    lines = Lines()
    lines.log.info("seen", time="never", level="fatal", error="none")
    (line,) = lines.all
    assert (line["level"], line["level_"], line["time_"], line["error_"]) == ("info", "fatal", "never", "none")


NASTY = 'a\nb\r\n{"level":"error"}\x1b[31mred\x00\u2028\x85\ud800'


@pytest.mark.parametrize("style", ["json", "console"])
def test_no_text_breaks_out_of_its_line(style):
    lines = Lines(style=style)
    lines.log.info(NASTY, value=NASTY, **{NASTY: [NASTY, {NASTY: NASTY}]})
    logging.getLogger(NASTY).info(NASTY)
    written = lines.stream.getvalue()
    assert written.count(b"\n") == 2
    assert not set(written) & (set(range(32)) - {10})


@given(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.uuids() | st.decimals(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
)
def test_any_value_makes_one_line_of_json(event, value):
    lines = Lines()
    lines.log.info(event, value=value)
    logging.getLogger("x").info("%r", value)
    assert len(lines.all) == 2
    assert lines.output.dropped == 0


class Unshowable:
    def __repr__(self) -> str:
        raise RuntimeError("no")

    __str__ = __repr__


class BadError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no")


def test_what_cannot_be_shown_does_not_keep_the_line_from_being_written():
    lines = Lines()
    circular: list = []
    circular.append(circular)
    lines.log.info("odd", thing=Unshowable(), circle=circular, call=lambda: 1, cls=Unshowable)
    lines.log.error("odd", exc_info=BadError())
    logging.getLogger("x").info("%d", "not a number")
    logging.getLogger("x").info("%s", Unshowable())
    assert len(lines.all) == 4
    console = Lines(style="console")
    console.log.info("odd", thing=Unshowable(), circle=circular)
    console.log.error("odd", exc_info=BadError())
    assert console.text.count("odd") == 2


class Full(io.BytesIO):
    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


def test_a_stream_that_takes_nothing_loses_lines_and_nothing_else():
    output = logs.configure("info", "json", stream=Full())
    structlog.get_logger().info("lost")
    logging.getLogger("x").info("lost")
    assert output.dropped == 2
    closed = io.BytesIO()
    output = logs.configure("info", "json", stream=closed)
    closed.close()
    structlog.get_logger().info("lost")
    assert output.dropped == 1


def test_people_get_colours_and_tracebacks_only_on_a_terminal():
    lines = Lines(style="console", service="s")
    try:
        raise LookupError("line one\nforged line")
    except LookupError:
        lines.log.exception("it failed", order=7)
    assert "\x1b" not in lines.text
    assert "it failed" in lines.text
    assert "order=7" in lines.text
    assert "LookupError" in lines.text
    assert len(lines.text.splitlines()) > 3

    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    logs.configure("info", "auto", stream=stream)
    structlog.get_logger().info("hello")
    assert b"\x1b[" in stream.getvalue()


def test_a_call_is_named_by_its_operation_for_people():
    output = io.BytesIO()
    logs.configure("info", style="console", stream=output)
    token = logs.enter({"operation": "GetOrder", "transport": "rest"})
    structlog.get_logger("call").info("call", status=200)
    logs.leave(token)
    assert b"call GetOrder" in output.getvalue()
