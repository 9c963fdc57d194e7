"""Applying a plan: interruptions, late edits, failing disks, two writers at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from mscgen.write import apply, recover
from mscgen.write import apply as apply_plan
from mscgen.write.apply import Interrupted, pending
from mscgen.write.exclusive import exclusive
from mscgen.write.journal import STAGE

from .conftest import Project, managed, stub, tree

OLD = [managed(f"gen/f{i}.py", f"old {i}\n") for i in range(4)] + [stub("handlers/a.py", "a\n")]
NEW = [
    managed("gen/f0.py", "old 0\n"),
    managed("gen/f1.py", "new 1\n"),
    managed("gen/f2.py", "new 2\n"),
    managed("gen/more/f9.py", "new 9\n"),
    stub("handlers/b.py", "b\n", "handlers/a.py"),
    stub("handlers/c.py", "c\n"),
]

# One run in a process of its own, killed by itself before step number argv[2] (or by nobody).
SCRIPT = """
import os, sys, pathlib
sys.path.insert(0, {tests!r})
from write.test_apply import NEW
from mscgen.write import apply, plan, recover
root, stop = pathlib.Path(sys.argv[1]), int(sys.argv[2])
steps = []
def at(step):
    if len(steps) == stop:
        os._exit(137)
    steps.append(step)
