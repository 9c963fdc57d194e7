"""What we write as YAML, any reader reads back as the same value."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st
from mscgen.emit.yaml import dump

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["yes", "No", "null", "~", "1", "1.0", "1e3", "0x1", "a: b", "a #b", "- a", "[a", "{a", "*a", "&a", "!a", "%a", "@a", "`a",
     "a\nb", "a\n\nb\n", " a\nb", "a\n", "\n", "", "2026-01-01", "12:30", "=", "<<", "'", '"', "a, b", "a,b", "\ta\nb", "é\u2028", "😀", "\x85"]
)  # fmt: skip
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, VALUE, min_size=1, max_size=5))
def test_every_value_comes_back_as_it_was(value):
    assert yaml.safe_load(dump(value)) == value


def test_a_list_of_short_words_stands_on_one_line():
    assert dump({"required": ["a", "b"], "x": {"$ref": "#/c"}}) == 'required: [a, b]\nx: {$ref: "#/c"}\n'


def test_a_text_of_several_lines_is_a_literal_block():
    assert dump({"description": "One.\n\nTwo."}) == "description: |-\n  One.\n\n  Two.\n"


def test_mappings_in_lists_keep_their_dash_on_the_first_key():
    assert dump({"parameters": [{"name": "a", "in": "query"}]}) == "parameters:\n  - name: a\n    in: query\n"


def test_one_new_item_changes_one_line():
    before = dump({"enum": ["a", "b"], "next": 1}).splitlines()
    after = dump({"enum": ["a", "b", "c"], "next": 1}).splitlines()
    assert len(before) == len(after)
    assert sum(x != y for x, y in zip(before, after, strict=True)) == 1
