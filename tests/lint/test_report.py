"""Findings on their way out: nothing of a contract reaches a terminal or a log as a command."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mscgen.cli.report import machine, render
from mscgen.cli.report.excerpt import WIDTH, excerpt, visible
from mscgen.cli.report.text import Paint, summary
from mscgen.diagnostics import Diagnostic, Note, Severity, Span
from mscgen.read import Source

HOSTILE = "\x1b]0;owned\x07\u202e\u2066\u200b\r\n::error::x%0A\x9b31m\ud800"


def finding(line=1, column=1, end_line=None, end_column=None, **over):
    span = Span(over.pop("file", "contract.yaml"), line, column, end_line or line, end_column or column + 1)
    fields = {"rule": "path-style", "severity": Severity.ERROR, "message": "m", "help": "h", "label": "l"} | over
    return Diagnostic(span=span, **fields)


def cells(text):
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in ("Mn", "Me") for c in text)


def is_shown(text):
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in text)


@given(st.text(st.characters()))
def test_visible_text_has_no_invisible_character(text):
    assert is_shown(visible(text))
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(exclude_characters="\n\r"), max_size=300), st.integers(0, 310), st.integers(0, 310))
def test_an_excerpt_fits_and_its_mark_lies_within(line, start, length):
    text, column, mark = excerpt(line, start, start + length)
    assert is_shown(text)
    assert cells(text) <= WIDTH + 12  # one character spelled out at the edge of the window
    assert mark >= 1
    assert 0 <= column <= cells(text) + 1
    assert column + mark <= cells(text) + 1


@given(st.integers(0, 150), st.integers(1, 20))
def test_the_mark_stands_under_what_it_marks(before, length):
    line = "ä" * before + "X" * length + "日" * 60
    text, column, mark = excerpt(line, before, before + length)
    assert text[column : column + mark] == "X" * length


def test_tabs_are_spaces_and_wide_characters_two_cells():
    assert excerpt("a\tb日c", 2, 3) == ("a   b日c", 4, 1)
    assert excerpt("a\tb日c", 3, 4) == ("a   b日c", 5, 2)
    assert excerpt("a\tb日c", 4, 5) == ("a   b日c", 7, 1)


def test_a_mark_behind_the_line_and_an_empty_one_are_one_cell():
    assert excerpt("ab", 7, 9) == ("ab", 2, 1)
    assert excerpt("", 0, 0) == ("", 0, 1)
    assert excerpt("ab", 1, 1) == ("ab", 1, 1)


def test_no_part_of_a_finding_reaches_the_terminal_as_a_command():
    note = Note(Span(HOSTILE, 1, 1, 1, 2), HOSTILE)
    hostile = finding(file=HOSTILE, message=HOSTILE, help=HOSTILE, label=HOSTILE, rule=HOSTILE, notes=(note,))
    text = render([hostile], Source(HOSTILE, (HOSTILE.replace("\n", "").replace("\r", ""),)))
    assert all(is_shown(line) for line in text.split("\n"))
    assert text.count("\n") == 7


def test_a_mark_over_lines_covers_the_rest_of_the_first():
    source = Source("contract.yaml", ("ab: {", "  c: d", "}"))
    text = render([finding(1, 5, 3, 2)], source)
    assert "    1 | ab: {\n      |     ^ l\n" in text


def test_an_error_behind_the_last_line_shows_an_empty_one():
    text = render([finding(2, 1)], Source("contract.yaml", ("a: [",)))
    assert "    2 |\n      | ^ l\n" in text


@pytest.mark.parametrize("line", [0, 3, 99])
def test_a_line_that_is_not_there_is_left_out(line):
    text = render([finding(line, 1)], Source("contract.yaml", ("a: [",)))
    assert text == f"contract.yaml:{line}:1: error[path-style]: m\n   help: h     (mscgen explain path-style)\n"


def test_a_note_in_a_file_that_nobody_gave_is_read_from_disk(tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("first\nsecond\n")
    text = render([finding(notes=(Note(Span(str(other), 2, 1, 2, 7), "here"),))], Source("contract.yaml", ("a",)))
    assert f"   note: {other}:2:1: here\n    2 | second\n      | ^^^^^^\n" in text


def test_a_note_in_a_file_that_is_gone_has_no_excerpt(tmp_path):
    text = render([finding(notes=(Note(Span(str(tmp_path / "gone"), 2, 1, 2, 7), "here"),))])
    assert text.endswith("/gone:2:1: here\n")


def test_colours_change_nothing_but_colours():
    source = Source("contract.yaml", ("total: double",))
    found = [finding(1, 1, 1, 6, notes=(Note(Span("contract.yaml", 1, 1, 1, 2), "n"),))]
    painted = render(found, source, paint=Paint(True))
    assert "\x1b[1;31m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render(found, source)


def test_the_summary_counts_in_words():
    found = [finding(), finding(severity=Severity.WARNING), finding(severity=Severity.WARNING)]
    assert summary(found, 1) == "1 error, 2 warnings in 1 contract"
    assert summary([], 2) == "no findings in 2 contracts"


def run_on_a_terminal(tmp_path, **environment):
    (tmp_path / "contract.yaml").write_text("mscgen: 1\nservice: a-service\nversion: 1.0.0\nauth: public\n")
    ours, theirs = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm"} | environment
    with subprocess.Popen([sys.executable, "-m", "mscgen", "lint"], cwd=tmp_path, stdout=theirs, env=env) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        process.wait()
    os.close(ours)
    return said


def test_a_terminal_gets_colours(tmp_path):
    assert b"\x1b[" in run_on_a_terminal(tmp_path)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_none_gets_none(tmp_path, environment):
    assert b"\x1b[" not in run_on_a_terminal(tmp_path, **environment)


def test_a_terminal_without_unicode_gets_escapes(tmp_path):
    (tmp_path / "contract.yaml").write_text(
        'mscgen: 1\nservice: a-service\nversion: 1.0.0\nx-日: "db://u:passw0rd@h"\n'
    )
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-m", "mscgen", "lint"], cwd=tmp_path, capture_output=True, env=env)
    assert done.returncode == 1
    assert b"error[secret-literal]: x-\\u65e5 looks like" in done.stdout
    assert not done.stderr


def test_json_has_every_field_and_only_ascii():
    note = Note(Span("b.yaml", 3, 4, 5, 6), HOSTILE)
    text = machine("json", [finding(2, 3, 2, 9, message=HOSTILE, notes=(note,))])
    assert text.isascii()
    document = json.loads(text)
    assert document["version"] == 1
    assert document["summary"] == {"errors": 1, "warnings": 0, "notices": 0}
    (shown,) = document["diagnostics"]
    assert shown["message"] == HOSTILE
    assert (shown["file"], shown["line"], shown["column"], shown["end_column"]) == ("contract.yaml", 2, 3, 9)
    assert shown["notes"][0]["line"] == 3


@given(st.text(), st.text())
def test_a_github_command_is_one_line_however_hostile_its_text(message, file):
    text = machine("github", [finding(message=message, file=file, help="h")])
    assert text.count("\n") == 1
    assert "\r" not in text
    properties = text.partition(" ")[2].partition("::")[0]
    assert len(properties.split(",")) == 5
    assert re.match(r"::error file=[^,:]*,line=1,col=1,endColumn=1,title=path-style::", text)


def test_a_github_command_over_lines_has_no_columns():
    text = machine("github", [finding(1, 5, 3, 2)])
    assert "line=1,endLine=3,title" in text


def test_a_github_notice_is_a_notice():
    assert machine("github", [finding(severity=Severity.NOTICE)]).startswith("::notice ")


# The parts of the SARIF 2.1.0 schema (OASIS, 2020) that a result viewer needs; the real one allows more.
SARIF = {
    "type": "object",
    "required": ["version", "runs", "$schema"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "version", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": {"$ref": "#/$defs/text"},
                                                "help": {"$ref": "#/$defs/text"},
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "additionalProperties": False,
                                                    "properties": {"level": {"$ref": "#/$defs/level"}},
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"$ref": "#/$defs/level"},
                                "message": {"$ref": "#/$defs/text"},
                                "locations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
                                "relatedLocations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
                            },
                        },
                    },
                },
            },
        },
    },
    "$defs": {
        "level": {"enum": ["none", "note", "warning", "error"]},
        "text": {
            "type": "object",
            "required": ["text"],
            "additionalProperties": False,
            "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string"}},
        },
        "location": {
            "type": "object",
            "required": ["physicalLocation"],
            "additionalProperties": False,
            "properties": {
                "id": {"type": "integer", "minimum": -1},
                "message": {"$ref": "#/$defs/text"},
                "physicalLocation": {
                    "type": "object",
                    "required": ["artifactLocation", "region"],
                    "properties": {
                        "artifactLocation": {
                            "type": "object",
                            "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}},
                        },
                        "region": {
                            "type": "object",
                            "required": ["startLine", "startColumn"],
                            "additionalProperties": False,
                            "properties": {
                                name: {"type": "integer", "minimum": 1}
                                for name in ("startLine", "startColumn", "endLine", "endColumn")
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_sarif_has_its_form():
    note = Note(Span("b c.yaml", 3, 4, 5, 6), "here")
    found = [
        finding(2, 3, 2, 9, notes=(note,)),
        finding(rule="float-money", message=HOSTILE[:-1]),
        finding(rule="float-money", severity=Severity.NOTICE),
        finding(rule="not-a-rule"),
    ]
    document = json.loads(machine("sarif", found))
    jsonschema.Draft202012Validator(SARIF).validate(document)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["float-money", "not-a-rule", "path-style"]
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [d.rule for d in found]
    assert run["results"][2]["level"] == "note"
    assert "0.1 + 0.2" in rules[0]["help"]["markdown"]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("contract.yaml", "contract.yaml"),
        ("a b/ä#?.yaml", "a%20b/%C3%A4%23%3F.yaml"),
        ("/abs/c.yaml", "file:///abs/c.yaml"),
        ("x:y.yaml", "x%3Ay.yaml"),
    ],
)
def test_sarif_places_are_addresses(file, uri):
    document = json.loads(machine("sarif", [finding(file=file)]))
    place = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == uri
    assert unquote(place).endswith(file)
