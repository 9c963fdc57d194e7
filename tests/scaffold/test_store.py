"""The history of released scaffolds and the bundle made of it."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from mscgen import __version__
from mscgen.resources import data_root
from mscgen.write import store

from .conftest import git

FREEZE = "run: mscgen template freeze (--again while the version is not released), then commit the history"


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """A copy of everything that a freeze reads and writes, in a git repository of its own."""
    root = tmp_path / "checkout"
    (root / "templates").mkdir(parents=True)
    shutil.copytree(data_root() / "templates" / "scaffold", root / "templates" / "scaffold")
    shutil.copy(data_root() / "copier.yml", root)
    git(tmp_path, "init", "-q", str(root))
    monkeypatch.setattr(store, "data_root", lambda: root)
    return root


def tree_of(repository: Path, tag: str) -> dict[str, bytes]:
    names = git(repository, "ls-tree", "-r", "-z", "--name-only", tag).split("\0")[:-1]
    return {n: git(repository, "show", f"{tag}:{n}").encode() for n in names}


def clone(bundle: Path, target: Path) -> Path:
    git(bundle.parent, "clone", "-q", "--no-checkout", str(bundle), str(target))
    return target


def test_the_history_holds_this_versions_scaffold_exactly(tmp_path):
    history = (data_root() / store.HISTORY).read_bytes()
    tag = f"v{__version__}"
    assert tag in store.released(history), FREEZE
    repository = tmp_path / "history"
    store._load(repository, history)
    live = {path: file.read_bytes() for path, file in store.live_files()}
    assert tree_of(repository, tag) == live, f"the scaffold changed after it was frozen; {FREEZE}"


def test_more_than_one_version_is_released_so_that_updates_are_real():
    released = store.released((data_root() / store.HISTORY).read_bytes())
    assert len(released) >= 2
    assert released[-1] == f"v{__version__}"


def test_a_released_file_name_stays(tmp_path):
    """A file that a scaffold drops or renames is the one thing that a plain `copier update` loses edits of."""
    repository = tmp_path / "history"
    history = (data_root() / store.HISTORY).read_bytes()
    store._load(repository, history)
    tags = store.released(history)
    for older, newer in itertools.pairwise(tags):
        assert tree_of(repository, older).keys() <= tree_of(repository, newer).keys(), f"{older} -> {newer}"


def test_every_machine_builds_the_same_commits(tmp_path):
    one, two = store.install(tmp_path / "one.bundle"), store.install(tmp_path / "two.bundle")
    assert git(tmp_path, "ls-remote", str(one)) == git(tmp_path, "ls-remote", str(two))


def test_a_bundle_that_is_up_to_date_is_not_written_again(tmp_path):
    bundle = store.install(tmp_path / "x.bundle")
    before = bundle.stat().st_mtime_ns
    assert store.install(tmp_path / "x.bundle").stat().st_mtime_ns == before


def test_the_bundle_of_a_newer_mscgen_is_kept(tmp_path, checkout, monkeypatch):
    monkeypatch.setattr(store, "__version__", "9.0.0")
    newer = store.install(tmp_path / "x.bundle")
    monkeypatch.setattr(store, "__version__", "8.0.0")
    assert store.versions(store.install(newer)) == ["v9.0.0"]


def test_an_older_bundle_is_replaced(tmp_path, checkout, monkeypatch):
    monkeypatch.setattr(store, "__version__", "1.0.0")
    store.freeze()
    bundle = store.install(tmp_path / "x.bundle")
    monkeypatch.setattr(store, "__version__", "1.1.0")
    assert store.versions(store.install(bundle)) == ["v1.0.0", "v1.1.0"]


def test_versions_are_ordered_as_versions_not_as_text(tmp_path, checkout, monkeypatch):
    for version in ("1.9.0", "1.10.0", "1.10.1.dev0"):
        monkeypatch.setattr(store, "__version__", version)
        store.freeze()
    bundle = store.install(tmp_path / "x.bundle")
    assert store.versions(bundle) == ["v1.9.0", "v1.10.0", "v1.10.1.dev0"]


def test_in_a_checkout_the_scaffold_on_disk_is_this_versions(tmp_path, checkout, monkeypatch):
    monkeypatch.setattr(store, "__version__", "1.0.0")
    store.freeze()
    (checkout / "templates/scaffold/service/new.txt").write_text("on disk, not frozen\n")
    repository = clone(store.install(tmp_path / "x.bundle"), tmp_path / "clone")
    assert tree_of(repository, "v1.0.0")["templates/scaffold/service/new.txt"] == b"on disk, not frozen\n"


def test_an_installation_uses_what_was_frozen(tmp_path, checkout, monkeypatch):
    monkeypatch.setattr(store, "__version__", "1.0.0")
    store.freeze()
    monkeypatch.setattr(store, "is_checkout", lambda: False)
    (checkout / "templates/scaffold/service/new.txt").write_text("tampered\n")
    repository = clone(store.install(tmp_path / "x.bundle"), tmp_path / "clone")
    assert "templates/scaffold/service/new.txt" not in tree_of(repository, "v1.0.0")
    with pytest.raises(store.StoreError, match="in a checkout"):
        store.freeze()


def test_freezing_appends_and_changes_nothing_before(checkout, monkeypatch):
    monkeypatch.setattr(store, "__version__", "1.0.0")
    assert store.freeze() == "v1.0.0"
    first = (checkout / store.HISTORY).read_bytes()
    (checkout / "templates/scaffold/service/new.txt").write_text("x\n")
    monkeypatch.setattr(store, "__version__", "1.1.0")
    store.freeze()
    second = (checkout / store.HISTORY).read_bytes()
    blobs = first.split(b"reset refs/heads/main")[0]
    assert second.startswith(blobs)
    assert store.released(second) == ["v1.0.0", "v1.1.0"]


def test_a_version_without_a_change_is_frozen_too(checkout, monkeypatch):
    for version in ("1.0.0", "1.0.1"):
        monkeypatch.setattr(store, "__version__", version)
        store.freeze()
    assert store.released((checkout / store.HISTORY).read_bytes()) == ["v1.0.0", "v1.0.1"]


def test_a_frozen_version_is_replaced_only_on_demand_and_only_before_its_release(checkout, monkeypatch, tmp_path):
    monkeypatch.setattr(store, "__version__", "0.9.0")
    store.freeze()
    monkeypatch.setattr(store, "__version__", "1.0.0")
    store.freeze()
    (checkout / "templates/scaffold/service/late.txt").write_text("x\n")
    with pytest.raises(store.StoreError, match="in the history already"):
        store.freeze()
    store.freeze(again=True)
    history = (checkout / store.HISTORY).read_bytes()
    assert store.released(history) == ["v0.9.0", "v1.0.0"]
    store._load(tmp_path / "history", history)
    assert "templates/scaffold/service/late.txt" in tree_of(tmp_path / "history", "v1.0.0")
    assert git(tmp_path / "history", "rev-list", "--count", "v1.0.0").strip() == "2"
    git(checkout, "commit", "-qm", "release", "--allow-empty")
    git(checkout, "tag", "v1.0.0")
    with pytest.raises(store.StoreError, match="is released"):
        store.freeze(again=True)
    monkeypatch.setattr(store, "__version__", "0.9.0")
    with pytest.raises(store.StoreError, match="not the newest"):
        store.freeze(again=True)


def test_the_callers_git_variables_do_not_reach_the_store(tmp_path, monkeypatch):
    """A hook or a rebase leaves GIT_DIR behind; following it would commit into somebody's repository."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    store.install(tmp_path / "x.bundle")
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "index").exists()
