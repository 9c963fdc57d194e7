"""What is not a contract at all: each way has one finding with a place and a way out, and none a traceback."""

from __future__ import annotations

import os

import pytest
from mscgen.read import MAX_BYTES, read, read_text


def only(found):
    (finding,) = found
    assert finding.help
    return finding


def test_a_missing_file_is_one_finding_that_names_the_path(tmp_path):
    node, found, source = read(tmp_path / "nowhere.yaml")
    finding = only(found)
    assert node is None
    assert finding.rule == "unreadable-file"
    assert "No such file" in finding.message
    assert finding.span.file == str(tmp_path / "nowhere.yaml") == source.file


def test_a_folder_in_place_of_a_contract_is_one_finding(tmp_path):
    assert only(read(tmp_path)[1]).rule == "unreadable-file"


def test_a_path_with_a_null_byte_is_one_finding(tmp_path):
    assert only(read(tmp_path / "a\0b")[1]).rule == "unreadable-file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_one_finding(tmp_path):
    path = tmp_path / "contract.yaml"
    path.write_text("mscgen: 1\n")
    path.chmod(0)
    assert only(read(path)[1]).rule == "unreadable-file"


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "contract.yaml"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert "larger than" in only(read(path)[1]).message


@pytest.mark.parametrize(
    ("data", "line", "column", "said"),
    [
        (b"mscgen: 1\nservice: \xff\xfe\n", 2, 10, "0xff is not UTF-8"),
        ("mscgen: 1\n".encode("utf-16"), 1, 1, "0xff is not UTF-8"),
        (b"\xef\xbb\xbfmscgen: 1\n", 1, 1, "byte order mark"),
        (b"mscgen: 1\ndoc: a\x00b\n", 2, 7, "U+0000"),
        (b"mscgen: 1\r\ndoc: \x1b[31m\r\n", 2, 6, "U+001B"),
        ("mscgen: 1\ndoc: \u20ac\x07\n".encode(), 2, 7, "U+0007"),
    ],
)
def test_bytes_that_are_no_text_are_reported_where_they_stand(tmp_path, data, line, column, said):
    path = tmp_path / "contract.yaml"
    path.write_bytes(data)
    node, found, _ = read(path)
    finding = only(found)
    assert node is None
    assert finding.rule == "yaml-syntax"
    assert (finding.span.line, finding.span.column) == (line, column)
    assert said in finding.message


def test_line_ends_of_every_system_give_the_same_places():
    text = "mscgen: 1\nservice: order-service\nversion: 1.0.0\nbogus_key: 1\n"
    places = set()
    for end in ("\n", "\r\n", "\r"):
        _, found, source = read_text(text.replace("\n", end), "contract.yaml")
        finding = only(found)
        places.add((finding.span.line, finding.span.column))
        assert source.line(4) == "bogus_key: 1"
    assert places == {(4, 1)}


def test_wide_characters_count_one_column_each():
    _, found, _ = read_text(
        "mscgen: 1\nservice: a\nversion: 1.0.0\ndoc: {\u20ac\U0001f600: 1, x: 2}\n", "contract.yaml"
    )
    assert found[0].span.column == 6
    _, found, source = read_text("a: [\U0001f600, b]\n\u00e9: [1, 2, \u00e9: ]\nz", "contract.yaml")
    assert all(1 <= d.span.column <= len(source.line(d.span.line)) + 1 for d in found)


def test_an_escaped_key_can_carry_any_character_without_harm():
    _, found, _ = read_text('mscgen: 1\nservice: a\nversion: 1.0.0\n"\\0\\e[31m\\u202e": 1\n', "contract.yaml")
    assert "\x00" not in found[0].message
    assert "\x1b" not in found[0].message


def test_a_comment_to_mscgen_is_found_with_its_place():
    text = "mscgen: 1\n  # mscgen: allow some-rule until 2026-12-31: a reason\nx: a#b # mscgen: allow other: why\n"
    _, _, source = read_text(text, "contract.yaml")
    assert source.comments == (
        (2, 3, "mscgen: allow some-rule until 2026-12-31: a reason"),
        (3, 8, "mscgen: allow other: why"),
    )
