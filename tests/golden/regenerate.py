"""Rewrites every golden project and the generated part of every example; CI then asks git whether anything changed."""

from __future__ import annotations

import sys
from pathlib import Path

import golden_projects as projects

ROOT = Path(__file__).resolve().parents[2]


def golden(name: str) -> bool:
    """Brings the expected files of one golden project up to date; says what changed."""
    before = projects.expected(name)
    try:
        after = projects.emitted(name)
    except ValueError as failure:
        print(f"tests/golden/{name}: cannot be generated", failure, sep="\n  ")
        return False
    folder = projects.expected_folder(name)
    for path in before.keys() - after.keys():
        (folder / path).unlink()
    for path, content in after.items():
        if before.get(path) != content:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    changed = sum(1 for path in before.keys() & after.keys() if before[path] != after[path])
    new, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    print(f"tests/golden/{name}: {new} new, {changed} changed, {gone} gone")
    return True


def example(project: Path) -> bool:
    """Generates one example as `mscgen generate` does."""
    from mscgen import pipeline, write
    from mscgen.diagnostics import has_errors

    name = project.relative_to(ROOT)
    loaded, plan = pipeline.plan(project / "contract.yaml", project)
    if plan is None or has_errors(loaded.diagnostics) or plan.refuse:
        print(f"{name}: cannot be generated", *loaded.diagnostics, *(plan.refuse if plan else ()), sep="\n  ")
        return False
    write.apply(plan, project)
    print(f"{name}: {len(plan.create)} new, {len(plan.update)} changed, {len(plan.remove)} gone")
    return True


def main() -> int:
    """The exit code: 1 when something could not be generated."""
    examples = sorted(p.parent for p in (ROOT / "examples").glob("*/contract.yaml"))
    done = [*(golden(name) for name in projects.NAMES), *(example(project) for project in examples)]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