recover(root)
apply(plan(NEW, root), root, at)
print(len(steps))
"""


def run_until(root, stop: int) -> subprocess.CompletedProcess[str]:
    tests = os.path.dirname(os.path.dirname(__file__))
    code = SCRIPT.format(tests=tests)
    return subprocess.run([sys.executable, "-c", code, str(root), str(stop)], capture_output=True, text=True)


def old_project(folder) -> Project:
    folder.mkdir()
    project = Project(folder)
    project.generate(*OLD)
    project.write("handlers/a.py", "what the user wrote\n")
    project.write("notes.txt", "mine\n")
    return project


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    """(the old tree, the new tree, number of steps between them)."""
    project = old_project(tmp_path_factory.mktemp("ends") / "p")
    before = tree(project.root)
    done = run_until(project.root, 10_000)
    assert done.returncode == 0, done.stderr
    return before, tree(project.root), int(done.stdout)


def test_killed_before_any_step_the_tree_is_the_old_one_or_the_next_run_makes_it_the_new_one(ends, tmp_path):
    before, after, steps = ends
    assert steps > 12
    outcomes = set()
    for stop in range(steps):
        project = old_project(tmp_path / f"kill{stop}")
        assert run_until(project.root, stop).returncode == 137
        completed = recover(project.root)
        found = tree(project.root)
        assert found == (before if completed is None and found == before else after), f"killed before step {stop}"
        outcomes.add(found == after)
        assert not pending(project.root)
        project.generate(*NEW)
        assert tree(project.root) == after
    assert outcomes == {True, False}


def test_killed_again_and_again_at_every_step_it_still_arrives(ends, tmp_path):
    _, after, steps = ends
    project = old_project(tmp_path / "p")
    for stop in range(steps + 1):
        if run_until(project.root, stop).returncode == 0:
            break
    assert tree(project.root) == after


def test_killed_from_outside_at_any_moment_nothing_is_half_done(ends, tmp_path):
    """SIGKILL after a delay that sweeps over a whole run: not timed, only varied."""
    before, after, _ = ends
    code = SCRIPT.format(tests=os.path.dirname(os.path.dirname(__file__)))
    for number in range(int(os.environ.get("MSCGEN_KILLS", "12"))):
        project = old_project(tmp_path / f"p{number}")
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(project.root), "10000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        killer = threading.Timer(0.03 + 0.012 * number, lambda child=child: child.send_signal(signal.SIGKILL))
        killer.start()
        child.communicate()
        killer.cancel()
        recover(project.root)
        assert tree(project.root) in (before, after)


def test_a_user_file_edited_between_a_kill_and_the_next_run_is_left_alone(tmp_path):
    project = old_project(tmp_path / "p")

    def stop_at_first_put(step: str) -> None:
        if step.startswith("put "):
            raise MemoryError  # any exception that is not the disk's

    with pytest.raises(MemoryError):
        apply(project.plan(*NEW), project.root, stop_at_first_put)
    assert pending(project.root)
    project.write("gen/f1.py", "written meanwhile\n")
    assert recover(project.root) == ["gen/f1.py"]
    assert project.read("gen/f1.py") == "written meanwhile\n"
    assert [r.path for r in project.plan(*NEW).refuse] == ["gen/f1.py"]


def test_a_planted_journal_cannot_write_or_delete_outside_the_project(project, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("x")
    from mscgen.write.manifest import digest

    project.write(f"{STAGE}/00000", "evil")
    evil = digest(b"evil")
    journal = {
        "drops": [{"path": "../victim", "old": digest(b"x")}],
        "shifts": [{"source": "../victim", "path": "stolen"}],
        "puts": [{"stage": "00000", "path": "../planted", "old": None, "new": evil}],
    }
    project.write(f"{STAGE}/journal.json", json.dumps(journal))
    assert recover(project.root) == []
    assert victim.read_text() == "x"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["project", "victim"]


def test_control_c_past_the_point_of_no_return_finishes_first(ends, tmp_path):
    project = old_project(tmp_path / "p")
    seen = []

    def interrupt(step: str) -> None:
        if step.startswith("put ") and not seen:
            seen.append(step)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(project.plan(*NEW), project.root, interrupt)
    assert tree(project.root) == ends[1]


def test_control_c_while_staging_changes_nothing(ends, tmp_path):
    project = old_project(tmp_path / "p")

    def interrupt(step: str) -> None:
        if step == "stage gen/f2.py":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(project.plan(*NEW), project.root, interrupt)
    assert tree(project.root) == ends[0]
    assert recover(project.root) is None
    assert not pending(project.root)


def test_a_disk_that_refuses_half_way_is_named_and_the_next_run_completes(ends, tmp_path, monkeypatch):
    project = old_project(tmp_path / "p")
    real = os.replace

    def full(source, target):
        if str(target).endswith("f2.py"):
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr("mscgen.write.journal.os.replace", full)
    with pytest.raises(Interrupted, match=r"No space left on device .*f2\.py"):
        apply_plan(project.plan(*NEW), project.root)
    monkeypatch.undo()
    assert recover(project.root) == []
    assert tree(project.root) == ends[1]


def test_a_folder_that_is_a_mount_of_its_own_still_gets_its_file(project, monkeypatch):
    real = os.replace

    def other_device(source, target):
        if STAGE in str(source) and str(target).endswith("a.py"):
            raise OSError(18, "Invalid cross-device link")
        real(source, target)

    monkeypatch.setattr("mscgen.write.journal.os.replace", other_device)
    project.generate(managed("gen/a.py", "a\n"))
    assert tree(project.root) == {"gen/a.py": b"a\n"}


def test_the_mode_of_a_replaced_file_is_kept(project):
    project.generate(managed("gen/run.sh", "a\n"))
    (project.root / "gen/run.sh").chmod(0o755)
    project.generate(managed("gen/run.sh", "b\n"))
    assert (project.root / "gen/run.sh").stat().st_mode & 0o777 == 0o755


def test_a_state_folder_that_is_a_link_to_somewhere_else_is_refused(project, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (project.root / ".mscgen").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic link"):
        project.generate(managed("gen/a.py", "a\n"))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_second_writer_waits_for_the_first(project):
    entered, leave, waited, done = (threading.Event() for _ in range(4))

    def first() -> None:
        with exclusive(project.root, lambda: None):
            entered.set()
            leave.wait(10)

    def second() -> None:
        with exclusive(project.root, waited.set):
            done.set()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert entered.wait(10)
    threads[1].start()
    assert waited.wait(10)
    assert not done.is_set()
    leave.set()
    for thread in threads:
        thread.join(10)
    assert done.is_set()


def test_the_lock_of_a_killed_writer_is_free(project):
    code = (
        "import os, pathlib, sys; from mscgen.write.exclusive import exclusive\n"
        "with exclusive(pathlib.Path(sys.argv[1]), lambda: None): os._exit(137)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(project.root)]).returncode == 137
    with exclusive(project.root, lambda: pytest.fail("somebody still holds the lock")):
        pass


def test_a_journal_that_mscgen_did_not_write_is_thrown_away(project):
    for text in ("not json", "[]", "{}", '{"drops": [{"x": 1}], "shifts": [], "puts": []}'):
        project.write(f"{STAGE}/journal.json", text)
        assert recover(project.root) is None
        assert not pending(project.root)
