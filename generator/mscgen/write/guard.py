"""What copier's merge loses without a word, found and put back.

copier merges text well, but a file that the template dropped is deleted with the user's edits, an edited binary is
reset to the template's, and what the template changed in a file that the user removed or renamed goes nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mscgen.write import git


@dataclass(slots=True)
class UpdateReport:
    """How an update went; every list holds paths relative to the project.

    changed: tracked files that differ from the commit before. conflicts: with markers, or a binary that both sides
    changed. kept: the template dropped them, the user had edited them. missed: the template changed them, the user
    has none of that name.
    """

    old: str
    new: str
    changed: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def nothing_to_do(self) -> bool:
        """Whether the project was at this version already."""
        return self.old == self.new and not self.changed


def inspect(project: Path, before: Mapping[str, bytes], after: Mapping[str, bytes], report: UpdateReport) -> None:
    """Look at a finished merge: repair the silent losses, fill the report.

    before, after: path → bytes of the untouched old and new scaffold.
    """
    report.conflicts += git.names(project, "diff", "-z", "--name-only", "--diff-filter=U", "--relative")
    report.conflicts += git.names(project, "ls-files", "-z", "--others", "--", "*.rej")
    for path in _changed(project, "D"):
        mine = git.blob(project, path)
        if path in before and mine != before[path]:
            git.run(project, "checkout", "HEAD", "--", path)
            report.kept.append(path)
    for path in _changed(project, "M"):
        mine = git.blob(project, path) or b""
        if path in before and mine != before[path] and b"\0" in mine[:8000]:
            git.run(project, "checkout", "HEAD", "--", path)
            if after.get(path) != before[path]:
                report.conflicts.append(path)
    for path, content in before.items():
        if path in after and after[path] != content and git.blob(project, path) is None:
            report.missed.append(path)
    report.changed = _changed(project, "ADMTU") + new_files(project)


def new_files(project: Path) -> list[str]:
    """Files that git does not know and does not ignore."""
    return git.names(project, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")


def rollback(project: Path, keep: Iterable[str] = ()) -> None:
    """Back to the last commit, but for these new files.

    Safe only because an update refuses to start on anything uncommitted.
    """
    git.run(project, "reset", "-q", "--", ".")
    git.run(project, "checkout", "-q", "HEAD", "--", ".")
    git.run(project, "clean", "-fdq", *(f"--exclude=/{_pattern(name)}" for name in keep), "--", ".")


def _pattern(name: str) -> str:
    """A file name as a gitignore pattern that matches nothing else."""
    return "".join(f"\\{c}" if c in "\\*?[]! #" else c for c in name)


def _changed(project: Path, kinds: str) -> list[str]:
    command = ("diff", "-z", "--name-only", "--no-renames", "--relative", f"--diff-filter={kinds}", "HEAD", "--", ".")
    return git.names(project, *command)
