"""`mscgen check` lists what nobody has written yet."""

from .conftest import edit

HANDLER = "src/note_service/handlers/get_note.py"


def test_fresh_handlers_are_listed_with_their_line(generated, mscgen):
    result = mscgen("check", generated)
    assert result.code == 1
    assert f"{HANDLER}:" in result.out
    assert "GetNote is not implemented" in result.out
    assert "2 of 2 operations answer 501 / UNIMPLEMENTED" in result.out


def test_written_handlers_are_not(generated, mscgen):
    for name in ("get_note", "drop_note"):
        edit(
            generated,
            "raise ctx.unimplemented()",
            "raise RuntimeError('written')",
            f"src/note_service/handlers/{name}.py",
        )
    result = mscgen("check", generated)
    assert (result.code, result.out) == (0, "all 2 operations are implemented\n")


def test_a_comment_about_it_is_not_a_call_of_it(generated, mscgen):
    edit(generated, "raise ctx.unimplemented()", "return None  # was ctx.unimplemented()", HANDLER)
    assert "GetNote" not in mscgen("check", generated).out


def test_a_missing_and_a_broken_handler_are_named(generated, mscgen):
    (generated / HANDLER).unlink()
    (generated / "src/note_service/handlers/drop_note.py").write_text("def (\n")
    result = mscgen("check", generated)
    assert result.code == 1
    assert "GetNote has no handler file" in result.out
    assert "drop_note.py:1: DropNote has a handler that is not Python" in result.out


def test_a_broken_contract_is_shown(generated, mscgen):
    edit(generated, "response: Note\n", "response: Nope\n")
    result = mscgen("check", generated)
    assert result.code == 1
    assert "Nope" in result.err
