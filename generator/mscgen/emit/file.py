"""What an emitter yields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Who a file belongs to.

    MANAGED: rewritten on every run. STUB: written once, then the user's, for as long as its operation exists.
    SEED: written once by `mscgen new` and forgotten. LOCK: contract.lock, merged by the tool.
    """

    MANAGED = "managed"
    STUB = "stub"
    SEED = "seed"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class File:
    """One output. path: relative to the project, with `/`. moved_from: where a renamed operation's stub was."""

    path: str
    text: str
    owner: Owner = Owner.MANAGED
    moved_from: str | None = None
