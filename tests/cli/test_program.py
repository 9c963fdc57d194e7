"""The program as a whole: exit codes, one line for whatever goes wrong, nothing left on the terminal."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading

import mscgen as package
import pytest

from .conftest import edit, tree

PROGRAM = [sys.executable, "-m", "mscgen"]


def test_the_version_is_one_line(mscgen):
    assert mscgen("--version").out == f"mscgen {package.__version__}\n"


def test_the_help_lists_every_command(mscgen):
    from mscgen.cli import COMMANDS

    text = mscgen("--help").out
    for command in COMMANDS:
        assert f"\n  {command} " in text
        assert mscgen(command, "--help").code == 0


@pytest.mark.parametrize("arguments", [["nope"], ["generate", "--nope"], ["new"], ["generate", "--watch", "--check"]])
def test_wrong_usage_is_2(mscgen, arguments):
    assert mscgen(*arguments).code == 2


def test_a_bug_is_one_line_and_where_to_report_it(generated, mscgen, monkeypatch):
    def broken(service):
        raise RuntimeError("the emitter stumbled\nsecond line")

    monkeypatch.setattr("mscgen.emit.emit", broken)
    edit(generated, "Keeps notes.", "Keeps all notes.")
    result = mscgen("generate", generated)
    assert result.code == 3
    assert "Traceback" not in result.text
    assert "RuntimeError: the emitter stumbled" in result.err
    assert "MSCGEN_DEBUG=1" in result.err
    monkeypatch.setenv("MSCGEN_DEBUG", "1")
    assert "Traceback" in mscgen("generate", generated).err


def test_a_bug_in_update_is_4_because_3_means_conflicts(generated, mscgen, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("x")

    monkeypatch.setattr("mscgen.write.scaffold.update", broken)
    assert mscgen("update", generated).code == 4


def test_a_disk_that_refuses_is_2_with_the_path(generated, mscgen, monkeypatch):
    def refuse(*args):
        raise PermissionError(13, "Permission denied", "/somewhere/contract.yaml")

    monkeypatch.setattr("mscgen.pipeline.check", refuse)
    edit(generated, "Keeps notes.", "Keeps all notes.")
    result = mscgen("generate", generated)
    assert result.code == 2
    assert result.err == "error: Permission denied: /somewhere/contract.yaml\n"


def test_control_c_is_130_and_quiet(generated, mscgen, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("mscgen.pipeline.check", interrupt)
    edit(generated, "Keeps notes.", "Keeps all notes.")
    result = mscgen("generate", generated)
    assert (result.code, result.err.strip()) == (130, "interrupted")


def test_a_reader_that_goes_away_is_no_error(service):
    done = subprocess.run(
        f"{' '.join(PROGRAM)} generate --diff | head -n 1", shell=True, cwd=service, capture_output=True, text=True
    )
    assert done.stdout.startswith("---")
    assert done.stderr == ""


def test_watching_runs_again_after_each_change_and_survives_a_broken_contract(service):
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    child = subprocess.Popen(
        [*PROGRAM, "generate", "--watch"], cwd=service, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    seen = []

    def wait_for(word: str) -> None:
        for line in child.stdout:
            seen.append(line)
            if word in line:
                return
        pytest.fail(f"{word!r} never came: {seen}")

    try:
        wait_for("created")
        edit(service, "response: Note\n", "response: Nope\n")
        wait_for("error[")
        edit(service, "response: Nope\n", "response: Note\n")
        wait_for("nothing to do")
        edit(service, "text: string(..500)", "text: string(..400)")
        wait_for("updated")
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0
        assert "Traceback" not in "".join(seen) + child.stdout.read()
    finally:
        child.kill()
        child.wait()


def test_runs_at_the_same_time_wait_for_each_other(service):
    children = [
        subprocess.Popen([*PROGRAM, "generate"], cwd=service, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0, 0, 0], said
    assert sum("created" in out for out, _ in said) == 1
    assert subprocess.run([*PROGRAM, "generate", "--check"], cwd=service, capture_output=True).returncode == 0


def test_killed_at_any_moment_the_next_run_ends_where_an_undisturbed_one_would(generated, tmp_path):
    """SIGKILL after delays that sweep over a whole run: not timed, only varied."""
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(generated, undisturbed)
    change = ("    text: string(..500)\n", "    text: string(..400)\n    stars: int32(0..5)?\n")
    edit(undisturbed, *change)
    subprocess.run([*PROGRAM, "generate"], cwd=undisturbed, check=True, capture_output=True)

    def files(root):
        return {p: b for p, b in tree(root).items() if not p.startswith(".mscgen/") or p.endswith("manifest.json")}

    for number in range(int(os.environ.get("MSCGEN_KILLS", "6"))):
        project = tmp_path / f"killed{number}"
        shutil.copytree(generated, project)
        edit(project, *change)
        child = subprocess.Popen([*PROGRAM, "generate"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        killer = threading.Timer(0.1 + 0.1 * number, child.kill)
        killer.start()
        child.communicate()
        killer.cancel()
        done = subprocess.run([*PROGRAM, "generate"], cwd=project, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert files(project) == files(undisturbed)
