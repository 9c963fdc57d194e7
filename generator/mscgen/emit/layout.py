"""Python laid out as `ruff format` would, so that no formatter has to run.

The line length of generated code is 100. One rule decides: what fits on one line is on one line, else every element
stands on its own line with a trailing comma.
"""

from __future__ import annotations

from collections.abc import Sequence

from mscgen.emit.quote import python_string

WIDTH = 100


def bracket(head: str, items: Sequence[str], tail: str, indent: int = 0) -> str:
    """`head` + items + `tail` on one line, or exploded: `head` ends with the opening bracket, `tail` starts with it.

    `indent` is the column (spaces) at which the line starts; items may themselves span lines (already laid out for
    column indent + 4).
    """
    flat = head + ", ".join(items) + tail
    if "\n" not in flat and indent + len(flat) <= WIDTH:
        return flat
    pad = " " * (indent + 4)
    return head + "".join(f"\n{pad}{item}," for item in items) + "\n" + " " * indent + tail


def signature(head: str, parameters: Sequence[str], tail: str, indent: int = 0) -> str:
    """A `def` line: one line, else the parameters on one line of their own, else one parameter a line."""
    flat = head + ", ".join(parameters) + tail
    if indent + len(flat) <= WIDTH:
        return flat
    pad = " " * (indent + 4)
    middle = ", ".join(parameters)
    if len(pad) + len(middle) <= WIDTH and "*" not in parameters:
        return f"{head}\n{pad}{middle}\n{' ' * indent}{tail}"
    return head + "".join(f"\n{pad}{p}," for p in parameters) + "\n" + " " * indent + tail


def from_import(module: str, names: Sequence[str]) -> str:
    """`from module import a, b`, names sorted as isort does (constants, classes, functions; case-sensitive)."""
    ordered = sorted(set(names), key=lambda n: (0 if n.isupper() else 1 if n[:1].isupper() else 2, n))
    flat = f"from {module} import {', '.join(ordered)}"
    if len(flat) <= WIDTH:
        return flat
    return f"from {module} import (" + "".join(f"\n    {n}," for n in ordered) + "\n)"


def tuple_of(head: str, items: Sequence[str], indent: int) -> str:
    """A tuple literal that stands at column `indent` with a comma behind it; `head` is what is in front (`errors=`)."""
    flat = f"{head}({', '.join(items)}{',' if len(items) == 1 else ''})"
    if "\n" not in flat and indent + len(flat) + 1 <= WIDTH:
        return flat
    pad = " " * (indent + 4)
    return f"{head}(" + "".join(f"\n{pad}{item}," for item in items) + "\n" + " " * indent + ")"


def lines_of(items: Sequence[str], column: int) -> str:
    """A tuple literal with every item on a line of its own, so that one more item is one more line.

    column: where it stands. A single item stays on the line if it fits: ruff would put it there.
    """
    if len(items) == 1 and "\n" not in items[0] and column + len(items[0]) + 3 <= WIDTH:
        return f"({items[0]},)"
    return "(" + "".join(f"\n    {item}," for item in items) + "\n)" if items else "()"


def literal(value: object, column: int, indent: int, behind: int) -> str:
    """JSON-like data as a Python expression that starts at `column`; `behind` characters follow it on its last line.

    `indent` is the indentation of the line that it starts on; exploded elements stand four columns further in.
    """
    flat = _flat(value)
    if column + len(flat) + behind <= WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    pad = " " * (indent + 4)
    lines = []
    for key, item in value.items() if isinstance(value, dict) else ((None, item) for item in value):
        head = "" if key is None else f"{python_string(str(key))}: "
        lines.append(f"\n{pad}{head}{literal(item, len(pad) + len(head), len(pad), 1)},")
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return opening + "".join(lines) + "\n" + " " * indent + closing


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{python_string(str(k))}: {_flat(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return python_string(value) if isinstance(value, str) else repr(value)
