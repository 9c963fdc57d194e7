"""Rewrites the generated part of every example and golden project; CI then asks git whether anything changed."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def projects() -> list[Path]:
    """Every folder below examples/ and tests/golden/ that has a contract and generated files."""
    found = [*(ROOT / "examples").glob("*/contract.yaml"), *(ROOT / "tests" / "golden").glob("*/contract.yaml")]
    return sorted(p.parent for p in found)


def main() -> int:
    from mscgen import pipeline, write
    from mscgen.diagnostics import has_errors

    failed = 0
    for project in projects():
        loaded, plan = pipeline.plan(project / "contract.yaml", project)
        if plan is None or has_errors(loaded.diagnostics) or plan.refuse:
            print(f"{project.relative_to(ROOT)}: cannot be generated", *loaded.diagnostics, sep="\n  ")
            failed += 1
            continue
        write.apply(plan, project)
        print(f"{project.relative_to(ROOT)}: {len(plan.create)} new, {len(plan.update)} changed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
