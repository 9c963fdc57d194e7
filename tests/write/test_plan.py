"""What a run decides about each file, and that it says so before it does it."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from mscgen.write import File, Owner
from mscgen.write.paths import UnsafePath

from .conftest import managed, stub, times, tree


def paths(changes):
    return [c.path for c in changes]


def test_a_first_run_creates_everything_and_a_second_changes_not_even_a_timestamp(project):
    files = [managed("gen/a.py", "a\n"), stub("handlers/a.py", "mine\n"), File("contract.lock", "{}\n", Owner.LOCK)]
    assert paths(project.generate(*files).create) == ["contract.lock", "gen/a.py", "handlers/a.py"]
    before = times(project.root)
    again = project.generate(*files)
    assert not again.changes
    assert again.unchanged == ("contract.lock", "gen/a.py")
    assert again.keep == ("handlers/a.py",)
    assert times(project.root) == before


def test_only_files_whose_bytes_change_are_written(project):
    project.generate(managed("gen/a.py", "a\n"), managed("gen/b.py", "b\n"))
    before = times(project.root)
    project.generate(managed("gen/a.py", "a\n"), managed("gen/b.py", "new\n"))
    assert times(project.root)["gen/a.py"] == before["gen/a.py"]
    assert project.read("gen/b.py") == "new\n"


def test_a_file_that_is_no_longer_emitted_goes_with_its_empty_folder(project):
    project.generate(managed("gen/deep/a.py", "a\n"), managed("gen/b.py", "b\n"))
    project.write("gen/deep/__pycache__/a.cpython-311.pyc", b"\0")
    assert project.generate(managed("gen/b.py", "b\n")).remove == ("gen/deep/a.py",)
    assert sorted(p.name for p in (project.root / "gen").iterdir()) == ["b.py"]


def test_a_folder_with_a_file_of_the_user_stays(project):
    project.generate(managed("gen/deep/a.py", "a\n"))
    project.write("gen/deep/notes.txt", "mine")
    project.generate()
    assert tree(project.root) == {"gen/deep/notes.txt": b"mine"}


def test_a_hand_edited_file_is_refused_with_its_first_changed_line_and_the_way_out(project):
    project.generate(managed("gen/a.py", "one\ntwo\nthree\n"))
    project.write("gen/a.py", "one\nTWO by hand\nthree\n")
    plan = project.plan(managed("gen/a.py", "one\ntwo\nthree\nfour\n"))
    (refusal,) = plan.refuse
    assert (refusal.path, refusal.line, refusal.text) == ("gen/a.py", 2, "TWO by hand")
    assert refusal.reason == "was edited by hand"
    assert "--adopt gen/a.py" in refusal.help
    assert "--discard gen/a.py" in refusal.help


def test_the_edited_line_is_found_in_git_even_when_the_contract_changed_an_earlier_line(project):
    project.generate(managed("gen/a.py", "one\ntwo\nthree\n"))
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(project.root), *command], check=True)
    project.write("gen/a.py", "one\ntwo\nTHREE\n")
    (refusal,) = project.plan(managed("gen/a.py", "ONE from the contract\ntwo\nthree\n")).refuse
    assert (refusal.line, refusal.text) == (3, "THREE")


def test_text_appended_by_hand_is_found_behind_the_last_line(project):
    project.generate(managed("gen/a.py", "one\n"))
    project.write("gen/a.py", "one\nmore\n")
    (refusal,) = project.plan(managed("gen/a.py", "one\n")).refuse
    assert (refusal.line, refusal.text) == (2, "more")


def test_bytes_that_are_not_utf_8_are_an_edit_like_any_other(project):
    project.generate(managed("gen/a.py", "one\n"))
    project.write("gen/a.py", b"\xff\xfe\n")
    (refusal,) = project.plan(managed("gen/a.py", "one\n")).refuse
    assert refusal.line == 1


def test_a_file_of_the_user_where_a_managed_one_belongs_is_refused(project):
    project.write("gen/a.py", "mine\n")
    (refusal,) = project.plan(managed("gen/a.py", "a\n")).refuse
    assert refusal.reason == "was not written by mscgen"
    assert project.read("gen/a.py") == "mine\n"


def test_a_file_of_the_user_with_exactly_our_bytes_is_simply_known_from_now_on(project):
    project.write("gen/a.py", "a\n")
    assert project.generate(managed("gen/a.py", "a\n")).unchanged == ("gen/a.py",)
    assert project.generate(managed("gen/a.py", "b\n")).update[0].old == b"a\n"


def test_an_adopted_file_is_the_users_until_it_is_discarded(project):
    project.generate(managed("gen/a.py", "a\n"))
    project.write("gen/a.py", "mine\n")
    assert project.generate(managed("gen/a.py", "b\n"), adopt=["gen/a.py"]).adopted == ("gen/a.py",)
    later = project.generate(managed("gen/a.py", "c\n"))
    assert later.adopted == ("gen/a.py",)
    assert project.read("gen/a.py") == "mine\n"
    project.generate(managed("gen/a.py", "c\n"), discard=["gen"])
    assert project.read("gen/a.py") == "c\n"
    assert project.plan(managed("gen/a.py", "c\n")).adopted == ()


def test_an_adopted_file_that_is_no_longer_emitted_stays_and_is_forgotten(project):
    project.write("gen/a.py", "mine\n")
    project.generate(managed("gen/a.py", "a\n"), adopt=["."])
    project.generate()
    assert project.read("gen/a.py") == "mine\n"
    assert not project.plan().changes


def test_an_edited_file_that_is_no_longer_emitted_is_kept_or_deleted_as_told(project):
    project.generate(managed("gen/a.py", "a\n"), managed("gen/b.py", "b\n"))
    project.write("gen/a.py", "mine\n")
    project.write("gen/b.py", "mine\n")
    assert paths(project.plan().refuse) == ["gen/a.py", "gen/b.py"]
    project.generate(adopt=["gen/a.py"], discard=["gen/b.py"])
    assert tree(project.root) == {"gen/a.py": b"mine\n"}
    assert not project.plan().changes


def test_choices_that_match_nothing_are_reported(project):
    plan = project.plan(managed("gen/a.py", "a\n"), adopt=["gen/b.py"], discard=["./nowhere/"])
    assert plan.unused == ("gen/b.py", "./nowhere/")


def test_a_deleted_managed_file_comes_back_and_the_plan_says_why(project):
    project.generate(managed("gen/a.py", "a\n"))
    (project.root / "gen/a.py").unlink()
    (write,) = project.generate(managed("gen/a.py", "a\n")).create
    assert write.note == "somebody deleted it"


def test_a_file_in_which_a_merge_stopped_is_written_anew(project):
    project.generate(managed("gen/a.py", "a\n"))
    project.write("gen/a.py", "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n")
    (write,) = project.generate(managed("gen/a.py", "c\n")).update
    assert write.note == "a merge had stopped in it"


def test_a_checkout_with_crlf_line_ends_is_not_an_edit(project):
    project.generate(managed("gen/a.py", "one\ntwo\n"), managed("gen/b.py", "b\n"))
    for path in ("gen/a.py", "gen/b.py", ".mscgen/manifest.json"):
        project.write(path, (project.root / path).read_bytes().replace(b"\n", b"\r\n"))
    before = times(project.root)
    plan = project.plan(managed("gen/a.py", "one\ntwo\n"), managed("gen/b.py", "new\n"))
    assert paths(plan.update) == ["gen/b.py"]
    assert not plan.refuse
    project.generate(managed("gen/a.py", "one\ntwo\n"), managed("gen/b.py", "b\n"))
    assert times(project.root) == before


def test_a_stub_is_never_touched_again(project):
    project.generate(stub("handlers/a.py", "first\n"))
    project.write("handlers/a.py", b"\xff mine, in no encoding\r\n")
    assert project.generate(stub("handlers/a.py", "second\n")).keep == ("handlers/a.py",)
    assert (project.root / "handlers/a.py").read_bytes() == b"\xff mine, in no encoding\r\n"


def test_a_deleted_handler_comes_back_because_the_service_imports_it_but_a_deleted_test_does_not(project):
    files = [stub("src/x/handlers/a.py", "h\n"), stub("tests/handlers/test_a.py", "t\n")]
    project.generate(*files)
    for file in files:
        (project.root / file.path).unlink()
    (write,) = project.generate(*files).create
    assert write.path == "src/x/handlers/a.py"
    assert write.note
    assert not project.plan(*files).changes


def test_the_handler_of_a_removed_operation_is_reported_at_every_run(project):
    project.generate(stub("handlers/a.py", "a\n"), stub("handlers/b.py", "b\n"))
    for _ in range(2):
        assert project.generate(stub("handlers/b.py", "b\n")).orphans == ("handlers/a.py",)
    (project.root / "handlers/a.py").unlink()
    assert project.generate(stub("handlers/b.py", "b\n")).orphans == ()


def test_the_handler_of_a_renamed_operation_moves_with_every_byte(project):
    project.generate(stub("handlers/create_order.py", "old\n"), stub("tests/test_create_order.py", "old\n"))
    project.write("handlers/create_order.py", b"\xffmine\r\n")
    renamed = [
        stub("handlers/place_order.py", "new\n", "handlers/create_order.py"),
        stub("tests/test_place_order.py", "new\n", "tests/test_create_order.py"),
    ]
    plan = project.generate(*renamed)
    assert [(m.source, m.path) for m in plan.move] == [
        ("handlers/create_order.py", "handlers/place_order.py"),
        ("tests/test_create_order.py", "tests/test_place_order.py"),
    ]
    assert all("`create_order` to `place_order`" in m.note for m in plan.move)
    assert tree(project.root) == {"handlers/place_order.py": b"\xffmine\r\n", "tests/test_place_order.py": b"old\n"}
    assert not project.plan(*renamed).changes


def test_a_rename_whose_new_name_exists_leaves_both_and_reports_the_old_one(project):
    project.generate(stub("handlers/a.py", "a\n"))
    project.write("handlers/b.py", "b\n")
    plan = project.generate(stub("handlers/b.py", "new\n", "handlers/a.py"))
    assert plan.move == ()
    assert plan.orphans == ("handlers/a.py",)


def test_a_rename_never_takes_the_file_of_an_operation_that_exists(project):
    project.generate(stub("handlers/a.py", "a\n"))
    plan = project.generate(stub("handlers/a.py", "a\n"), stub("handlers/b.py", "b\n", "handlers/a.py"))
    assert plan.move == ()
    assert paths(plan.create) == ["handlers/b.py"]
    assert plan.orphans == ()


def test_a_file_in_the_place_of_a_former_folder_and_the_other_way_round(project):
    project.generate(managed("gen/a", "file\n"))
    project.generate(managed("gen/a/b.py", "below\n"))
    assert tree(project.root) == {"gen/a/b.py": b"below\n"}


@pytest.mark.parametrize(
    "path",
    [
        "/etc/x",
        "../x",
        "a/../../x",
        "a//b",
        "./a",
        "a\\b",
        "C:/x",
        "a/\x00",
        "a\nb",
        "",
        ".git/hooks/x",
        ".mscgen/x",
        "a .",
    ],
)
def test_a_path_that_leaves_the_project_is_a_bug_and_nothing_is_written(project, path):
    with pytest.raises(UnsafePath):
        project.plan(managed(path, "x"))
    with pytest.raises(UnsafePath):
        project.write("a", "x") and project.plan(stub("b", "x", path or ".."))


def test_a_path_emitted_twice_is_a_bug(project):
    with pytest.raises(ValueError, match="twice"):
        project.plan(managed("a", "x"), managed("a", "y"))


def test_a_folder_that_leads_out_of_the_project_is_refused(project, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (project.root / "gen").symlink_to(outside)
    (refusal,) = project.plan(managed("gen/a.py", "a\n")).refuse
    assert "outside the project" in refusal.reason
    assert list(outside.iterdir()) == []


def test_a_folder_linked_within_the_project_is_fine(project):
    (project.root / "real").mkdir()
    (project.root / "gen").symlink_to("real")
    project.generate(managed("gen/a.py", "a\n"))
    assert project.read("real/a.py") == "a\n"


def test_a_file_that_is_a_symbolic_link_is_refused_not_cut(project):
    project.write("elsewhere.py", "mine\n")
    (project.root / "a.py").symlink_to("elsewhere.py")
    (refusal,) = project.plan(managed("a.py", "a\n"), discard=["a.py"]).refuse
    assert "symbolic link" in refusal.reason
    (project.root / "a.py").unlink()
    (project.root / "a.py").symlink_to("nowhere")
    assert project.plan(managed("a.py", "a\n")).refuse


def test_a_folder_where_a_file_belongs_and_a_file_where_a_folder_belongs_are_refused(project):
    project.write("gen/a.py/x", "x")
    project.write("docs", "x")
    plan = project.plan(managed("gen/a.py", "a\n"), managed("docs/b.md", "b\n"))
    assert [r.reason for r in plan.refuse] == ["cannot be made: docs is a file", "is a folder"]


def test_a_read_only_folder_is_refused_before_anything_is_written(project, monkeypatch):
    folder = project.root / "gen"
    folder.mkdir(mode=0o555)
    real = os.access
    # root may write anywhere, so the system's answer for anybody else is put in
    monkeypatch.setattr("mscgen.write.paths.os.access", lambda path, mode: path != folder and real(path, mode))
    (refusal,) = project.plan(managed("gen/a.py", "a\n")).refuse
    assert "read-only" in refusal.reason


def test_a_lost_manifest_refuses_only_what_differs(project):
    project.generate(managed("gen/a.py", "a\n"), managed("gen/b.py", "b\n"))
    (project.root / ".mscgen/manifest.json").unlink()
    plan = project.plan(managed("gen/a.py", "a\n"), managed("gen/b.py", "new\n"))
    assert paths(plan.refuse) == ["gen/b.py"]


def test_the_manifest_is_sorted_with_one_entry_a_line(project):
    project.generate(managed("gen/b.py", "b\n"), managed("gen/a.py", "a\n"), stub("h.py", "h\n"))
    text = project.read(".mscgen/manifest.json")
    body = json.loads(text)
    assert list(body["managed"]) == ["gen/a.py", "gen/b.py"]
    assert body["stubs"] == ["h.py"]
    assert sum("gen/" in line for line in text.splitlines()) == 2


def test_a_manifest_in_which_a_merge_stopped_counts_both_sides_and_is_written_clean(project):
    project.generate(managed("gen/a.py", "ours\n"))
    ours = project.read(".mscgen/manifest.json")
    project.generate(managed("gen/a.py", "theirs\n"))
    theirs = project.read(".mscgen/manifest.json")
    project.write(".mscgen/manifest.json", f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n")
    project.write("gen/a.py", "ours\n")
    project.generate(managed("gen/a.py", "merged\n"))
    assert json.loads(project.read(".mscgen/manifest.json"))["managed"].keys() == {"gen/a.py"}
    assert project.read("gen/a.py") == "merged\n"


def test_a_planted_manifest_cannot_make_us_delete_outside_the_project(project, tmp_path):
    from mscgen.write import manifest

    victim = tmp_path / "victim"
    victim.write_text("x")
    project.write(
        ".mscgen/manifest.json", manifest.dump({"../victim": manifest.digest(b"x")}, ["../y"], ["/etc/passwd"])
    )
    assert project.generate().remove == ()
    assert victim.exists()


def test_local_state_stays_out_of_git_but_the_manifest_does_not(project):
    project.generate(managed("gen/a.py", "a\n"))
    project.write(".mscgen/fresh.json", "{}")
    subprocess.run(["git", "-C", str(project.root), "init", "-q"], check=True)
    shown = subprocess.run(
        ["git", "-C", str(project.root), "status", "--porcelain", "-uall"], capture_output=True, text=True, check=True
    ).stdout
    assert sorted(shown.split()[1::2]) == [".mscgen/.gitignore", ".mscgen/manifest.json", "gen/a.py"]


def test_a_seed_is_written_once_and_forgotten(project):
    seed = File("src/x/repository.py", "first\n", Owner.SEED)
    assert paths(project.generate(seed).create) == ["src/x/repository.py"]
    project.write("src/x/repository.py", "mine\n")
    assert not project.plan(File("src/x/repository.py", "second\n", Owner.SEED)).changes
    later = project.generate()
    assert (later.orphans, later.remove) == ((), ())
    assert project.read("src/x/repository.py") == "mine\n"
