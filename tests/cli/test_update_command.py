"""`mscgen update`, `mscgen template` and `mscgen lock` as commands: what they print and how they exit."""

from __future__ import annotations

import subprocess

import pytest
from mscgen.write import scaffold
from mscgen.write.guard import UpdateReport

from .conftest import edit


@pytest.fixture
def reported(monkeypatch):
    """Let the scaffold's update end with this report: the merge itself has tests of its own."""

    def set_to(**lists) -> None:
        monkeypatch.setattr(scaffold, "update", lambda *a, **k: UpdateReport("v0.1.0", "v0.2.0", **lists))

    return set_to


def test_a_clean_update_generates_and_says_what_to_do_next(generated, mscgen, reported):
    reported(changed=["Makefile"], kept=["old.cfg"], missed=["gone.sh"])
    result = mscgen("update", generated)
    assert result.code == 0
    assert "scaffold v0.1.0 -> v0.2.0: 1 file(s) changed" in result.out
    assert "kept      old.cfg" in result.out
    assert "missed    gone.sh" in result.out
    assert "nothing to do: everything is up to date" in result.out
    assert "then commit" in result.out


def test_conflicts_exit_with_3_and_do_not_generate(generated, mscgen, reported):
    edit(generated, "Keeps notes.", "Keeps all notes.")
    reported(changed=["Makefile"], conflicts=["Makefile"])
    result = mscgen("update", generated)
    assert result.code == 3
    assert "conflict  Makefile" in result.err
    assert "mscgen update --abort" in result.err
    assert "updated" not in result.out


def test_nothing_to_do_is_said(generated, mscgen, monkeypatch):
    monkeypatch.setattr(scaffold, "update", lambda *a, **k: UpdateReport("v0.2.0", "v0.2.0"))
    assert mscgen("update", generated).out == "already at v0.2.0\n"


def test_a_refusal_is_1_with_its_hint(generated, mscgen):
    result = mscgen("update", generated)
    assert result.code == 1
    assert ".copier-answers.yml is missing" in result.err
    assert "hint: git checkout HEAD -- .copier-answers.yml" in result.err


def test_an_answer_without_a_value_is_wrong_usage(generated, mscgen):
    assert mscgen("update", generated, "-d", "owner").code == 2


def test_the_versions_this_mscgen_carries_are_installed_and_listed(mscgen, home):
    result = mscgen("template", "install")
    assert result.code == 0
    assert result.out.startswith(f"{home}/.mscgen/scaffold.bundle: v")


def test_a_settled_lock_needs_nothing(generated, mscgen):
    result = mscgen("lock", "resolve", generated)
    assert (result.code, result.out) == (0, "nothing to settle\n")


def test_two_branches_that_add_a_field_each_are_settled_by_lock_resolve_and_generate(generated, mscgen):
    def git(*args: str, code: int = 0) -> None:
        done = subprocess.run(["git", "-C", str(generated), *args], capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr

    def add(field: str) -> None:
        edit(generated, "    text: string(..500)\n", f"    text: string(..500)\n    {field}: string?\n")
        assert mscgen("generate", generated).code == 0
        git("add", "-A")
        git("commit", "-qm", field)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "start")
    git("checkout", "-qb", "feature")
    add("colour")
    git("checkout", "-q", "main")
    add("size")
    git("checkout", "-q", "feature")
    git("merge", "main", code=1)
    stopped = mscgen("generate", generated)
    assert stopped.code == 1
    settled = mscgen("lock", "resolve", generated)
    assert settled.code == 0, settled.text
    assert "Note.colour: 3 -> 4" in settled.out
    text = (generated / "contract.yaml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith(("<<<<<<<", "=======", ">>>>>>>"))]
    (generated / "contract.yaml").write_text("\n".join(lines) + "\n")
    result = mscgen("generate", generated)
    assert result.code == 0, result.text
    git("add", "-A")
    git("commit", "-qm", "merged")
    assert mscgen("generate", generated, "--check").code == 0
    lock = (generated / "contract.lock").read_text()
    assert "{number: 3, name: size, type: string}" in lock
    assert "{number: 4, name: colour, type: string}" in lock


def test_a_missing_lock_is_named(service, mscgen):
    result = mscgen("lock", "resolve", service)
    assert result.code == 2
    assert "contract.lock" in result.err
