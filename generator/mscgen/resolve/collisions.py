"""Names that cannot be generated: taken by Python or by the libraries, or alike after conversion."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from mscgen.diagnostics import Note
from mscgen.model.names import python_function, snake
from mscgen.read.node import Node
from mscgen.resolve.reserved import ERROR_NAMES, OPERATION_NAMES, PACKAGES, TYPE_NAMES

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope


def check_names(scope: Scope) -> None:
    """Reports every name that its outputs cannot carry."""
    _check_service(scope)
    _reserved(scope, "types", TYPE_NAMES, lambda name: name, "generated code uses this name itself; call it `{}Info`")
    taken = "every service raises this error by itself; if yours is another one, call it `{}Error`"
    _reserved(scope, "errors", ERROR_NAMES, lambda name: name, taken)
    _reserved(scope, "operations", OPERATION_NAMES, snake, "a generated module has this name; add a verb: `Run{}`")
    _reserved(
        scope, "publishes", TYPE_NAMES, lambda name: name, "generated code uses this name itself; say what happened"
    )
    _reserved(scope, "subscribes", TYPE_NAMES, lambda name: name, "generated code uses this name itself; use a `topic`")
    _alike(scope, "types", snake, "are told apart by upper and lower case only")
    _alike(scope, "errors", snake, "have the same reason")
    _alike(scope, "operations", python_function, "have the same handler file")
    _alike(scope, "publishes", snake, "have the same topic")
    _published_and_consumed(scope)
    _alike(scope, "subscribes", python_function, "have the same consumer file")


def _published_and_consumed(scope: Scope) -> None:
    """A payload class has the name of its event."""
    published = scope.keys("publishes")
    for name, key in scope.keys("subscribes").items():
        if name in published:
            notes = (Note(published[name].span, "published here"),)
            help = "rename the published event, or consume the other one by `topic:` under a name of its own"
            scope.report("name-collision", f"`{name}` is published and consumed", key.span, help, notes=notes)


def _check_service(scope: Scope) -> None:
    """The Python package of the service."""
    node = scope.root.get("service")
    assert node is not None
    package = snake(node.text)
    if keyword.iskeyword(package) or package in sys.stdlib_module_names or package in PACKAGES:
        help = f"add a word: `{node.text}-service`"
        scope.report("reserved-name", f"the Python package `{package}` would hide another one", node.span, help)


def _reserved(scope: Scope, section: str, taken: frozenset[str], form: Callable[[str], str], help: str) -> None:
    for name, key in scope.keys(section).items():
        if form(name) in taken:
            scope.report("reserved-name", f"`{name}` cannot be declared under `{section}`", key.span, help.format(name))


def _alike(scope: Scope, section: str, form: Callable[[str], str], what: str) -> None:
    seen: dict[str, Node] = {}
    for name, key in scope.keys(section).items():
        first = seen.setdefault(form(name), key)
        if first is not key:
            notes = (Note(first.span, "the other one"),)
            message = f"`{name}` and `{first.text}` {what}: `{form(name)}`"
            scope.report("name-collision", message, key.span, "rename one of the two", notes=notes)
