"""The released scaffolds, and the git bundle from which copier reads them.

`templates/scaffold.history` is a `git fast-export` stream: plain text, each distinct file once, with a fixed author
and dates, so every machine builds the same commits. It holds copier.yml and templates/scaffold of every release, each
under its tag. `install` makes `~/.mscgen/scaffold.bundle` of it (about 40 ms, once per version). Projects record that
path literally as `_src_path`; copier expands the tilde, so a plain `copier update` works offline wherever
`mscgen template install` has run once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

from mscgen import __version__
from mscgen.resources import data_root, is_checkout
from mscgen.write import git

SOURCE = "~/.mscgen/scaffold.bundle"
HISTORY = "templates/scaffold.history"
_FIXED = {
    "GIT_AUTHOR_NAME": "mscgen",
    "GIT_AUTHOR_EMAIL": "mscgen@localhost",
    "GIT_COMMITTER_NAME": "mscgen",
    "GIT_COMMITTER_EMAIL": "mscgen@localhost",
    "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


class StoreError(Exception):
    """The history cannot be read or must not be changed; the message is one line."""


def own_tag() -> str:
    """The tag under which this mscgen's scaffold is released."""
    return f"v{__version__}"


def versions(repository: Path) -> list[str]:
    """The tags of a bundle or repository, oldest release first."""
    from packaging.version import Version

    listed = _git(repository.parent, "ls-remote", "--tags", "--refs", str(repository)).decode()
    return sorted((line.split("refs/tags/", 1)[1] for line in listed.splitlines()), key=Version)


def install(target: Path | None = None) -> Path:
    """Make `~/.mscgen/scaffold.bundle` hold at least the scaffolds of this mscgen; returns its path.

    In a checkout, and for a version that is not frozen, the scaffold on disk is this version's. A bundle that a newer
    mscgen left on this machine is kept. Raises GitError, and OSError when the home folder cannot be written.
    """
    from packaging.version import Version

    target = target or Path(SOURCE).expanduser()
    history = _history()
    live = is_checkout() or own_tag() not in released(history)
    stamp, fingerprint = target.with_suffix(".json"), _fingerprint(history, live)
    if target.is_file() and _stamped(stamp) == fingerprint:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mscgen-store-", dir=target.parent) as folder:
        repository, bundle = Path(folder, "repository"), Path(folder, "scaffold.bundle")
        _load(repository, history)
        if live:
            _commit(repository, own_tag())
        _git(repository, "bundle", "create", "-q", str(bundle), "--tags")
        if target.is_file() and Version(versions(target)[-1]) > Version(versions(bundle)[-1]):
            return target
        os.replace(bundle, target)
        draft = Path(folder, "stamp")
        draft.write_text(json.dumps({"digest": fingerprint}), encoding="utf-8")
        os.replace(draft, stamp)
    return target


def freeze(*, again: bool = False) -> str:
    """Append the scaffold on disk to the history as this version's; returns its tag. Only in a checkout.

    again: replace the newest version, as long as git has no tag of that name: until then it is not released.
    Raises StoreError when the version is in the history already, or is released.
    """
    if not is_checkout():
        raise StoreError("a scaffold is frozen in a checkout of mscgen, not in an installation")
    tag, history = own_tag(), _history()
    if tag in released(history):
        _may_replace(tag, history, again)
    with tempfile.TemporaryDirectory(prefix="mscgen-freeze-") as folder:
        repository = Path(folder, "repository")
        _load(repository, history)
        if tag in released(history):
            _take_back(repository, tag)
        _commit(repository, tag)
        stream = _git(repository, "fast-export", "--all")
    draft = data_root() / f"{HISTORY}.draft"
    draft.write_bytes(stream)
    os.replace(draft, data_root() / HISTORY)
    return tag


def released(history: bytes) -> list[str]:
    """The versions in a history, in the order of the file."""
    prefix = b"refs/tags/"
    words = [line.rsplit(b" ", 1)[-1] for line in history.splitlines() if line.startswith((b"reset ", b"commit "))]
    tags = (word.removeprefix(prefix).decode() for word in words if word.startswith(prefix))
    return list(dict.fromkeys(tags))


def live_files() -> list[tuple[str, Path]]:
    """(path in the template repository, file) of the scaffold on disk, sorted."""
    root = data_root()
    below = (p for p in (root / "templates" / "scaffold").rglob("*") if p.is_file())
    files = [p for p in below if p.suffix != ".pyc" and p.name != ".gitkeep"]
    return sorted((p.relative_to(root).as_posix(), p) for p in [root / "copier.yml", *files])


def _may_replace(tag: str, history: bytes, again: bool) -> None:
    if not again:
        raise StoreError(f"{tag} is in the history already; released scaffolds never change")
    if released(history)[-1] != tag:
        raise StoreError(f"{tag} is not the newest version in the history")
    if git.attempt(data_root(), "rev-parse", "-q", "--verify", f"refs/tags/{tag}").returncode == 0:
        raise StoreError(f"{tag} is released: git has a tag of that name")


def _history() -> bytes:
    path = data_root() / HISTORY
    return path.read_bytes() if path.is_file() else b""


def _fingerprint(history: bytes, live: bool) -> str:
    seen = hashlib.sha256(history + own_tag().encode())
    if live:
        for path, file in live_files():
            seen.update(path.encode() + b"\0" + file.read_bytes() + b"\0")
    return seen.hexdigest()


def _stamped(stamp: Path) -> str | None:
    try:
        return str(json.loads(stamp.read_text(encoding="utf-8"))["digest"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _git(cwd: Path, *args: str, stdin: bytes | None = None) -> bytes:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return git.run(cwd, *args, env=clean | _FIXED, stdin=stdin)


def _load(repository: Path, history: bytes) -> None:
    repository.mkdir()
    _git(repository, "init", "-q", "-b", "main")
    _git(repository, "config", "core.autocrlf", "false")
    if history:
        _git(repository, "fast-import", "--quiet", stdin=history)


def _commit(repository: Path, tag: str) -> None:
    """Commit the scaffold on disk on top of main and tag it, unless main holds exactly that under that tag."""
    _git(repository, "read-tree", "--empty")
    for path, file in live_files():
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, repository / path)
    _git(repository, "add", "-A", "-f")
    if _newest(repository) == tag:
        if not _git(repository, "diff", "--cached", "--name-only", "main"):
            return
        _take_back(repository, tag)
    _git(repository, "commit", "-q", "--allow-empty", "-m", f"scaffold {tag}")
    _git(repository, "tag", tag)


def _take_back(repository: Path, tag: str) -> None:
    """Undo main's newest commit, which is this version's; the index stays."""
    _git(repository, "tag", "-d", tag)
    if git.attempt(repository, "rev-parse", "-q", "--verify", "main~1").returncode == 0:
        _git(repository, "update-ref", "refs/heads/main", "main~1")
    else:
        _git(repository, "update-ref", "-d", "refs/heads/main")


def _newest(repository: Path) -> str | None:
    """The tag of main's newest commit."""
    shown = git.attempt(repository, "tag", "--points-at", "main").stdout.decode().split()
    return shown[-1] if shown else None
