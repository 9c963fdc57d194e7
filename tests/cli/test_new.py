"""`mscgen new`: a project that is whole or not there at all."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys

import pytest
import yaml

from .conftest import CONTRACT, tree


def git(folder, *args: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *args], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def made(tmp_path, mscgen):
    result = mscgen("new", "order-service", "--defaults", "--into", tmp_path)
    assert result.code == 0, result.text
    return tmp_path / "order-service", result


def test_it_shows_its_steps_and_ends_with_what_to_type_next(made):
    folder, result = made
    steps = [line.split()[0] for line in result.out.splitlines() if line.startswith("  ") and "files" in line]
    assert steps == ["scaffold", "generate"]
    tail = result.out.split("next:\n")[1]
    assert f"cd {folder}" in tail
    assert "make run" in tail
    assert "make test" in tail


def test_everything_is_committed_so_that_updates_are_possible(made):
    folder, _ = made
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "log", "--format=%s") == "order-service, as mscgen made it\n"
    assert ".mscgen/manifest.json" in git(folder, "ls-files").split()
    assert not [p for p in git(folder, "ls-files").split() if p.startswith(".mscgen/fresh")]


def test_it_is_up_to_date_implemented_and_without_findings(made, mscgen):
    folder, _ = made
    assert mscgen("generate", folder, "--check").code == 0
    assert mscgen("check", folder).out == "all 6 operations are implemented\n"
    lint = mscgen("lint", "--strict", folder)
    assert lint.code == 0, lint.text


def test_the_answers_are_recorded_without_any_path_of_this_machine(made, home):
    folder, _ = made
    answers = yaml.safe_load((folder / ".copier-answers.yml").read_text())
    assert answers["_src_path"] == "~/.mscgen/scaffold.bundle"
    assert answers["resource"] == "Order"
    text = b"".join(tree(folder / "src").values()) + b"".join(
        content for path, content in tree(folder).items() if "/" not in path
    )
    assert str(home).encode() not in text


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Order", "small letters"), ("1st", "small letters"), ("a_b", "small letters"), ("a--b", "small letters"),
        ("../x", "small letters"), ("x" * 64, "small letters"), ("email", "call it email-service"),
        ("class", "call it class-service"), ("grpc", "call it grpc-service"), ("tests", "call it tests-service"),
        ("httpx", "call it httpx-service"), ("grpc-health", "call it grpc-health-service"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_one_is_refused_with_a_better_one(tmp_path, mscgen, name, hint):
    result = mscgen("new", name, "--defaults", "--into", tmp_path)
    assert result.code == 2
    assert hint in result.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, mscgen):
    (tmp_path / "order-service").mkdir()
    (tmp_path / "order-service" / "mine.txt").write_text("x")
    result = mscgen("new", "order-service", "--defaults", "--into", tmp_path)
    assert result.code == 2
    assert "is not empty" in result.err
    assert tree(tmp_path) == {"order-service/mine.txt": b"x"}


def test_an_empty_folder_is_filled(tmp_path, mscgen):
    (tmp_path / "order-service").mkdir()
    assert mscgen("new", "order-service", "--defaults", "--into", tmp_path).code == 0
    assert (tmp_path / "order-service" / "contract.yaml").is_file()


def test_a_contract_of_ones_own_is_taken_as_it_is(tmp_path, mscgen):
    source = tmp_path / "given.yaml"
    source.write_text(CONTRACT)
    result = mscgen("new", "note-service", "--contract", source, "--into", tmp_path, "--no-git")
    assert result.code == 0, result.text
    folder = tmp_path / "note-service"
    assert (folder / "contract.yaml").read_text() == CONTRACT
    assert (folder / "src/note_service/handlers/get_note.py").is_file()
    assert not (folder / "src/note_service/repository.py").exists()
    assert "Repository" not in (folder / "src/note_service/deps.py").read_text()
    assert not (folder / ".git").exists()


def test_findings_in_a_contract_of_ones_own_name_the_folder_that_is_made(tmp_path, mscgen):
    source = tmp_path / "given.yaml"
    source.write_text(CONTRACT.replace("types:\n", "types:\n  Unused: {a: int32}\n"))
    result = mscgen("new", "note-service", "--contract", source, "--into", tmp_path, "--no-git")
    assert result.code == 0
    assert "note-service/contract.yaml:" in result.err
    assert ".note-service" not in result.err
    again = mscgen("generate", tmp_path / "note-service")
    assert "unused-type" in again.err
    assert ".note-service" not in again.err


def test_a_contract_with_errors_or_of_another_name_makes_nothing(tmp_path, mscgen):
    source = tmp_path / "given.yaml"
    source.write_text(CONTRACT.replace("response: Note\n", "response: Nope\n"))
    broken = mscgen("new", "note-service", "--contract", source, "--into", tmp_path)
    assert broken.code == 1
    assert "Nope" in broken.err
    source.write_text(CONTRACT)
    other = mscgen("new", "other-service", "--contract", source, "--into", tmp_path)
    assert other.code == 2
    assert "describes note-service" in other.err
    assert [p.name for p in tmp_path.iterdir()] == ["given.yaml"]


def test_inside_a_repository_no_second_one_is_made(tmp_path, mscgen):
    git(tmp_path, "init", "-q")
    result = mscgen("new", "order-service", "--defaults", "--into", tmp_path / "services")
    assert result.code == 0
    assert "inside a repository already" in result.out
    assert not (tmp_path / "services" / "order-service" / ".git").exists()


def test_a_failure_in_the_middle_leaves_nothing_behind(tmp_path, mscgen, monkeypatch):
    def broken(service):
        raise RuntimeError("x")

    monkeypatch.setattr("mscgen.emit.emit", broken)
    assert mscgen("new", "order-service", "--defaults", "--into", tmp_path).code == 3
    assert list(tmp_path.iterdir()) == []


def test_without_git_the_reason_is_said_and_nothing_is_left(tmp_path, mscgen, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    result = mscgen("new", "order-service", "--defaults", "--into", tmp_path)
    assert result.code == 1
    assert "git is not installed" in result.err
    assert list(tmp_path.iterdir()) == []


def test_without_an_identity_the_first_commit_is_made_all_the_same(tmp_path, mscgen, monkeypatch):
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    result = mscgen("new", "order-service", "--defaults", "--into", tmp_path)
    assert "first commit (git knows no user.email" in result.out
    assert git(tmp_path / "order-service", "log", "--format=%an") == "mscgen\n"


def test_a_gateway_is_a_service_without_handlers(tmp_path, mscgen):
    result = mscgen("new", "edge", "--kind", "gateway", "--defaults", "--into", tmp_path)
    assert result.code == 0, result.text
    assert yaml.safe_load((tmp_path / "edge/contract.yaml").read_text())["kind"] == "gateway"
    assert mscgen("generate", tmp_path / "edge", "--check").code == 0


def on_a_terminal(folder, answers: list[str], *arguments: str) -> tuple[int, str]:
    """Run `mscgen new` on a pseudo-terminal, typing the next answer whenever it waits for one."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "mscgen", "new", *arguments]
    child = subprocess.Popen(command, cwd=folder, stdin=follower, stdout=follower, stderr=follower, close_fds=True)
    os.close(follower)
    shown = ""
    while select.select([leader], [], [], 60)[0]:
        try:
            piece = os.read(leader, 4096).decode()
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if shown.endswith("]: ") and answers:
            os.write(leader, (answers.pop(0) + "\n").encode())
            shown += "\n"
    os.close(leader)
    return child.wait(60), shown


def test_on_a_terminal_it_asks_three_questions_and_asks_again_what_cannot_be(tmp_path):
    code, shown = on_a_terminal(tmp_path, ["lower", "LineItem", "", "Takes lines."], "shop-service")
    assert code == 0, shown
    assert shown.count("]: ") == 4
    contract = yaml.safe_load((tmp_path / "shop-service/contract.yaml").read_text())
    assert "CreateLineItem" in contract["operations"]
    assert (contract["owner"], contract["doc"]) == ("team-shop", "Takes lines.")


def test_with_defaults_it_asks_nothing_on_a_terminal_either(tmp_path):
    code, shown = on_a_terminal(tmp_path, [], "shop-service", "--defaults")
    assert code == 0, shown
    assert "]: " not in shown
