"""git, called as a program: never through a shell, never with the caller's GIT_… variables."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

MISSING = "git is not installed; mscgen needs it for new and update"


class GitError(Exception):
    """git is missing, or said no; the message is one line."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The process's environment without GIT_DIR and the like, which hooks and rebases leave behind.

    Identity and configuration given through the environment stay.
    """
    kept = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG", "GIT_SSH", "GIT_TERMINAL_PROMPT", "GIT_EXEC_PATH")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith(kept)}
    return clean | dict(extra or {})


def run(cwd: Path, *args: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None) -> bytes:
    """What git printed. Raises GitError with git's last line when it fails."""
    done = attempt(cwd, *args, env=env, stdin=stdin)
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise GitError(f"git {args[0]}: {lines[-1]}")
    return done.stdout


def attempt(
    cwd: Path, *args: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The finished process, whatever its exit code. Raises GitError only when git is missing."""
    full = environment() if env is None else dict(env)
    try:
        return subprocess.run(["git", "-C", str(cwd), *args], env=full, input=stdin, capture_output=True)
    except FileNotFoundError:
        raise GitError(MISSING) from None


def names(cwd: Path, *args: str) -> list[str]:
    """The NUL-separated names that a git command with `-z` prints."""
    return [n for n in run(cwd, *args).decode("utf-8", "surrogateescape").split("\0") if n]


def is_inside_work_tree(folder: Path) -> bool:
    """Whether `folder` (which must exist) belongs to a git repository.

    Raises GitError when git does not trust the repository because another user owns it.
    """
    answer = attempt(folder, "rev-parse", "--is-inside-work-tree")
    if b"dubious ownership" in answer.stderr:
        where = folder.absolute()
        raise GitError(f"git does not trust {where}, which another user owns; see git config safe.directory")
    return answer.stdout.strip() == b"true"


def blob(project: Path, path: str, revision: str = "HEAD") -> bytes | None:
    """The committed bytes of a project's file; None when it is not in that commit."""
    shown = attempt(project, "show", f"{revision}:./{path}")
    return shown.stdout if shown.returncode == 0 else None
