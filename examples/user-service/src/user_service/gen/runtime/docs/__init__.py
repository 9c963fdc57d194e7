"""The interactive page at /docs: one self-contained HTML document that works offline.

The page is put together from the files of this folder. Text from the contract never becomes HTML in
it, and the policy below holds even if it did: only the script and the style whose hashes are named
may run.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_HERE: Final = Path(__file__).parent
_SCRIPTS: Final = (
    "dom.js",
    "schema.js",
    "pattern.js",
    "request.js",
    "view.js",
    "answer.js",
    "form.js",
    "main.js",
)


class Page(NamedTuple):
    """The document as it is served, and the value of its Content-Security-Policy header."""

    html: bytes
    policy: str


@cache
def page() -> Page:
    """Reads and joins the files once. Raises OSError when the installation lost one of them."""
    style = "\n" + _read("page.css")
    scripts = "\n".join(_read(name) for name in _SCRIPTS)
    script = '\n"use strict";\n(() => {\n' + scripts + "})();\n"
    html = _read("page.html").replace("/*css*/", style).replace("/*js*/", script)
    policy = (
        "default-src 'none'; "
        f"script-src {_source(script)}; style-src {_source(style)}; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    return Page(html.encode(), policy)


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """The text as a source of the policy: browsers hash the element's content, byte for byte."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
