"""The core schema of YAML 1.2, compared with its tables and between the two parsers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from mscgen.read.source import Source, split_lines
from mscgen.read.yaml import parse


def value(text):
    root, found = parse(f"a: {text}\n", Source("contract.yaml", split_lines(text)))
    assert not found
    return root.get("a").value


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "off",
        "yes",
        "no",
        "y",
        "n",
        "On",
        "TRue",
        "nULL",
        "1_000",
        "12:30",
        "0b1",
        "1e",
        "+",
        ".",
        "..",
        "1.2.3",
        "0o8",
        "0xg",
        "2024-01-01",
        "=",
        "=x",
    ],
)
def test_everything_else_is_a_text(text):
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", None), ("~", None), ("null", None), ("NULL", None), ("true", True), ("FALSE", False),
        ("0", 0), ("-12", -12), ("+7", 7), ("007", 7), ("0o17", 15), ("0xfF", 255),
        ("1.50", Decimal("1.50")), (".5", Decimal("0.5")), ("-1.", Decimal("-1")), ("1e3", Decimal("1e3")), ("6.02E+23", Decimal("6.02E+23")),
        ("'1'", "1"), ('"true"', "true"), ("'null'", "null"),
    ],
)  # fmt: skip
def test_plain_scalars_mean_what_the_core_schema_says(text, meaning):
    found = value(text)
    assert found == meaning
    assert type(found) is type(meaning)
    assert str(found) == str(meaning)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1" * 65, "1e99999"])
def test_numbers_that_no_type_can_hold_are_refused(text):
    root, found = parse(f"a: {text}\n", Source("contract.yaml", (text,)))
    assert root is None
    assert found[0].rule == "yaml-syntax"


@pytest.mark.parametrize("text", ["a: {b: c?}", "a: [b?]", "a: {b: x?y}", "a: {b?: c}"])
def test_a_question_mark_in_a_flow_collection_is_refused_with_the_way_out(text):
    _, found = parse(text, Source("contract.yaml", (text,)))
    assert "must be quoted in a flow mapping" in found[0].help


def test_a_question_mark_is_fine_in_a_block_and_in_quotes():
    root, found = parse('a: string?\nb: {c: "string?"}\n', Source("contract.yaml", ("",)))
    assert not found
    assert root.get("a").text == root.get("b").get("c").text == "string?"


TEXTS = [
    "a: 1\nb: [x, {y: z}]\nc: |\n  two\n  lines\nd: >-\n  folded\n  text\n",
    "a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n",
    "- a\n- - b\n  - c\n-\n  d: e\n",
    "'single ''quoted''': \"double \\\"quoted\\\" \\u00e9\"\n",
    "a: b # comment\n# comment\nc:\n  d:   e\n",
    "{a: b, c: [d, e], f: {}}\n",
    "a:\n- b\n-\nc: ''\n",
    "a: b\n b: c\n",
    "a: [b\nc: d\n",
    "a: 'b\n",
    "a:\n\tb: c\n",
    "a: b: c\n",
    "? a\n: b\n",
    "a: !!str b\n",
    "%YAML 1.1\n---\na: b\n",
    "%YAML 1.2\n---\na: b\n",
    "a: *b\n",
    "a: @b\n",
]


def shape(node):
    return (
        node.kind,
        node.value,
        node.text,
        node.mark,
        tuple((shape(k), shape(v)) for k, v in node.entries),
        tuple(map(shape, node.items)),
    )


@pytest.mark.parametrize("text", TEXTS)
def test_the_c_parser_and_the_pure_parser_agree(text, monkeypatch):
    source = Source("contract.yaml", split_lines(text))
    fast, fast_found = parse(text, source)
    monkeypatch.setitem(__import__("sys").modules, "yaml.cyaml", None)
    pure, pure_found = parse(text, source)
    assert (fast is None) == (pure is None)
    assert [d.rule for d in fast_found] == [d.rule for d in pure_found]
    assert [d.span.line for d in fast_found] == [d.span.line for d in pure_found]
    if fast is not None:
        assert shape(fast) == shape(pure)
