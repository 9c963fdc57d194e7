"""Waivers: which line they cover, on which days they hold, and that a wrong one waives nothing."""

from __future__ import annotations

import pytest
from fragments import check
from mscgen.lint.waiver import find_waivers, today
from mscgen.read import Source
from mscgen.read.source import split_lines

CONTRACT = """\
operations:
  Ping:
    doc: Answers.
    {above}
    http: GET /v1/pingPong{behind}
"""


def contract(above="", behind=""):
    text = CONTRACT.format(above=above or "# nothing", behind=behind)
    return text


def rules(text):
    return [d.rule for d in check(text)]


def waiver(text):
    (found,) = find_waivers(Source("c.yaml", split_lines(text)))
    return found


def test_the_rule_is_broken_without_a_waiver():
    assert rules(contract()) == ["path-style"]


def test_a_waiver_above_the_line_takes_the_finding_away():
    assert not rules(contract("# mscgen: allow path-style until 2026-12-31: old clients"))


def test_a_waiver_on_the_line_takes_the_finding_away():
    assert not rules(contract(behind="  # mscgen: allow path-style until 2026-12-31: old clients"))


def test_a_waiver_covers_the_next_line_over_blank_lines_and_other_comments():
    above = "# mscgen: allow path-style until 2026-12-31: old clients\n\n    # another comment\n"
    assert not rules(contract(above))


def test_a_waiver_does_not_cover_the_line_after_the_next():
    text = contract().replace("    doc:", "    # mscgen: allow path-style until 2026-12-31: too high up\n    doc:")
    assert rules(text) == ["waiver-unused", "path-style"]


def test_the_last_day_of_a_waiver_counts(monkeypatch):
    text = contract("# mscgen: allow path-style until 2026-12-31: old clients")
    monkeypatch.setenv("MSCGEN_TODAY", "2026-12-31")
    assert not rules(text)
    monkeypatch.setenv("MSCGEN_TODAY", "2027-01-01")
    assert rules(text) == ["waiver-expired", "path-style"]


def test_today_is_the_systems_without_an_override(monkeypatch):
    from datetime import date

    monkeypatch.delenv("MSCGEN_TODAY")
    before = date.today().isoformat()
    assert before <= today() <= date.today().isoformat()


def test_several_rules_stand_separated_by_commas():
    above = "# mscgen: allow path-style , cache-unsafe until 2026-12-31: both"
    text = contract(above)
    assert rules(text) == ["waiver-unused"]
    assert waiver(text).rules[1][0] == "cache-unsafe"


def test_two_waivers_of_one_line_work_together():
    text = """\
operations:
  AddNote:
    doc: Keeps a note.
    http: POST /v1/notes
    idempotency: keyed
    # mscgen: allow unbounded-input until 2026-12-31: a migration
    # mscgen: allow sensitive-unclassified until 2026-12-31: a migration
    request: {email: string}
"""
    assert not rules(text)


def test_the_second_waiver_of_the_same_thing_is_unused():
    above = "# mscgen: allow path-style until 2026-12-31: one\n    # mscgen: allow path-style until 2026-12-31: two"
    assert rules(contract(above)) == ["waiver-unused"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("# mscgen: allow path-style until 2026-12-31", "waiver-without-reason"),
        ("# mscgen: allow path-style until 2026-12-31:   ", "waiver-without-reason"),
        ("# mscgen: allow path-style: why", "waiver-without-date"),
        ("# mscgen: allow path-style until tomorrow: why", "waiver-without-date"),
        ("# mscgen: allow path-style until 2026-13-01: why", "waiver-without-date"),
        ("# mscgen: allow path-style until 31.12.2026: why", "waiver-without-date"),
        ("# mscgen: allow", "waiver-malformed"),
        ("# mscgen: deny path-style until 2026-12-31: why", "waiver-malformed"),
        ("# mscgen: allow path-style 2026-12-31 why", "waiver-malformed"),
        ("# mscgen: allow path-style, until 2026-12-31: why", "waiver-malformed"),
        ("# mscgen: allow Path_Style until 2026-12-31: why", "waiver-unknown-rule"),
    ],
)
def test_a_wrong_waiver_takes_nothing_away_and_is_found(text, rule):
    assert rules(contract(text)) == [rule, "path-style"]


def test_a_misspelt_rule_has_a_suggestion():
    found = check(contract("# mscgen: allow path-stile until 2026-12-31: why"))
    assert found[0].help == "did you mean `path-style`?"
    assert (found[0].span.column, found[0].span.end_column) == (21, 31)


def test_a_rule_about_waivers_cannot_be_waived():
    above = "# mscgen: allow waiver-malformed until 2026-12-31: why\n    # mscgen: what"
    assert rules(contract(above)) == ["waiver-unknown-rule", "waiver-malformed", "path-style"]


def test_one_missing_part_is_told_at_a_time_with_the_other():
    assert rules(contract("# mscgen: allow path-style")) == [
        "waiver-without-date",
        "waiver-without-reason",
        "path-style",
    ]


def test_a_reason_may_hold_anything():
    assert not rules(contract("# mscgen: allow path-style until 2026-12-31: a: b # c, until 2027-01-01"))


def test_a_comment_in_a_text_is_not_addressed_to_mscgen_unless_it_looks_so():
    assert not find_waivers(Source("c.yaml", ("doc: see#mscgen: allow x", "doc: mscgen: allow x")))


def test_a_waiver_at_the_end_of_the_file_covers_itself():
    assert waiver("a: b\n# mscgen: allow path-style until 2026-12-31: why").covers == 2
