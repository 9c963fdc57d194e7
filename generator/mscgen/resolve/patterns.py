"""Regular expressions that mean the same in Rust (pydantic), RE2 and ECMA-262 (JSON Schema, browsers)."""

from __future__ import annotations

import re
import warnings

MAX_PATTERN = 1000
_REFUSED = (
    (re.compile(r"\(\?<?[=!]"), "look-around"),
    (re.compile(r"\\[1-9]|\(\?P=|\\k<"), "a back-reference"),
    (re.compile(r"\(\?>|[*+?}]\+"), "a possessive or atomic group"),
    (re.compile(r"\(\?\("), "a condition"),
    (re.compile(r"\(\?#"), "a comment"),
    (re.compile(r"\(\?[aiLmsux-]+[:)]"), "an inline flag"),
    (re.compile(r"\(\?P<"), "a named group"),
    (re.compile(r"\\[AZGzXRKpPhHN]"), "an escape that not every engine knows"),
)
_REPEAT = re.compile(r"\{([0-9]*),?([0-9]*)\}")
# Bytes of Rust's compiled program (regex 1.12, measured; more where Unicode has many ranges), and its limit.
_COSTS = {"\\w": 48_600, "\\W": 48_600, "\\d": 3_400, "\\D": 12_400, "\\s": 700, "\\S": 1_700, ".": 1_000}
_MAX_SIZE = 9_000_000
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?:)?|\{[0-9]*,?[0-9]*\}|.", re.DOTALL)
_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")


def pattern_problem(pattern: str) -> tuple[str, str] | None:
    """What is wrong with a pattern, and what to write instead; None for one that every engine understands."""
    if len(pattern) > MAX_PATTERN:
        return f"the pattern is longer than {MAX_PATTERN} characters", "check the rest in the handler"
    outside = _CLASS.sub(lambda m: m[0] if m[0][0] == "\\" else "c", pattern.replace("\\\\", "cc"))
    for what, name in _REFUSED:
        if what.search(outside):
            return (
                f"the pattern uses {name}",
                "RE2 syntax has none, so that matching takes linear time; write it without",
            )
    if any(int(n) > 1000 for pair in _REPEAT.findall(outside) for n in pair if n):
        return "the pattern repeats something more than 1000 times", "bound the length with a range: `string(..5000)`"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as failure:
        return f"the pattern does not compile: {failure}", "correct it; escape special characters with `\\`"
    if _size(pattern) > _MAX_SIZE:
        help = (
            "repeat less, name the letters (`[a-z]` is 700 times smaller than `\\w`), or bound the length with a range"
        )
        return "the pattern is too large when its repetitions are written out", help
    return None


def _size(pattern: str) -> int:
    """About how many bytes the compiled pattern takes, each repetition written out; of a pattern that compiles."""
    outer: list[int] = []
    total = last = 0
    for token in _TOKEN.findall(pattern):
        if token in ("(", "(?:"):
            outer.append(total)
            total = last = 0
        elif token == ")":
            last = total + 40
            total = outer.pop() + last
        elif token[0] == "{" and token[-1] == "}":
            times = max(int(n) for n in [*re.findall("[0-9]+", token), "1"])
            total += last * (times - 1)
            last *= times
        else:
            last = _cost(token)
            total += last
    return total


def _cost(token: str) -> int:
    if token[0] != "[":
        return _COSTS.get(token, 70)
    return (1_000 if token[1] == "^" else 70) + sum(
        size for text, size in _COSTS.items() if text[0] == "\\" and text in token
    )
