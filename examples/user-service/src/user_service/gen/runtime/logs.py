"""Structured logs: one JSON object per line, or colours on a terminal.

Code logs by `structlog.get_logger()` or by the standard library; both end here. The fields of the
current call (`enter`) stand in every line written while it runs. Models are redacted as the
contract says, and no text can break out of its line. Writing a line never raises.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar, Token
from types import MappingProxyType
from typing import IO, Any, Final, Literal

import structlog
from pydantic_core import to_json

from .redaction import REDACTED, is_secret_name, redact

Fields = Mapping[str, object]

LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
MAX_TEXT: Final = 16 * 1024

_fields: ContextVar[Fields] = ContextVar("log_fields", default=MappingProxyType({}))
_SCALARS: Final = frozenset({str, int, float, bool, type(None)})
_OURS: Final = frozenset({"time", "level", "event", "error"})


def enter(fields: Fields) -> Token[Fields]:
    """Puts the fields of a call into every line until `leave`."""
    return _fields.set(fields)


def leave(token: Token[Fields]) -> None:
    """Ends what `enter` began."""
    _fields.reset(token)


class Output:
    """Where lines go. What cannot be written is counted in `dropped`: a full disk or a closed
    pipe must not fail a request."""

    def __init__(self, stream: IO[bytes]) -> None:
        """stream: binary; flushed after every line."""
        self.dropped = 0
        self._write = stream.write
        self._flush = stream.flush

    def line(self, data: bytes) -> None:
        """Writes one line."""
        try:
            self._write(data + b"\n")
            self._flush()
        except (OSError, ValueError):
            self.dropped += 1

    # The names that structlog calls, one per level.
    debug = info = warning = warn = error = exception = critical = fatal = line


class _Clock:
    """RFC 3339 with milliseconds; the text of a second is made once."""

    def __init__(self) -> None:
        self._second = -1
        self._text = ""

    def __call__(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            self._second = second
        return f"{self._text}.{int((now - second) * 1000):03d}Z"


class Pipeline:
    """From an event to a line: the fields, their redaction, the renderer."""

    def __init__(self, static: Fields, console: bool, colours: bool) -> None:
        """static: fields of every line. console: for people instead of programs."""
        self._static = dict(static)
        self._clock = _Clock()
        self._render = _Console(colours) if console else _json

    def __call__(self, _logger: object, level: str, event: MutableMapping[str, Any]) -> bytes:
        """The line, without its end. The signature is that of a structlog processor."""
        line: dict[str, Any] = {
            "time": self._clock(),
            "level": "error" if level == "exception" else level,
            "event": _shown(event.pop("event", "")),
            **self._static,
            **_fields.get(),
        }
        error = event.pop("exc_info", None)
        for name, value in event.items():
            if name in _OURS:
                name += "_"
            if is_secret_name(name):
                line[name] = REDACTED
            else:
                line[name] = value if type(value) in _SCALARS else _shown(value)
        if error or level == "exception":
            line["error"] = _exception(error)
        return self._render(line)


def _shown(value: object) -> object:
    if type(value) in _SCALARS:
        return value
    try:
        return redact(value)
    except Exception:
        return f"[{type(value).__name__}]"


def _json(line: dict[str, Any]) -> bytes:
    try:
        return to_json(line, fallback=repr, bytes_mode="base64", inf_nan_mode="strings")
    except Exception:
        # A lone surrogate, a circular list, a repr that raises: a poorer line is better than none.
        return json.dumps({k: _plain(v) for k, v in line.items()}).encode()


def _plain(value: object) -> object:
    if type(value) in _SCALARS:
        return value
    try:
        return repr(value)[:MAX_TEXT]
    except Exception as error:
        return f"[no repr: {type(error).__name__}]"


class _Console:
    """One line for people. Control characters are escaped, so no text can forge a line or
    colours."""

    def __init__(self, colours: bool) -> None:
        self._renderer = structlog.dev.ConsoleRenderer(colors=colours, timestamp_key="time")

    def __call__(self, line: dict[str, Any]) -> bytes:
        stack = line.pop("error", {}).get("stack", "")
        if line["event"] == "call" and "operation" in line:
            line["event"] = f"call {line.pop('operation')}"
        safe = {
            _escape(k): _escape(v if isinstance(v, str) else _plain(v)) for k, v in line.items()
        }
        text = str(self._renderer(None, safe["level"], safe))
        if stack:
            text += "\n" + "\n".join(_escape(row) for row in stack.splitlines())
        return text.encode("utf-8", "replace")


def _escape(value: object) -> str:
    text = str(value)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _exception(error: object) -> dict[str, str]:
    if isinstance(error, tuple):
        error = error[1]
    if not isinstance(error, BaseException):
        error = sys.exc_info()[1]
    if error is None:
        return {}
    return {
        "type": type(error).__qualname__,
        "message": _message(error)[:MAX_TEXT],
        "stack": "".join(traceback.format_exception(error))[-MAX_TEXT:],
    }


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "[no text]"


class _CallLines:
    """The lines of calls that went well, which are nearly all lines: only what differs is made for
    each, at a quarter of the cost of the pipeline."""

    __slots__ = ("_clock", "_line", "_static")

    def __init__(self, static: Fields, output: Output) -> None:
        members = to_json(dict(static), fallback=repr)[1:-1].decode()
        self._static = f'"level":"info","event":"call",{members + "," if members else ""}'
        self._clock = _Clock()
        self._line = output.line

    def write(self, members: str, trace_id: str, status: int | str, ms: float) -> None:
        status = status if isinstance(status, int) else f'"{status}"'
        text = (
            f'{{"time":"{self._clock()}",{self._static}{members},"trace_id":"{trace_id}"'
            f',"status":{status},"ms":{ms:.3f}}}'
        )
        self._line(text.encode())


_calls: _CallLines | None = None


def call(members: str, trace_id: str, status: int | str, ms: float) -> bool:
    """Writes the line of a call that went well; False where that takes the pipeline: for people,
    above `info`, or when the handler has put fields of its own into its lines.

    members: the JSON members of operation and transport.
    """
    if _calls is None or len(_fields.get()) != 3:
        return False
    _calls.write(members, trace_id, status, ms)
    return True


class StandardHandler(logging.Handler):
    """Takes the lines of the standard library's loggers, uvicorn's and grpc's among them."""

    def __init__(self, pipeline: Pipeline, output: Output) -> None:
        """The same pipeline and output that structlog uses."""
        super().__init__()
        self._pipeline = pipeline
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one record."""
        try:
            text = record.getMessage()
        except Exception:
            text = f"{record.msg!s} (its arguments do not fit)"
        event: dict[str, Any] = {"event": text, "logger": record.name}
        if record.exc_info:
            event["exc_info"] = record.exc_info
        self._output.line(self._pipeline(None, record.levelname.lower(), event))


def configure(
    level: str = "info",
    style: Literal["auto", "json", "console"] = "auto",
    *,
    fields: Fields = MappingProxyType({}),
    stream: IO[bytes] | None = None,
) -> Output:
    """Sends all logs of the process through here. fields: such as the service's name, in every
    line.

    level: a key of `LEVELS`. stream: binary, stderr by default.
    """
    target = sys.stderr.buffer if stream is None else stream
    terminal = target.isatty()
    output = Output(target)
    console = style == "console" or (style == "auto" and terminal)
    pipeline = Pipeline(fields, console, terminal)
    global _calls
    _calls = None if console or LEVELS[level] > LEVELS["info"] else _CallLines(fields, output)
    structlog.configure(
        processors=[pipeline],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *_: output,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [StandardHandler(pipeline, output)]
    root.setLevel(LEVELS[level])
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        # uvicorn gives its loggers handlers of their own, which would write every line twice, and
        # levels of their own; the service has one.
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    logging.captureWarnings(True)
    return output
