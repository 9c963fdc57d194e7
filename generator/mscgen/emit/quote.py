"""Text from a contract, made harmless for the place it goes to.

A contract is hostile input: no doc, default, pattern or example may leave its place in any output. Every emitter
and template passes contract text through one of these, each also a Jinja filter of the same name.
"""

from __future__ import annotations

import unicodedata

__all__ = [
    "docstring",
    "hash_comment",
    "html",
    "markdown",
    "one_line",
    "proto_comment",
    "proto_string",
    "python_string",
    "visible",
    "yaml_string",
]

# Characters that change how the text around them is read: controls, bidi overrides, line separators, BOM.
_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _unsafe(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def visible(text: str) -> str:
    """The text with every control, format and surrogate character (newline aside) removed."""
    return "".join(c for c in text if c == "\n" or not _unsafe(c))


def one_line(text: str) -> str:
    """The text on one line: runs of white space become one space."""
    return " ".join(visible(text).split())


def python_string(text: str) -> str:
    """A double-quoted Python literal, as ruff format writes it."""
    out = []
    quote = "'" if '"' in text and "'" not in text else '"'
    for c in text:
        if c == quote:
            out.append("\\" + c)
        elif c == '"':
            out.append(c)
        elif c in _NAMED:
            out.append(_NAMED[c])
        elif _unsafe(c):
            n = ord(c)
            out.append(f"\\x{n:02x}" if n < 256 else f"\\u{n:04x}" if n < 65536 else f"\\U{n:08x}")
        else:
            out.append(c)
    return quote + "".join(out) + quote


def docstring(text: str, indent: int = 0, width: int = 100) -> str:
    """A Python docstring, quotes included: one line if it fits, else wrapped; never raw, never open-ended."""
    pad = " " * indent
    paragraphs = [one_line(p) for p in visible(text).split("\n\n")]
    body = "\n\n".join(p for p in paragraphs if p).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if body.endswith('"'):
        body = body[:-1] + '\\"'
    if "\n" not in body and len(body) + indent + 6 <= width:
        return f'"""{body}"""'
    lines: list[str] = []
    for paragraph in body.split("\n\n"):
        lines += [*_wrap(paragraph, width - indent, first=3 if not lines else 0), ""]
    tail = "".join(f"\n{pad}{line}" if line else "\n" for line in lines[1:-1])
    return f'"""{lines[0]}{tail}\n{pad}"""'


def _wrap(text: str, width: int, first: int = 0) -> list[str]:
    """Lines of at most `width` characters, the first one shorter by `first`; a longer word keeps a line to itself."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width - (0 if lines else first):
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def hash_comment(text: str, indent: int = 0, width: int = 100) -> str:
    """`# …` lines for Python, YAML and shell; every line carries the mark."""
    pad = " " * indent
    return f"\n{pad}".join("# " + line for line in _wrap(one_line(text), width - indent - 2))


def proto_comment(text: str, indent: int = 0, width: int = 100) -> str:
    """`// …` lines for proto; empty for empty text, else ending in a newline and the indent."""
    if not one_line(text):
        return ""
    pad = " " * indent
    return "".join(f"// {line}\n{pad}" for line in _wrap(one_line(text), width - indent - 3))


def proto_string(text: str) -> str:
    """A double-quoted proto string literal; everything outside ASCII as UTF-8 octal escapes."""
    out = []
    for byte in text.encode("utf-8", "replace"):
        c = chr(byte)
        out.append(_NAMED.get(c) or (c if 32 <= byte < 127 else f"\\{byte:03o}"))
    return '"' + "".join(out) + '"'


def yaml_string(text: str) -> str:
    """A double-quoted YAML scalar. Unlike JSON, YAML has no surrogate pairs, so this is not `json.dumps`."""
    if text.isascii() and text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return '"' + "".join(map(_yaml_char, text)) + '"'


def _yaml_char(c: str) -> str:
    n = ord(c)
    if 0xD800 <= n < 0xE000:
        return "\ufffd"
    if c in _NAMED:
        return _NAMED[c]
    if not _unsafe(c):
        return c
    return f"\\x{n:02x}" if n < 256 else f"\\u{n:04x}" if n < 65536 else f"\\U{n:08x}"


def markdown(text: str) -> str:
    """Inline Markdown: nothing in it is markup, HTML, a link or a table border."""
    return "".join(
        "\\" + c if c in "\\`*_{}[]()#+!|~>-" else {"<": "&lt;", "&": "&amp;"}.get(c, c) for c in one_line(text)
    )


def html(text: str) -> str:
    """HTML text and attribute values."""
    table = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
    return "".join(table.get(c, c) for c in visible(text))
