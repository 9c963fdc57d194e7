"""Exit codes, and the one way for a command to end early."""

from __future__ import annotations

CLEAN = 0
FINDINGS = 1
CANNOT_RUN = 2
BUG = 3
# `mscgen update` ends with 3 when it left conflicts to resolve; there, and only there, a bug ends with 4.
CONFLICTS = 3
BUG_IN_UPDATE = 4
INTERRUPTED = 130


class Stop(Exception):
    """Ends a command with a message of one sentence, a hint what to do, and an exit code."""

    def __init__(self, message: str, hint: str = "", code: int = CANNOT_RUN) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code
