"""The contracts of dependencies: read when something asks for them, as far as it asks, and cycle-safe."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mscgen.diagnostics import Diagnostic, Span, has_errors
from mscgen.model.derived import local_name
from mscgen.model.types import Alias, Declared, Enum, NamedType, Record, Union
from mscgen.read.node import MAPPING, Node
from mscgen.resolve.mentions import closure, origins, rename
from mscgen.resolve.reserved import TYPE_NAMES

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope


Read = tuple[Node | None, list[Diagnostic]]


class Contracts:
    """The dependencies of one contract.

    folder: where their relative paths start. chain: the files that are being imported, outermost first; types that
    lead back into one of them are refused, so that an import always ends.
    """

    def __init__(self, folder: Path, chain: tuple[str, ...] = (), read: dict[str, Read] | None = None) -> None:
        self.folder = folder
        self.chain = chain
        self.read: dict[str, Read] = {} if read is None else read
        self.trees: dict[str, Node | None] = {}

    def path(self, scope: Scope, alias: str) -> Path | None:
        """Where the contract of a dependency should be; None for an external one."""
        node = scope.section("dependencies").get(alias)
        contract = node.get("contract") if node is not None and node.kind == MAPPING else None
        if contract is None or is_absolute(contract.text):
            return None
        return self.folder / contract.text

    def tree(self, scope: Scope, alias: str) -> Node | None:
        """The tree of a dependency's contract; None where it has none, or it cannot be read (reported once)."""
        if alias not in self.trees:
            self.trees[alias] = self.load(scope, alias)
        return self.trees[alias]

    def load(self, scope: Scope, alias: str) -> Node | None:
        """Reads a dependency's contract. A missing file is a notice: the callee may live in another repository."""
        path = self.path(scope, alias)
        node = scope.section("dependencies").get(alias)
        at = node.get("contract") if node is not None and node.kind == MAPPING else None
        if path is None or at is None:
            return None
        if not path.is_file():
            help = "check the path, or vendor a copy of the contract; until then calls and events of it go unchecked"
            scope.notice("contract-not-found", f"there is no contract of `{alias}` at {at.text}", at.span, help)
            return None
        tree, found = self.read_once(path)
        if tree is None or has_errors(found):
            first = found[0]
            message = f"the contract of `{alias}` is not valid: line {first.span.line}: {first.message}"
            scope.report("contract-invalid", message, at.span, f"run: mscgen lint {at.text}")
            return None
        return tree

    def read_once(self, path: Path) -> Read:
        """The tree of a file, however many contracts on the way ask for it."""
        from mscgen.read import read

        real = os.path.realpath(path)
        if real not in self.read:
            tree, found, _ = read(path)
            self.read[real] = (tree, found)
        return self.read[real]

    def has_operation(self, scope: Scope, alias: str, name: str, span: Span) -> bool:
        """Whether a dependency offers an operation; reported where its contract says that it does not."""
        tree = self.tree(scope, alias)
        return tree is None or self.known(scope, tree, alias, "operations", name, span)

    def known(self, scope: Scope, tree: Node, alias: str, section: str, name: str, span: Span) -> bool:
        """Whether a section of a foreign contract declares a name; reported if not."""
        from mscgen.read.spelling import closest

        entries = tree.get(section)
        names = [key.text for key, _ in entries.entries] if entries is not None else []
        if name in names:
            return True
        what = {"operations": "operation", "publishes": "event", "types": "type"}[section]
        guess = closest(name, names)
        help = f"did you mean `{guess}`?" if guess else f"`{alias}` has: {', '.join(names[:8]) or 'none'}"
        scope.report(f"unknown-{what}", f"`{alias}` has no {what} `{name}`", span, help)
        return False

    def entry(self, scope: Scope, alias: str, section: str, name: str) -> Node | None:
        """What a foreign contract declares under a name; None where that cannot be told."""
        tree = self.tree(scope, alias)
        entries = tree.get(section) if tree is not None else None
        return entries.get(name) if entries is not None else None

    def import_type(self, scope: Scope, alias: str, name: str, span: Span) -> bool:
        """Adds a copy of `alias.name` to the types; false after reporting why there is none."""
        dependencies = scope.keys("dependencies")
        if alias not in dependencies:
            scope.unknown("dependency", alias, dependencies, span, "dependencies")
            return False
        if local_name(NamedType(name, alias)) in scope.imported:
            return True
        tree = self.tree(scope, alias)
        if tree is None:
            help = f"put the contract of `{alias}` at the path that `dependencies` names"
            scope.report("unknown-type", f"`{alias}.{name}` needs the contract of `{alias}`", span, help)
            return False
        if not self.known(scope, tree, alias, "types", name, span):
            return False
        foreign = self.resolved(scope, alias, tree, {name}, span)
        if foreign is None:
            return False
        copy_types(scope, alias, foreign, span)
        return True

    def resolved(self, scope: Scope, alias: str, tree: Node, names: set[str], span: Span) -> Scope | None:
        """A scope of the foreign contract in which these types, and what they are made of, are resolved."""
        from mscgen.resolve.scope import Scope as ForeignScope
        from mscgen.resolve.types import resolve_types

        path = self.path(scope, alias)
        assert path is not None
        real = os.path.realpath(path)
        chain = self.chain or (os.path.realpath(self.folder / Path(scope.root.file).name),)
        types = tree.get("types")
        wanted = closure(types, names) if types is not None else set()
        if real in chain and origins(types, wanted):
            _refuse_cycle(scope, alias, span)
            return None
        foreign = ForeignScope(tree, path.parent, Contracts(path.parent, (*chain, real), self.read))
        resolve_types(foreign, wanted)
        if has_errors(foreign.found):
            first = next(d for d in foreign.found if has_errors([d]))
            if first.rule == "import-cycle":
                _refuse_cycle(scope, alias, span)
                return None
            message = f"types of `{alias}` cannot be imported: line {first.span.line}: {first.message}"
            scope.report("contract-invalid", message, span, "correct that contract first: run mscgen lint on it")
            return None
        return foreign


