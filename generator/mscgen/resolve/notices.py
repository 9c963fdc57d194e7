"""What a contract may say although nothing is generated from it yet: told, never silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscgen.resolve.scope import Scope

RULE = "section-without-emitter"
# One line per part of the language; remove it with the commit that adds the emitter.
SECTIONS = ("publishes", "subscribes", "dependencies", "policies", "expose", "stores", "deploy")
OPERATION_KEYS = ("calls", "emits", "compose")
_HELP = "keep it: it is read and checked, and a later version generates from it; this version does nothing else with it"


def report_unused(scope: Scope) -> None:
    """One notice for each section and each operation key that no emitter reads."""
    for name in SECTIONS:
        key, node = scope.root.key(name), scope.root.get(name)
        if key is not None and node is not None and not node.is_null:
            scope.notice(RULE, f"nothing is generated from `{name}` yet", key.span, _HELP)
    operations = scope.section("operations").entries
    for name in OPERATION_KEYS:
        places = [key for _, node in operations if (key := node.key(name)) is not None]
        if places:
            count = f" ({len(places)} operations use it)" if len(places) > 1 else ""
            scope.notice(RULE, f"nothing is generated from `{name}` yet{count}", places[0].span, _HELP)
