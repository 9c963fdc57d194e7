"""Jinja for `templates/managed` and `templates/stubs`: the template path is the output path."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mscgen.emit import quote
from mscgen.resources import data_root

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

    from mscgen.cache import cache_dir

    env = Environment(
        loader=FileSystemLoader(data_root() / "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        auto_reload=False,
        bytecode_cache=FileSystemBytecodeCache(str(cache_dir("jinja"))),
    )
    for name in quote.__all__:
        env.filters[name] = getattr(quote, name)
    return env


def render(template: str, **view: Any) -> str:
    """The text of `templates/<template>.jinja` for these values; an undefined name is our bug and raises."""
    return _environment().get_template(f"{template}.jinja").render(**view)


def runtime_files() -> list[tuple[str, str]]:
    """(path below runtime/, text) of every file of `templates/runtime`, sorted."""
    root = data_root() / "templates" / "runtime"
    paths = sorted(p for p in root.rglob("*") if p.is_file() and p.suffix in {".py", ".typed", ".html", ".css", ".js"})
    return [(p.relative_to(root).as_posix(), Path(p).read_text(encoding="utf-8")) for p in paths]
