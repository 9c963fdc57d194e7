"""Any text gives findings with places inside the file, and never an exception."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from casefiles import CASES, parts
from contracts import contracts
from hypothesis import given
from hypothesis import strategies as st
from mscgen.cli.report import render
from mscgen.diagnostics import Span, has_errors
from mscgen.read import read, read_text
from mscgen.read.source import Source
from mscgen.read.yaml import parse
from mscgen.resolve import resolve
from mscgen.resolve.lock import EMPTY
from shapes import contracts_by_the_table

EXAMPLE = parts(CASES / "resolve" / "whole_example.txt")["contract.yaml"]
PARTS = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "- ",
    "\n",
    "  ",
    "\t",
    '"',
    "'",
    "&a ",
    "*a",
    "!!str ",
    "? ",
    "|\n",
    ">\n",
    "#",
    "<<: *a",
    "\x00",
    "\ufeff",
    "\u2028",
    "\r\n",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "null",
    "1e9",
    "string?",
    "é",
    "\U0001f600",
    "\ud800",
]


def findings(text):
    """Everything that reading and resolving say; the findings must render, too."""
    node, found, source = read_text(text, "contract.yaml")
    if node is not None and not has_errors(found):
        service, more, _ = resolve(node, Path("/nonexistent"), EMPTY)
        found = [*found, *more]
        assert (service is None) == has_errors(more)
    assert node is not None or has_errors(found)
    render(found, source)
    return found, source


def inside(span: Span, source: Source):
    """The span lies in the file, its end not before its start."""
    assert 1 <= span.line <= span.end_line <= len(source.lines)
    assert 1 <= span.column <= len(source.line(span.line)) + 1
    assert (span.line, span.column) <= (span.end_line, span.end_column)
    # One beyond the line at most: the place of what is missing there.
    assert span.end_column <= len(source.line(span.end_line)) + 2


def check(text):
    found, source = findings(text)
    for finding in found:
        assert finding.help.strip()
        assert finding.message.strip()
        assert "\n" not in finding.message
        inside(finding.span, source)
        for note in finding.notes:
            inside(note.span, source)


@given(st.text(max_size=300))
def test_any_text_is_answered_with_findings_inside_it(text):
    check(text)


@given(st.lists(st.sampled_from(PARTS) | st.text("ab \n:", max_size=4), max_size=40).map("".join))
def test_any_mixture_of_yaml_marks_is_answered_with_findings_inside_it(text):
    check(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_with_findings(data):
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(data)
        file.flush()
        node, found, source = read(Path(file.name))
    assert node is not None or has_errors(found)
    for finding in found:
        inside(
            finding.span,
            Source(source.file, source.lines if node is not None or source.lines != ("",) else ("\n" * 300,) * 300),
        )


@given(st.data())
def test_a_valid_contract_with_one_character_changed_is_answered(data):
    at = data.draw(st.integers(0, len(EXAMPLE) - 1))
    length = data.draw(st.integers(0, 12))
    patch = data.draw(st.sampled_from(PARTS) | st.text(max_size=3))
    check(EXAMPLE[:at] + patch + EXAMPLE[at + length :])


VALUES = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "stream Order",
    "list<Order>",
    "a.B",
    "Order",
    [],
    {},
    [[]],
    {"a": 1},
    "\u202e",
    "2..1",
    {"value": None},
    {"type": "string"},
    ["x", "x"],
]
KEYS = [
    "type",
    "fields",
    "enum",
    "union",
    "alias",
    "extends",
    "x-y",
    "",
    "Order",
    "order",
    "a b",
    "<<",
    "http",
    "prefix",
    "__class__",
    "None",
    "../x",
]


def plain(text):
    root, _ = parse(text, Source("contract.yaml", tuple(text.splitlines())))
    return as_plain(root)


def as_plain(node):
    if node.kind == "mapping":
        return {k.text: as_plain(v) for k, v in node.entries}
    if node.kind == "sequence":
        return [as_plain(item) for item in node.items]
    return node.value if node.value is None or isinstance(node.value, bool | int | str) else float(node.value)


def places(value, path=()):
    """Every path in a value."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def changed(draw, value):
    """One node deleted, renamed, repeated elsewhere or replaced."""
    path = draw(st.sampled_from([p for p in places(value) if p]))
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    last = path[-1]
    how = draw(st.sampled_from(["delete", "rename", "replace", "move"]))
    if how == "delete":
        del holder[last]
    elif how == "rename" and isinstance(holder, dict):
        holder[draw(st.sampled_from(KEYS))] = holder.pop(last)
    elif how == "move":
        source = value
        for step in draw(st.sampled_from(list(places(value)))):
            source = source[step]
        holder[last] = json.loads(json.dumps(source))
    else:
        holder[last] = json.loads(json.dumps(draw(st.sampled_from(VALUES))))


BASES = [
    plain(text)
    for path in sorted((CASES / "resolve").glob("*.txt"))
    for name, text in parts(path).items()
    if name == "contract.yaml"
]


@given(st.data())
def test_a_contract_with_nodes_deleted_renamed_moved_or_retyped_is_answered(data):
    value = json.loads(json.dumps(data.draw(st.sampled_from(BASES))))
    for _ in range(data.draw(st.integers(1, 4))):
        if isinstance(value, dict) and value:
            changed(data.draw, value)
    check(json.dumps(value, ensure_ascii=data.draw(st.booleans()), indent=data.draw(st.sampled_from([None, 1]))))


@given(contracts_by_the_table())
def test_whatever_the_language_table_allows_is_structurally_right_and_answered(contract):
    text = json.dumps(contract, ensure_ascii=False)
    _, found, _ = read_text(text, "contract.yaml")
    assert not has_errors(found), found
    check(text)


@given(contracts())
def test_a_valid_contract_has_no_errors(text):
    found, _ = findings(text)
    assert not has_errors(found), found


@pytest.mark.parametrize("depth", [10, 100, 10_000, 200_000])
@pytest.mark.parametrize("mark", ["[", "{a: ", "- ", "? "])
def test_depth_is_bounded(depth, mark):
    check(mark * depth)
