"""`new` and `update`: everything that touches copier, which is imported here and only when needed (0.4 s)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mscgen.write import git, manifest, store
from mscgen.write.guard import UpdateReport, inspect, new_files, rollback
from mscgen.write.manifest import digest, normal
from mscgen.write.paths import STATE

ANSWERS = ".copier-answers.yml"

# What users set in their git configuration and what copier's git calls make of it: without untracked files it loses
# its own .rej files (no markers, the user's lines gone); with autocrlf every conflict becomes a whole-file one; without
# the file protocol a local bundle cannot be cloned.
_GIT_SETTINGS = {
    "status.showUntrackedFiles": "normal",
    "core.autocrlf": "input",
    "protocol.file.allow": "always",
}


class ScaffoldError(Exception):
    """Why the scaffold cannot be rendered or updated: one sentence, and `hint`: what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def source() -> str:
    """What new projects record as their template: the bundle, or a git address that an organisation sets."""
    return os.environ.get("MSCGEN_TEMPLATE_SOURCE") or store.SOURCE


def render(folder: Path, answers: Mapping[str, Any]) -> None:
    """Render this version's scaffold into `folder`. Raises ScaffoldError."""
    address = source()
    if address == store.SOURCE:
        _install()
    with _copier_calls():
        from copier import run_copy

        run_copy(address, folder, data=dict(answers), defaults=True, quiet=True, vcs_ref=store.own_tag())


def update(project: Path, *, to: str | None = None, data: Mapping[str, Any] | None = None) -> UpdateReport:
    """Merge a newer scaffold into the project, in the work tree and uncommitted.

    to: a version tag; this mscgen's by default. data: answers to change. Raises ScaffoldError; the project is then as
    it was.
    """
    recorded = preflight(project)
    old, address = str(recorded.pop("_commit")), str(recorded.pop("_src_path"))
    new = to or store.own_tag()
    report = UpdateReport(old, new)
    _refuse_downgrade(old, new)
    if new == old and not data:
        return report
    if address == store.SOURCE:
        _refuse_unknown(old, new)
    answers = recorded | dict(data or {})
    try:
        with _under_way(project), _copier_calls():
            from copier import run_update

            before = _untouched(old, address, recorded)
            run_update(project, vcs_ref=new, data=dict(data or {}), defaults=True, overwrite=True, quiet=True)
            after = _untouched(new, address, answers)
        inspect(project, before, after, report)
    except BaseException as failure:
        rollback(project)
        if isinstance(failure, ScaffoldError):
            raise ScaffoldError(str(failure), failure.hint or "the project is unchanged") from failure.__cause__
        raise
    return report


def abort(project: Path) -> list[str]:
    """Drop an uncommitted update: back to the last commit.

    Returns new files that do not come from the scaffold or from `generate`: they are left where they are. Raises
    ScaffoldError when no update is under way.
    """
    try:
        committed = git.blob(project, ANSWERS)
        path = project / ANSWERS
        same = path.is_file() and committed is not None and normal(path.read_bytes()) == normal(committed)
        if committed is None or (same and not _mark(project).exists()):
            message = f"no update is under way: {ANSWERS} is as it was committed"
            raise ScaffoldError(message, "git checkout -- FILE drops a change of your own")
        ours = _files_of_an_update(project)
        kept = [name for name in new_files(project) if name not in ours and not name.endswith(".rej")]
        rollback(project, keep=kept)
        _mark(project).unlink(missing_ok=True)
    except git.GitError as failure:
        raise ScaffoldError(str(failure)) from None
    return kept


def _files_of_an_update(project: Path) -> set[str]:
    """What an update or the `generate` behind it may have made: the scaffold's files and those in the manifest."""
    known = manifest.read(project)
    names = {*known.managed, *known.stubs, "contract.lock", manifest.PATH, f"{STATE}/.gitignore"}
    try:
        recorded = _answers(project / ANSWERS)
        with _copier_calls():
            tag, address = str(recorded.pop("_commit")), str(recorded.pop("_src_path"))
            return names | _untouched(tag, address, recorded).keys()
    except ScaffoldError:
        return names  # the answers themselves are in conflict; files that are only the scaffold's then stay


@contextmanager
def _under_way(project: Path) -> Iterator[None]:
    """A mark for as long as copier writes: one that is left says that the update was killed."""
    mark = _mark(project)
    mark.touch()
    yield
    mark.unlink()


def _mark(project: Path) -> Path:
    """Where the mark stands: in git's own folder, where it is no change, under a name for this project alone."""
    prefix = git.run(project, "rev-parse", "--show-prefix").strip()
    name = f"mscgen-updating-{digest(prefix)[:12]}"
    return project / git.run(project, "rev-parse", "--git-path", name).decode("utf-8", "surrogateescape").strip()


