"""Every page keeps its word: its form, and its examples, which are run."""

from __future__ import annotations

import re

import pytest
from fragments import check, whole
from mscgen.cli.pages import all_pages
from mscgen.lint.contract import FAMILIES, RULES
from mscgen.lint.contract.waivers import RULES as WAIVER_RULES
from mscgen.lint.rule import SECTIONS

PAGES = {rule.name: rule for rule in (*RULES, *WAIVER_RULES)}


def sections(page: str) -> dict[str, str]:
    parts = re.split(r"^## (.*)$", page, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def examples(name: str, section: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", sections(PAGES[name].page)[section], re.S)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_sentence_and_all_its_sections_in_order(name):
    page = PAGES[name].page
    assert re.fullmatch(r"[A-Z].{10,110}\.", PAGES[name].summary), PAGES[name].summary
    assert tuple(sections(page)) == SECTIONS
    assert all(text.strip() for text in sections(page).values())
    assert re.search(r"^- \S", sections(page)["References"], re.M)


@pytest.mark.parametrize("name", PAGES)
def test_the_bad_example_breaks_exactly_this_rule(name):
    shown = examples(name, "Bad")
    assert shown
    for example in shown:
        found = check(example)
        rules = {d.rule for d in found} - ({"missing-doc"} - {name})
        assert rules == {name}, [f"{d.span.line}: {d.rule}: {d.message}" for d in found]


@pytest.mark.parametrize("name", PAGES)
def test_the_good_example_breaks_no_rule_at_all(name):
    shown = examples(name, "Good")
    assert shown
    for example in shown:
        found = check(example)
        rules = {d.rule for d in found} - ({"missing-doc"} - {name})
        assert not rules, [f"{d.span.line}: {d.rule}: {d.message}" for d in found]


@pytest.mark.parametrize("name", PAGES)
def test_a_finding_is_one_line_with_a_help(name):
    for example in examples(name, "Bad"):
        for found in check(example):
            assert found.help
            for text in (found.message, found.label, found.help):
                assert text == text.strip()
                assert "\n" not in text
            assert not found.message.endswith(".")


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_a_waiver_on_the_line_above_takes_the_finding_away(name):
    for example in examples(name, "Bad"):
        lines = whole(example).split("\n")
        places = {d.span.line for d in check(example) if d.rule == name}
        for place in sorted(places, reverse=True):
            indent = re.match(" *", lines[place - 1])[0]
            lines.insert(place - 1, f"{indent}# mscgen: allow {name} until 2026-12-31: a test")
        rules = {d.rule for d in check("\n".join(lines))}
        assert name not in rules
        assert "waiver-unused" not in rules


def test_rule_names_are_kebab_of_two_words_and_unique():
    names = [rule.name for rule in (*RULES, *WAIVER_RULES)]
    assert len(set(names)) == len(names)
    assert not [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)]


def test_the_file_of_a_rule_has_the_name_of_the_rule():
    for family, rules in FAMILIES.items():
        for rule in rules:
            module = rule.check.__module__
            assert module == f"mscgen.lint.contract.{family}.{rule.name.replace('-', '_')}"


def test_every_rule_file_is_in_the_list_of_its_family():
    from pathlib import Path

    import mscgen.lint.contract

    folder = Path(mscgen.lint.contract.__file__).parent
    files = {p.stem for p in folder.glob("*/*.py") if p.stem != "__init__"}
    listed = {rule.check.__module__.rpartition(".")[2] for rule in (*RULES, *WAIVER_RULES)}
    assert files == listed


def test_every_page_is_found_by_its_name():
    assert set(PAGES) <= set(all_pages())
