"""Python expressions that break across lines the way `ruff format` breaks them (line length 100).

Only the forms that conversions need: names, calls, subscripts and comprehensions, as statements, arguments, entries of
a dict and right sides of assignments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mscgen.emit.layout import WIDTH


@dataclass(frozen=True, slots=True)
class Call:
    """`head(arguments)`; with `brackets="[]"` a subscript."""

    head: str
    arguments: tuple[Expression, ...]
    brackets: str = "()"

    def __str__(self) -> str:
        return f"{self.head}{self.brackets[0]}{', '.join(map(str, self.arguments))}{self.brackets[1]}"


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`[element for … if …]`; with `key` a dict: `{key: element for … if …}`."""

    element: Expression
    clauses: tuple[str, ...]
    key: str = ""

    @property
    def brackets(self) -> str:
        """The pair around it."""
        return "{}" if self.key else "[]"

    @property
    def prefix(self) -> str:
        """What stands in front of the element."""
        return f"{self.key}: " if self.key else ""

    def __str__(self) -> str:
        return f"{self.brackets[0]}{self.prefix}{self.element} {' '.join(self.clauses)}{self.brackets[1]}"


Expression = str | Call | Comprehension


def call(head: str, *arguments: Expression) -> Call:
    """`head(arguments)`."""
    return Call(head, arguments)


def subscript(head: str, index: str) -> Call:
    """`head[index]`."""
    return Call(head, (index,), "[]")


def item(expression: Expression, indent: int, before: str = "", after: str = "") -> list[str]:
    """The lines of an expression that stands by itself, is an argument, or an entry of a dict (`before`: its key)."""
    pad = " " * indent
    line = f"{pad}{before}{expression}{after}"
    if len(line) <= WIDTH or isinstance(expression, str):
        return [line]
    if isinstance(expression, Comprehension):
        body = [f"{pad}    {str(expression)[1:-1]}"]
        if len(body[0]) > WIDTH:
            clauses = [f"{pad}    {clause}" for clause in expression.clauses]
            body = [*item(expression.element, indent + 4, expression.prefix), *clauses]
        return [f"{pad}{before}{expression.brackets[0]}", *body, f"{pad}{expression.brackets[1]}{after}"]
    if not expression.arguments:
        return [line]
    inner = f"{pad}    {', '.join(map(str, expression.arguments))}"
    body = [inner]
    if len(inner) > WIDTH:
        comma = "," if expression.brackets == "()" else ""
        body = [line for argument in expression.arguments for line in item(argument, indent + 4, after=comma)]
    return [f"{pad}{before}{expression.head}{expression.brackets[0]}", *body, f"{pad}{expression.brackets[1]}{after}"]


def assignment(target: str, value: Expression, indent: int) -> list[str]:
    """The lines of `target = value`."""
    pad = " " * indent
    head, _, key = target.partition("[")
    if len(f"{pad}{target} = (") > WIDTH and key:
        return [f"{pad}{head}[", f"{pad}    {key[:-1]}", *assignment("]", value, indent)]
    return _statement(f"{target} = ", value, indent)


def returned(value: Expression, indent: int) -> list[str]:
    """The lines of `return value`."""
    return _statement("return ", value, indent)


def _statement(before: str, value: Expression, indent: int) -> list[str]:
    """A value breaks at its own brackets, or goes into parentheses where they begin too late or do not exist."""
    pad = " " * indent
    line = f"{pad}{before}{value}"
    if len(line) <= WIDTH or isinstance(value, Comprehension):
        return item(value, indent, before)
    opens = isinstance(value, Call) and bool(value.arguments)
    if isinstance(value, Call) and opens and len(f"{pad}{before}{value.head}(") <= WIDTH:
        return item(value, indent, before)
    wrapped = item(value, indent + 4)
    if not opens and len(wrapped[0]) > WIDTH:
        return [line]
    return [f"{pad}{before}(", *wrapped, f"{pad})"]


def condition(test: Expression, indent: int, keyword: str = "if") -> list[str]:
    """The line of `if test:`; `test` is a call, also with something in front of it, or a comparison of three words."""
    pad = " " * indent
    line = f"{pad}{keyword} {test}:"
    if len(line) <= WIDTH:
        return [line]
    if isinstance(test, Call) and test.arguments:
        if len(f"{pad}{keyword} {test.head}(") <= WIDTH:
            return item(test, indent, f"{keyword} ", ":")
        left, _, right = test.head.rpartition(" or ")
        tests = [
            *([f"{pad}    {left}"] if left else []),
            *item(replace(test, head=right), indent + 4, "or " * bool(left)),
        ]
        return [f"{pad}{keyword} (", *tests, f"{pad}):"]
    left, _, right = str(test).partition(" ")
    if not right:
        return [line]
    inner = [f"{pad}    {test}"]
    if len(inner[0]) > WIDTH:
        inner = [f"{pad}    {left}", f"{pad}    {right}"]
    return [f"{pad}{keyword} (", *inner, f"{pad}):"]


def case(members: Sequence[str], indent: int) -> list[str]:
    """The line of `case a, b:`."""
    pad = " " * indent
    line = f"{pad}case {', '.join(members)}:"
    if len(line) <= WIDTH:
        return [line]
    return [f"{pad}case (", *(f"{pad}    {member}," for member in members), f"{pad}):"]


def function(name: str, parameters: Sequence[tuple[str, Sequence[str]]], returns: Sequence[str]) -> list[str]:
    """The `def` line. parameters: names with the members of the annotation, which is their union; returns alike."""
    flat = [f"{parameter}: {' | '.join(members)}" for parameter, members in parameters]
    result = " | ".join(returns)
    line = f"def {name}({', '.join(flat)}) -> {result}:"
    if len(line) <= WIDTH:
        return [line]
    last = [f") -> {result}:"]
    if len(last[0]) > WIDTH and len(returns) > 1:
        inner = [f"    {result}"] if len(result) + 4 <= WIDTH else _union(returns, 4)
        last = [") -> (", *inner, "):"]
    middle = f"    {', '.join(flat)}"
    if len(middle) <= WIDTH and len(flat) > 1:
        return [f"def {name}(", middle, *last]
    lines = [f"def {name}("]
    for text, (parameter, members) in zip(flat, parameters, strict=True):
        wrapped = len(text) + 5 > WIDTH and len(members) > 1
        lines += _union(members, 4, f"{parameter}: ", ",") if wrapped else [f"    {text},"]
    return [*lines, *last]


def _union(members: Sequence[str], indent: int, before: str = "", after: str = "") -> list[str]:
    """`A | B` with one member a line."""
    first, *rest = members
    lines = [f"{before}{first}", *(f"| {member}" for member in rest)]
    return [" " * indent + line for line in [*lines[:-1], lines[-1] + after]]