def preflight(project: Path) -> dict[str, Any]:
    """The recorded answers, or a ScaffoldError that says in one sentence why an update cannot start."""
    if not (project / "contract.yaml").is_file():
        raise ScaffoldError(f"{project} is not an mscgen project: it has no contract.yaml")
    recorded = _answers(project / ANSWERS)
    try:
        if not git.is_inside_work_tree(project):
            raise ScaffoldError(
                "the project is not in a git repository, and an update is a 3-way merge that needs one",
                "git init && git add -A && git commit -m 'before update'",
            )
        if git.attempt(project, "rev-parse", "-q", "--verify", "HEAD").returncode:
            raise ScaffoldError("the repository has no commit yet", "commit the project first")
        dirty = git.run(project, "status", "--porcelain", "--untracked-files=normal", "--", ".").decode().splitlines()
    except git.GitError as missing:
        raise ScaffoldError(str(missing)) from None
    if dirty:
        shown = "\n".join(f"  {line}" for line in dirty[:10]) + ("\n  …" if len(dirty) > 10 else "")
        hint = "commit or `git stash -u` them, then run mscgen update again"
        if _mark(project).exists():
            hint = "an earlier update was interrupted: mscgen update --abort drops what it left"
        raise ScaffoldError(f"the project has {len(dirty)} uncommitted change(s):\n{shown}", hint)
    return recorded


def _answers(path: Path) -> dict[str, Any]:
    import yaml

    restore = f"git checkout HEAD -- {ANSWERS}"
    if not path.is_file():
        raise ScaffoldError(f"{ANSWERS} is missing, so the scaffold's version is unknown", restore)
    try:
        recorded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        where = getattr(broken, "problem_mark", None)
        line = f" in line {where.line + 1}" if where else ""
        raise ScaffoldError(f"{ANSWERS} is not YAML{line}", restore) from None
    if not isinstance(recorded, dict) or not recorded.get("_commit") or not recorded.get("_src_path"):
        raise ScaffoldError(f"{ANSWERS} does not say which scaffold the project has (_commit, _src_path)", restore)
    return recorded


def _refuse_downgrade(old: str, new: str) -> None:
    from packaging.version import InvalidVersion, Version

    try:
        older = Version(new) < Version(old)
    except InvalidVersion:
        return  # a commit id of an organisation's own template: copier decides
    if older:
        message = f"the project is at {old} and this mscgen brings {new}; a scaffold does not go back"
        raise ScaffoldError(message, f"install mscgen {old.lstrip('v')} or newer")


def _refuse_unknown(old: str, new: str) -> None:
    known = store.versions(_install())
    for tag in (old, new):
        if tag not in known:
            message = f"scaffold {tag} is not in this mscgen (it has {known[0]}..{known[-1]})"
            raise ScaffoldError(message, "install the mscgen release that wrote this project, or a newer one")


def _install() -> Path:
    try:
        return store.install()
    except git.GitError as failure:
        raise ScaffoldError(str(failure)) from None
    except OSError as failure:
        hint = "set HOME to a folder that can be written"
        raise ScaffoldError(f"cannot write {store.SOURCE}: {failure.strerror}", hint) from None


def _untouched(tag: str, address: str, answers: Mapping[str, Any]) -> dict[str, bytes]:
    """path → bytes of a scaffold as copier renders it, before any user touched it."""
    from copier import run_copy

    with tempfile.TemporaryDirectory(prefix="mscgen-render-") as folder:
        run_copy(address, folder, data=dict(answers), vcs_ref=tag, defaults=True, quiet=True)
        files = (p for p in Path(folder).rglob("*") if p.is_file())
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


@contextmanager
def _copier_calls() -> Iterator[None]:
    """copier with git settings that suit it; its many kinds of exception become a ScaffoldError."""
    from copier.errors import CopierError
    from plumbum import ProcessExecutionError, local
    from plumbum.commands.processes import CommandNotFound

    count = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    settings = {"GIT_CONFIG_COUNT": str(count + len(_GIT_SETTINGS))}
    for number, (key, value) in enumerate(_GIT_SETTINGS.items(), count):
        settings |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    try:
        with local.env(**settings):  # plumbum copies os.environ when it is imported, so that would be too late
            yield
    except CommandNotFound:
        raise ScaffoldError(git.MISSING) from None
    except (CopierError, ValueError, TypeError, ProcessExecutionError) as failure:
        # copier raises bare ValueErrors for validators, choices and unknown tags
        text = str(getattr(failure, "stderr", None) or failure).strip() or type(failure).__name__
        lines = text.splitlines()
        fatal = (line for line in lines if line.startswith("fatal: "))
        raise ScaffoldError(f"copier: {next(fatal, lines[-1])}") from failure
