"""The schema and the reference page are what the language table says, and the schema judges like the reader."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from casefiles import CASES, parts
from contracts import contracts
from hypothesis import given
from mscgen.read import read_text
from mscgen.read.language import CONTRACT
from mscgen.read.reference import contract_page, write
from mscgen.read.schema import contract_schema
from shapes import contracts_by_the_table

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(contract_schema())
STRUCTURAL = {"unknown-key", "wrong-kind", "missing-key", "bad-value", "bad-name", "not-yet"}


def test_the_committed_schema_is_up_to_date():
    assert (ROOT / "schemas" / "contract.schema.json").read_text("utf-8") == contract_schema()


def test_the_committed_reference_page_is_up_to_date():
    assert (ROOT / "docs" / "reference" / "contract.md").read_text("utf-8") == contract_page()


def test_writing_them_again_changes_nothing(tmp_path):
    assert len(write(tmp_path)) == 2
    assert write(tmp_path) == []


def test_the_schema_is_a_valid_draft_7_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def described(schema, path="contract"):
    for name, value in schema.get("properties", {}).items():
        yield f"{path}.{name}", value.get("description", "")
    for name, value in schema.get("definitions", {}).items():
        yield from described(value, name)


def test_every_key_of_the_schema_says_what_it_means():
    found = dict(described(SCHEMA))
    assert len(found) > 120
    assert [path for path, text in found.items() if len(text) < 5] == []


def test_every_key_of_the_language_is_on_the_reference_page():
    page = contract_page()
    assert [key for key in CONTRACT.keys if f"| `{key}` |" not in page] == []


def plain(text):
    """YAML 1.2 words as JSON: what an editor's YAML server hands to the schema."""
    from mscgen.read.source import Source, split_lines
    from mscgen.read.yaml import parse

    root, _ = parse(text, Source("contract.yaml", split_lines(text)))
    return None if root is None else as_json(root)


def as_json(node):
    if node.kind == "mapping":
        return {k.text: as_json(v) for k, v in node.entries}
    if node.kind == "sequence":
        return [as_json(item) for item in node.items]
    value = node.value
    return float(value) if type(value).__name__ == "Decimal" else value


CASE_TEXTS = [
    pytest.param(text, id=f"{path.parent.name}-{path.stem}-{name}")
    for path in sorted(CASES.glob("re*/*.txt"))
    for name, text in parts(path).items()
    if name.endswith(".yaml") and plain(text) is not None
]


@pytest.mark.parametrize("text", CASE_TEXTS)
def test_the_schema_and_the_reader_agree_on_every_case(text):
    _, found, _ = read_text(text, "contract.yaml")
    structural = [d for d in found if d.rule in STRUCTURAL]
    valid = jsonschema.Draft7Validator(SCHEMA).is_valid(plain(text))
    assert valid == (not structural)


@given(contracts())
def test_a_valid_contract_satisfies_the_schema(text):
    jsonschema.Draft7Validator(SCHEMA).validate(yaml.safe_load(text))


@given(contracts_by_the_table())
def test_whatever_the_language_table_allows_satisfies_the_schema(contract):
    jsonschema.Draft7Validator(SCHEMA).validate(contract)
