"""`mscgen generate` as its user meets it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .conftest import edit, times, tree

HANDLERS = "src/note_service/handlers"
MODELS = "src/note_service/gen/models.py"


def test_the_first_run_makes_everything_and_the_second_nothing(generated, mscgen):
    assert (generated / HANDLERS / "get_note.py").is_file()
    assert (generated / "contract.lock").is_file()
    before = times(generated)
    again = mscgen("generate", generated)
    assert (again.code, again.out) == (0, "nothing to do: everything is up to date\n")
    assert times(generated) == before


def test_a_run_without_a_memory_of_the_last_one_changes_nothing_either(generated, mscgen):
    (generated / ".mscgen/fresh.json").unlink()
    before = {path: time for path, time in times(generated).items() if path != ".mscgen"}
    assert mscgen("generate", generated).out == "nothing to do: everything is up to date\n"
    after = times(generated)
    assert {path: after[path] for path in before} == before


def test_the_plan_is_short_and_names_what_is_the_users(service, mscgen):
    result = mscgen("generate", service)
    lines = result.out.splitlines()
    assert len(lines) < 20
    assert any(f"{HANDLERS}/get_note.py" in line and "yours" in line for line in lines)
    assert any("src/note_service/gen/" in line and "files)" in line for line in lines)
    assert "created" in lines[-1]


def test_looking_first_writes_nothing_at_all(service, mscgen):
    before = times(service)
    dry = mscgen("generate", service, "--dry-run")
    check = mscgen("generate", service, "--check")
    diff = mscgen("generate", service, "--diff")
    assert (dry.code, check.code, diff.code) == (0, 1, 0)
    assert "would be: " in dry.out
    assert f"+++ b/{MODELS}" in diff.out
    assert times(service) == before


def test_check_is_clean_after_a_run_and_not_after_an_edit_of_the_contract(generated, mscgen):
    assert mscgen("generate", generated, "--check").code == 0
    edit(generated, "text: string(..500)", "text: string(..400)")
    assert mscgen("generate", generated, "--check").code == 1
    both = mscgen("generate", generated, "--check", "--diff")
    assert both.code == 1
    assert "-" in both.out


def test_an_added_field_changes_managed_files_only(generated, mscgen):
    handlers = tree(generated / HANDLERS)
    edit(generated, "    text: string(..500)\n", "    text: string(..500)\n    stars: int32(0..5)?\n")
    result = mscgen("generate", generated)
    assert result.code == 0, result.text
    assert f"update   {MODELS}" in result.out
    assert tree(generated / HANDLERS) == handlers
    assert "stars" in (generated / MODELS).read_text()


def test_a_new_operation_gets_one_new_handler(generated, mscgen):
    with open(generated / "contract.yaml", "a") as contract:
        contract.write(
            "  PutNote:\n    doc: Writes a note.\n    http: PUT /v1/notes/{note_id}\n"
            "    request: {note_id: uuid, text: string(..500)}\n    response: Note\n"
        )
    result = mscgen("generate", generated)
    assert result.code == 0, result.text
    assert f"create   {HANDLERS}/put_note.py   yours from now on" in result.out


def test_the_handler_of_a_removed_operation_is_reported_and_pruned_on_request(generated, mscgen):
    text = (generated / "contract.yaml").read_text()
    (generated / "contract.yaml").write_text(text[: text.index("  DropNote:")])
    result = mscgen("generate", generated)
    assert f"orphan   {HANDLERS}/drop_note.py" in result.out
    assert (generated / HANDLERS / "drop_note.py").is_file()
    assert mscgen("prune", generated, "--dry-run").code == 0
    assert (generated / HANDLERS / "drop_note.py").is_file()
    pruned = mscgen("prune", generated)
    assert f"moved {HANDLERS}/drop_note.py to .mscgen/pruned/{HANDLERS}/drop_note.py" in pruned.out
    assert mscgen("generate", generated).out == "nothing to do: everything is up to date\n"
    assert mscgen("prune", generated).out.startswith("nothing to prune")


def test_a_renamed_operation_takes_its_handler_along(generated, mscgen):
    path = generated / HANDLERS / "drop_note.py"
    path.write_text(path.read_text() + "# the user's\n")
    bytes_before = path.read_bytes()
    edit(generated, "  DropNote:\n", "  ForgetNote:\n    renamed_from: DropNote\n")
    result = mscgen("generate", generated)
    assert result.code == 0, result.text
    assert f"move     {HANDLERS}/drop_note.py -> {HANDLERS}/forget_note.py" in result.out
    assert "rename `drop_note` to `forget_note`" in result.out
    assert (generated / HANDLERS / "forget_note.py").read_bytes() == bytes_before
    assert mscgen("generate", generated).out == "nothing to do: everything is up to date\n"


def test_a_hand_edited_managed_file_stops_the_run_with_two_ways_out(generated, mscgen):
    edit(generated, "class Note(", "# by hand\nclass Note(", MODELS)
    before = tree(generated)
    edit(generated, "text: string(..500)", "text: string(..400)")
    refused = mscgen("generate", generated)
    assert refused.code == 1
    assert f"{MODELS}:" in refused.out
    assert "was edited by hand" in refused.out
    assert "| # by hand" in refused.out
    assert f"mscgen generate --adopt {MODELS}" in refused.out
    assert {p: b for p, b in tree(generated).items() if p != "contract.yaml"} == {
        p: b for p, b in before.items() if p != "contract.yaml"
    }
    assert mscgen("generate", generated, "--check").code == 1
    adopted = mscgen("generate", generated, "--adopt", MODELS)
    assert adopted.code == 0
    assert "# by hand" in (generated / MODELS).read_text()
    discarded = mscgen("generate", generated, "--discard", MODELS)
    assert discarded.code == 0
    assert "# by hand" not in (generated / MODELS).read_text()


def test_a_way_out_for_a_file_that_is_not_refused_is_a_mistake(generated, mscgen):
    result = mscgen("generate", generated, "--discard", "src/nowhere.py")
    assert result.code == 2
    assert "nothing is refused at src/nowhere.py" in result.err


def test_a_broken_contract_shows_everything_and_writes_nothing(generated, mscgen):
    before = times(generated)
    edit(generated, "response: Note\n", "response: Nope\n")
    result = mscgen("generate", generated)
    assert result.code == 1
    assert "contract.yaml:" in result.err
    assert "help: " in result.err
    assert {p: t for p, t in times(generated).items() if not p.startswith((".mscgen", "contract"))} == {
        p: t for p, t in before.items() if not p.startswith((".mscgen", "contract"))
    }


def test_a_lost_lock_is_not_made_anew_with_other_numbers(generated, mscgen):
    lock = generated / "contract.lock"
    before = lock.read_bytes()
    lock.unlink()
    result = mscgen("generate", generated)
    assert result.code == 1
    assert "git checkout contract.lock" in result.err
    assert not lock.exists()
    lock.write_bytes(before)
    assert mscgen("generate", generated).code == 0


def test_warnings_are_repeated_by_a_run_that_has_nothing_to_do(service, mscgen):
    edit(service, "    doc: Reads a note.\n", "")
    first = mscgen("generate", service)
    assert "missing-doc" in first.err
    second = mscgen("generate", service)
    assert second.err == first.err
    assert second.out == "nothing to do: everything is up to date\n"


def test_the_project_is_found_from_a_folder_below_it(generated, mscgen, monkeypatch):
    monkeypatch.chdir(generated / "src" / "note_service")
    assert mscgen("generate").code == 0


def test_without_a_contract_it_cannot_run(tmp_path, mscgen):
    result = mscgen("generate", tmp_path)
    assert result.code == 2
    assert "no contract.yaml" in result.err
    assert mscgen("generate", tmp_path / "nowhere").code == 2


def test_a_run_that_was_killed_is_finished_by_the_next(generated, mscgen):
    from mscgen.cli.generate import Options, make_plan
    from mscgen.write import apply

    edit(generated, "text: string(..500)", "text: string(..400)")
    _, plan, _ = make_plan(generated / "contract.yaml", Options())

    def die(step: str) -> None:
        if step.startswith("put "):
            raise MemoryError

    with pytest.raises(MemoryError):
        apply(plan, generated, die)
    looking = mscgen("generate", generated, "--check")
    assert looking.code == 1
    assert "an earlier run was interrupted" in looking.err
    finished = mscgen("generate", generated)
    assert finished.code == 0
    assert "finished an earlier run" in finished.out
    assert "max_length=400" in (generated / MODELS).read_text()


def test_an_unchanged_project_is_recognised_without_the_heavy_libraries(generated):
    code = (
        "import sys; from mscgen.cli import run; code = run(['generate']); "
        "heavy = ('yaml', 'jinja2', 'copier', 'pydantic', 'grpc_tools', 'google.protobuf', 'datamodel_code_generator',"
        " 'mscgen.pipeline'); print([m for m in heavy if m in sys.modules], code)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=generated, capture_output=True, text=True, check=True)
    assert done.stdout == "nothing to do: everything is up to date\n[] 0\n"


def test_a_thousand_operations_do_not_flood_the_terminal(service, mscgen):
    with open(service / "contract.yaml", "a") as contract:
        for number in range(60):
            contract.write(
                f"  GetThing{number}x:\n    http: GET /v1/things{number}/{{note_id}}\n"
                "    request: {note_id: uuid}\n    response: Note\n"
            )
    result = mscgen("generate", service)
    assert result.code == 0, result.err[-2000:]
    assert len(result.out.splitlines()) < 15
    assert f"{HANDLERS}/  (62 files)   yours from now on" in result.out
    assert result.err.count("   help: ") == 10
    assert "more: mscgen lint shows them all" in result.err
