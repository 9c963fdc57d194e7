"""Stage 5: files → disk. `plan` only reads; `apply` is the one place that changes a project."""

from mscgen.emit.file import File, Owner
from mscgen.write.apply import apply, recover
from mscgen.write.plan import Move, Plan, Refusal, Write, plan

__all__ = ["File", "Move", "Owner", "Plan", "Refusal", "Write", "apply", "plan", "recover"]
