"""The contracts of dependencies, read only when something asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscgen.diagnostics import Span
    from mscgen.read.node import Node
    from mscgen.resolve.scope import Scope


class Contracts:
    """Trees of foreign contracts by path; `resolve` never follows them further than one contract asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def import_type(self, scope: Scope, alias: str, name: str, span: Span) -> str | None:
        """The local name of a copy of `alias.name`; None after reporting why there is none."""
        scope.report("unknown-dependency", f"there is no dependency `{alias}`", span, "declare it under `dependencies`")
        return None

    def has_operation(self, scope: Scope, alias: str, name: str, span: Span) -> bool:
        """Whether a dependency offers an operation; reported where its contract says that it does not."""
        return True

    def check_arguments(self, scope: Scope, alias: str, name: str, given: Node) -> None:
        """Reports arguments that the callee's request does not have."""
