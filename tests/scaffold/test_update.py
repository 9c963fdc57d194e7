"""`mscgen update`: what copier merges, what it would lose, and what users set in their git."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
import yaml
from mscgen.write import scaffold, store
from mscgen.write.guard import rollback
from mscgen.write.scaffold import ANSWERS, ScaffoldError, update

from .conftest import BINARY, commit, git, replace


@pytest.fixture
def edited(project, installed):
    """The project with an edit of every kind, committed; then the newer mscgen is installed."""
    replace(project / "README.md", "# order-service\n", "# order-service\n\nThe user's introduction.\n")
    replace(project / "Makefile", "\t$(PY) -m pytest\n", "\t$(PY) -m pytest -x\n")
    replace(project / "dropme.cfg", "x: 1", "x: 99")
    replace(project / "renamed.cfg", "a = 1", "a = 99")
    (project / "logo.bin").write_bytes(BINARY + b" the user's")
    (project / "icon.bin").write_bytes(BINARY + b" the user's")
    (project / "setup.sh").unlink()
    (project / "logging.yaml").rename(project / "logs.yaml")
    (project / "notes.txt").write_text("the user's notes\n")
    with open(project / "contract.yaml", "a", encoding="utf-8") as contract:
        contract.write("# the user's contract\n")
    commit(project, "user")
    installed("2.0.0")
    return project


@pytest.fixture
def report(edited):
    return update(edited)


def test_edits_in_different_places_are_merged(edited, report):
    text = (edited / "README.md").read_text()
    assert "The user's introduction." in text
    assert "## New in v2" in text


def test_edits_of_the_same_line_are_a_conflict_with_markers(edited, report):
    assert "Makefile" in report.conflicts
    text = (edited / "Makefile").read_text()
    assert "<<<<<<< before updating" in text
    assert "pytest -x" in text
    assert "pytest --strict-markers" in text


def test_a_file_that_the_user_deleted_stays_deleted_and_is_reported(edited, report):
    assert not (edited / "setup.sh").exists()
    assert "setup.sh" in report.missed


def test_a_file_that_the_user_renamed_keeps_its_text_and_is_reported(edited, report):
    assert (edited / "logs.yaml").read_text() == "level: info\n"
    assert "logging.yaml" in report.missed


def test_a_file_that_the_scaffold_dropped_goes_unless_the_user_edited_it(edited, report):
    assert not (edited / "legacy.cfg").exists()
    assert (edited / "dropme.cfg").read_text() == "drop: me\nx: 99\n"
    assert report.kept == ["dropme.cfg", "renamed.cfg"]


def test_a_file_that_the_scaffold_renamed_leaves_the_edited_old_one_beside_the_new(edited, report):
    assert (edited / "renamed.cfg").read_text() == "a = 99\nb = 2\n"
    assert (edited / "settings.cfg").read_text() == "a = 1\nb = 2\n"


def test_an_edited_binary_is_the_users_and_a_conflict_only_if_the_scaffold_changed_it_too(edited, report):
    assert (edited / "logo.bin").read_bytes() == BINARY + b" the user's"
    assert (edited / "icon.bin").read_bytes() == BINARY + b" the user's"
    assert "icon.bin" in report.conflicts
    assert "logo.bin" not in report.conflicts


def test_a_new_file_that_the_user_already_has_is_a_conflict(edited, report):
    text = (edited / "notes.txt").read_text()
    assert "the user's notes" in text
    assert "from the scaffold" in text
    assert "notes.txt" in report.conflicts


def test_a_new_question_gets_its_default_and_is_recorded(edited, report):
    assert (edited / "metrics.toml").read_text() == "port = 9090\n"
    assert yaml.safe_load((edited / ANSWERS).read_text())["metrics_port"] == 9090


def test_the_contract_is_the_users(edited, report):
    text = (edited / "contract.yaml").read_text()
    assert text.endswith("# the user's contract\n")
    assert "# v2" not in text


def test_everything_is_recorded_and_nothing_is_committed(edited, report):
    assert (report.old, report.new) == ("v1.0.0", "v2.0.0")
    assert yaml.safe_load((edited / ANSWERS).read_text())["_commit"] == "v2.0.0"
    assert git(edited, "log", "--format=%s").split() == ["user", "scaffold"]
    assert not list(edited.rglob("*.rej"))
    assert {"README.md", "Makefile", "metrics.toml", "settings.cfg"} <= set(report.changed)


def test_an_untouched_project_takes_everything_without_conflict(project, installed):
    installed("2.0.0")
    report = update(project)
    assert (report.conflicts, report.kept, report.missed) == ([], [], [])
    assert (project / "setup.sh").stat().st_mode & 0o111
    assert "mscgen==2.0.0" in (project / "pyproject.toml").read_text()


def test_an_answer_can_be_changed_at_an_update_and_without_one(project, installed):
    installed("2.0.0")
    update(project, data={"metrics_port": "9999"})
    assert (project / "metrics.toml").read_text() == "port = 9999\n"
    commit(project, "updated")
    report = update(project, data={"metrics_port": "1111"})
    assert not report.nothing_to_do
    assert (project / "metrics.toml").read_text() == "port = 1111\n"


def test_a_project_in_a_folder_of_a_bigger_repository_is_updated_where_it_is(tmp_path, installed):
    outer = tmp_path / "mono"
    folder = outer / "services" / "order-service"
    folder.mkdir(parents=True)
    scaffold.render(folder, {"service_name": "order-service", "kind": "service", "example": True, "resource": "Order"})
    (outer / "other.txt").write_text("1\n")
    commit(outer, "all")
    (outer / "other.txt").write_text("changed, and not ours to look at\n")
    installed("2.0.0")
    report = update(folder)
    assert report.conflicts == []
    assert (folder / "metrics.toml").exists()
    assert (outer / "other.txt").read_text() == "changed, and not ours to look at\n"


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("status", "showUntrackedFiles", "no"),
        ("core", "autocrlf", "true"),
        ('protocol "file"', "allow", "never"),
        ("commit", "gpgsign", "true"),
        ("merge", "conflictStyle", "diff3"),
        ("diff", "noprefix", "true"),
        ("apply", "whitespace", "fix"),
        ("core", "fileMode", "false"),
        ("core", "hooksPath", "/nonexistent"),
        ("init", "defaultBranch", "trunk"),
    ],
)
def test_what_users_set_in_their_git_changes_nothing(edited, home, section, key, value):
    (home / ".gitconfig").write_text(f"[{section}]\n\t{key} = {value}\n")
    report = update(edited)
    assert sorted(report.conflicts) == ["Makefile", "icon.bin", "notes.txt"]
    text = (edited / "Makefile").read_text()
    assert text.count("<<<<<<<") == 1
    assert "pytest -x" in text
    assert "--strict-markers" in text
    assert not list(edited.rglob("*.rej"))


def test_at_the_newest_version_there_is_nothing_to_do(project):
    assert update(project).nothing_to_do
    assert git(project, "status", "--porcelain") == ""


def test_a_failing_update_leaves_the_project_as_it_was(project, installed):
    replace(project / ANSWERS, "kind: service", "kind: rocket")
    commit(project, "an answer that is none")
    installed("2.0.0")
    with pytest.raises(ScaffoldError) as failure:
        update(project)
    assert failure.value.hint == "the project is unchanged"
    assert git(project, "status", "--porcelain") == ""


def test_an_update_can_be_dropped(edited):
    before = git(edited, "ls-files", "-s")
    update(edited)
    scaffold.abort(edited)
    assert git(edited, "status", "--porcelain") == ""
    assert git(edited, "ls-files", "-s") == before


def test_dropping_an_update_keeps_new_files_that_are_not_of_the_update(edited):
    update(edited)
    for name in ("mine.txt", "odd [name]*!.txt", "deep/er/mine.py"):
        (edited / name).parent.mkdir(parents=True, exist_ok=True)
        (edited / name).write_text("mine")
    assert sorted(scaffold.abort(edited)) == ["deep/er/mine.py", "mine.txt", "odd [name]*!.txt"]
    assert git(edited, "status", "--porcelain", "-z").split("\0")[:-1] == [
        "?? deep/",
        "?? mine.txt",
        "?? odd [name]*!.txt",
    ]


def test_a_killed_update_is_recognised_and_can_be_dropped(edited, monkeypatch):
    """Killed while copier writes: no clean-up of ours runs."""
    script = (
        "import os, pathlib, sys; import copier; from mscgen.write import scaffold, store\n"
        "store.__version__ = '2.0.0'\n"
        "store.install = lambda target=None: pathlib.Path('~/.mscgen/scaffold.bundle').expanduser()\n"
        "real = copier.run_update\n"
        "def dying(project, **kwargs):\n"
        "    (project / 'Makefile').write_text('half'); (project / 'metrics.toml').write_text('half'); os._exit(137)\n"
        "copier.run_update = dying\n"
        "scaffold.update(pathlib.Path(sys.argv[1]))\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(edited)]).returncode == 137
    with pytest.raises(ScaffoldError) as failure:
        update(edited)
    assert failure.value.hint.startswith("an earlier update was interrupted")
    assert scaffold.abort(edited) == ["metrics.toml"]
    (edited / "metrics.toml").unlink()
    assert git(edited, "status", "--porcelain") == ""
    assert update(edited).conflicts


def test_dropping_an_update_that_is_not_under_way_touches_nothing(project):
    (project / "README.md").write_text("work in progress\n")
    with pytest.raises(ScaffoldError, match="no update is under way"):
        scaffold.abort(project)
    assert (project / "README.md").read_text() == "work in progress\n"


@pytest.mark.parametrize(
    ("spoil", "says", "hint"),
    [
        (lambda p: (p / "contract.yaml").unlink(), "not an mscgen project", ""),
        (lambda p: (p / ANSWERS).unlink(), f"{ANSWERS} is missing", "git checkout HEAD"),
        (lambda p: (p / ANSWERS).write_text("a: [\n"), "is not YAML in line 2", "git checkout HEAD"),
        (lambda p: (p / ANSWERS).write_text(""), "does not say which scaffold", "git checkout HEAD"),
        (lambda p: (p / ANSWERS).write_text("_src_path: x\n"), "does not say which scaffold", "git checkout HEAD"),
        (lambda p: shutil.rmtree(p / ".git"), "not in a git repository", "git init"),
        (lambda p: (p / "x").write_text(""), "1 uncommitted change(s)", "git stash -u"),
        (lambda p: git(p, "update-ref", "-d", "HEAD"), "has no commit yet", "commit"),
    ],
    ids=["contract", "answers", "yaml", "empty", "no-commit", "no-git", "dirty", "unborn"],
)
def test_what_cannot_be_updated_is_said_in_a_sentence_with_a_way_out(project, installed, spoil, says, hint):
    installed("2.0.0")
    spoil(project)
    with pytest.raises(ScaffoldError) as failure:
        update(project)
    assert says in str(failure.value)
    assert hint in failure.value.hint


def test_an_older_mscgen_says_which_one_is_needed(project, installed):
    installed("2.0.0")
    update(project)
    commit(project, "updated")
    installed("1.0.0")
    with pytest.raises(ScaffoldError, match=r"at v2\.0\.0 and this mscgen brings v1\.0\.0") as failure:
        update(project)
    assert "2.0.0 or newer" in failure.value.hint


def test_a_version_that_nobody_knows_is_named_with_those_that_are_known(project, installed):
    installed("2.0.0")
    with pytest.raises(ScaffoldError, match=r"v9\.9\.9 is not in this mscgen \(it has v1\.0\.0\.\.v2\.0\.0\)"):
        update(project, to="v9.9.9")
    replace(project / ANSWERS, "_commit: v1.0.0", "_commit: v0.0.7")
    commit(project, "unknown")
    with pytest.raises(ScaffoldError, match=r"v0\.0\.7 is not in this mscgen"):
        update(project)


def test_many_changes_are_listed_up_to_ten(project, installed):
    installed("2.0.0")
    for number in range(12):
        (project / f"f{number}").write_text("")
    with pytest.raises(ScaffoldError) as failure:
        update(project)
    assert str(failure.value).count("\n") == 11
    assert "12 uncommitted" in str(failure.value)


def test_without_git_the_reason_is_said(project, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ScaffoldError, match="git is not installed"):
        update(project)


def test_an_organisations_own_template_is_updated_from_its_address(tmp_path, template_repo, installed, monkeypatch):
    monkeypatch.setenv("MSCGEN_TEMPLATE_SOURCE", f"git+file://{template_repo}")
    folder = tmp_path / "order-service"
    folder.mkdir()
    scaffold.render(folder, {"service_name": "order-service", "kind": "service", "example": True, "resource": "Order"})
    commit(folder, "scaffold")
    monkeypatch.delenv("MSCGEN_TEMPLATE_SOURCE")
    installed("2.0.0")
    assert update(folder).conflicts == []
    assert (folder / "metrics.toml").exists()


def test_rollback_leaves_ignored_files_alone(project):
    (project / "data").mkdir()
    (project / "data" / "x.db").write_text("rows")
    (project / "stray.txt").write_text("")
    rollback(project)
    assert (project / "data" / "x.db").exists()
    assert not (project / "stray.txt").exists()


def test_a_home_that_cannot_be_written_is_named(project, installed, monkeypatch):
    def refuse(target=None):
        raise PermissionError(13, "Permission denied")

    installed("2.0.0")
    monkeypatch.setattr(store, "install", refuse)
    with pytest.raises(ScaffoldError, match="cannot write") as failure:
        update(project)
    assert "HOME" in failure.value.hint


def test_a_template_that_is_gone_is_named(project, installed):
    replace(project / ANSWERS, "~/.mscgen/scaffold.bundle", "git+file:///nowhere/template")
    commit(project, "another template")
    installed("2.0.0")
    with pytest.raises(ScaffoldError, match="/nowhere/template") as failure:
        update(project)
    assert failure.value.hint == "the project is unchanged"
