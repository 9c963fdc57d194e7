"""The import block of a generated module, in the order that `ruff check --select I` wants, without two equal names."""

from __future__ import annotations

import re
import sys

from mscgen.emit.layout import WIDTH


class Imports:
    """Collects imports; `name` says what the imported thing is called here.

    The first to ask for a name gets it. A later one of another module with the same name is imported under a second
    name, so a contract type called `Context` cannot hide the context.
    """

    def __init__(self, package: str = "", taken: frozenset[str] = frozenset()) -> None:
        """package: the service's own. taken: names that the module itself defines."""
        self._package = package
        self._taken: dict[str, tuple[str, str]] = {name: ("", name) for name in taken}
        self._aliases: dict[tuple[str, str], str] = {}

    def name(self, module: str, name: str, suffix: str = "_") -> str:
        """The local name of `from module import name`; with `suffix` when the plain one is taken."""
        known = self._aliases.get((module, name))
        if known is not None:
            return known
        local = name
        while self._taken.setdefault(local, (module, name)) != (module, name):
            local += suffix
        self._aliases[module, name] = local
        return local

    def builtin(self, name: str) -> str:
        """The local name of a builtin: an operation may be called List."""
        return self.name("builtins", name) if name in self._taken else name

    def alias(self, module: str, name: str, local: str) -> str:
        """`from module import name as local`, for a local name that nothing else takes."""
        self._taken[local] = (module, name)
        self._aliases[module, name] = local
        return local

    def text(self) -> str:
        """The lines, grouped, with a newline at the end of each; "" without imports."""
        modules: dict[str, list[tuple[str, str]]] = {}
        for (module, name), local in self._aliases.items():
            modules.setdefault(module, []).append((name, local))
        groups: dict[int, list[str]] = {}
        for module in sorted(modules, key=self._order):
            groups.setdefault(self._group(module), []).append(_statements(module, modules[module]))
        return "\n".join("".join(groups[number]) for number in sorted(groups))

    def _group(self, module: str) -> int:
        if module.startswith("."):
            return 4
        root = module.split(".")[0]
        if root == self._package:
            return 3
        return 1 if root in sys.stdlib_module_names else 2

    def _order(self, module: str) -> tuple[int, list[tuple[int, int, str]]]:
        """Relative modules from the furthest to the closest, then by name."""
        dots = len(module) - len(module.lstrip("."))
        return -dots, _natural(module)


def _natural(text: str) -> list[tuple[int, int, str]]:
    """A key that sorts `Item2` before `Item10`, without regard to case."""
    parts = re.findall(r"\d+|\D+", text.lower())
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts]


def member_key(name: str) -> tuple[int, list[tuple[int, int, str]], str]:
    """Sorts names as isort does: constants, classes, the rest; numbers in them by value."""
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return kind, _natural(name), name


def _statements(module: str, names: list[tuple[str, str]]) -> str:
    plain = sorted((name for name, local in names if name == local), key=member_key)
    out = ""
    if plain:
        line = f"from {module} import {', '.join(plain)}"
        if len(line) > WIDTH:
            line = f"from {module} import (" + "".join(f"\n    {name}," for name in plain) + "\n)"
        out = line + "\n"
    renamed = sorted((pair for pair in names if pair[0] != pair[1]), key=lambda pair: member_key(pair[0]))
    return out + "".join(f"from {module} import {name} as {local}\n" for name, local in renamed)