def is_absolute(path: str) -> bool:
    """Whether a path means another place on another machine."""
    return path.startswith(("/", "~")) or path[1:2] == ":"


def _refuse_cycle(scope: Scope, alias: str, span: Span) -> None:
    help = "declare the shared type in one contract only, or in a third one"
    scope.report("import-cycle", f"types of `{alias}` lead back to this contract", span, help)


def copy_types(scope: Scope, alias: str, foreign: Scope, span: Span) -> dict[str, str]:
    """Adds the types of a foreign scope under local names, as if they stood where they are first used."""
    names = {name: local_name(NamedType(name, alias)) for name in foreign.types}
    for name, declared in foreign.types.items():
        local = names[name]
        if local in TYPE_NAMES:
            help = "rename the dependency: generated code uses this name itself"
            scope.report("reserved-name", f"`{alias}.{name}` would be called `{local}` here", span, help)
        elif local in scope.declared:
            help = "rename the declared type, or the dependency"
            scope.report("name-collision", f"`{alias}.{name}` is called `{local}` here, and so is a type", span, help)
        elif local not in scope.imported:
            scope.imported.add(local)
            scope.types[local] = relocated(declared, local, names, span)
    return names


def relocated(declared: Declared, name: str, names: dict[str, str], span: Span) -> Declared:
    """A copy under another name; numbers and former names stay with the original."""
    if isinstance(declared, Record):
        fields = tuple(
            replace(f, type=rename(f.type, names), span=span, pinned=None, renamed_from=None) for f in declared.fields
        )
        return replace(declared, name=name, fields=fields, span=span, renamed_from=None)
    if isinstance(declared, Enum):
        values = tuple(replace(v, span=span, pinned=None, renamed_from=None) for v in declared.values)
        return replace(declared, name=name, values=values, span=span, renamed_from=None)
    if isinstance(declared, Union):
        arms = tuple(replace(v, type=NamedType(names[v.type.name]), span=span, pinned=None) for v in declared.variants)
        return replace(declared, name=name, variants=arms, span=span, renamed_from=None)
    return Alias(name, rename(declared.type, names), span, declared.doc)
