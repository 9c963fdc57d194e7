"""Type strings: `string(1..32)`, `list<map<Order>>(1..100)?`, `OrderStatus = pending`, `stream Order`.

    type    = scalar [range] | Name | alias.Name | list<type>[range] | map<type>[range] | partial<Name>
    suffix  = "?"  ·  " = literal"
    range   = "(" [min] ".." [max] ")"

Columns are offsets in the string, so a finding can mark the part that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from mscgen.model.types import (
    NO_RANGE,
    NUMBERS,
    SIZED,
    ListType,
    MapType,
    NamedType,
    PartialType,
    Range,
    Scalar,
    ScalarType,
    TypeRef,
)
from mscgen.read.spelling import closest

MAX_LENGTH = 2000
MAX_NESTING = 8
INTEGER_BOUNDS = {
    Scalar.INT32: (-(2**31), 2**31 - 1),
    Scalar.INT64: (-(2**63), 2**63 - 1),
    Scalar.UINT32: (0, 2**32 - 1),
    Scalar.UINT64: (0, 2**64 - 1),
}
SCALARS = {s.value: s for s in Scalar}
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LATER = {
    "file": "`file` fields (uploads and downloads) come with a later version; use `bytes` for small content",
    "operation": "`operation<T>` (202 and a long-running operation) comes with a later version",
}
# What people write for a scalar in other languages, and what it is called here.
FOREIGN_NAMES = {
    "int": "int32` or `int64",
    "integer": "int32` or `int64",
    "long": "int64",
    "str": "string",
    "text": "string",
    "boolean": "bool",
    "number": "decimal` or `double",
    "float32": "float",
    "float64": "double",
    "datetime": "timestamp",
    "any": "json",
    "object": "json",
    "array": "list<…>",
    "dict": "map<…>",
    "guid": "uuid",
    "binary": "bytes",
    "money": "decimal",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A type name inside a type string; `partial` when only `partial<…>` names it."""

    name: str
    origin: str | None
    start: int
    end: int
    partial: bool = False


@dataclass(frozen=True, slots=True)
class TypeText:
    """A type string, taken apart. default: the text after `= `, and where it starts."""

    type: TypeRef
    mentions: tuple[Mention, ...]
    stream: bool = False
    optional: bool = False
    default: str | None = None
    default_at: int = 0
    end: int = 0


class TypeProblem(Exception):
    """What is wrong in a type string: characters start..end, with a rule and what to write instead."""

    def __init__(self, rule: str, message: str, help: str, start: int, end: int) -> None:
        super().__init__(message)
        self.rule, self.message, self.help, self.start, self.end = rule, message, help, start, end


@lru_cache(maxsize=4096)
def parse_type(text: str) -> TypeText:
    """The parts of a type string. Raises TypeProblem."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.mentions: list[Mention] = []

    def problem(
        self, message: str, help: str, start: int, end: int | None = None, rule: str = "bad-type"
    ) -> TypeProblem:
        """A problem of the characters from start to end (the rest of the string if None)."""
        end = len(self.text) if end is None else end
        return TypeProblem(rule, message, help, start, max(end, start + 1))

    def whole(self) -> TypeText:
        """type, then `?`, then ` = literal`, then nothing."""
        if len(self.text) > MAX_LENGTH:
            raise self.problem("the type is too long", "declare its parts under `types`", 0, 20)
        stream = re.match(r"stream\s+", self.text)
        if stream:
            self.at = stream.end()
        type = self.type()
        end = self.at
        optional = self.accept("?")
        default, default_at = None, 0
        if (match := re.compile(r"\s*=\s*").match(self.text, self.at)) is not None:
            default_at = match.end()
            default = self.text[default_at:].rstrip()
            self.at = len(self.text)
            if optional:
                help = "a default makes the field optional already; remove the `?`"
                raise self.problem("`?` and a default exclude each other", help, end, end + 1)
            if not default:
                raise self.problem(
                    "the default is missing", "write a value after `=`, or remove the `=`", match.start()
                )
        if self.at < len(self.text):
            raise self.trailing()
        return TypeText(type, tuple(self.mentions), stream is not None, optional, default, default_at, end)

    def trailing(self) -> TypeProblem:
        """What stands behind the type."""
        rest = self.text[self.at :].strip()
        if rest.startswith("["):
            help = "write `list<T>` for a list"
        elif rest.startswith("("):
            help = "a range is `(min..max)`, for numbers, string, bytes, list and map; a named type carries its own"
        elif rest.startswith("|"):
            help = "declare a union under `types`, or write `T?` for an optional value"
        elif "?" in rest:
            help = "`?` comes last, behind the whole type"
        else:
            help = "a type is `name`, `name(min..max)`, `list<T>` or `map<T>`, then `?` or ` = default`"
        return self.problem(f"`{rest[:40]}` cannot follow here", help, self.at)

    def accept(self, token: str) -> bool:
        """Whether the token comes next; it is consumed."""
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def type(self) -> TypeRef:
        """One type, without suffix."""
        start = self.at
        match = _WORD.match(self.text, start)
        if match is None:
            help = "write a scalar such as `uuid`, a declared type such as `Order`, `list<T>` or `map<T>`"
            raise self.problem("a type is missing here", help, min(start, max(len(self.text) - 1, 0)))
        word = match[0]
        self.at = match.end()
        if word in ("list", "map", "partial"):
            return self.container(word, start)
        if word in _LATER:
            raise self.problem(f"`{word}` is not there yet", _LATER[word], start, self.at, rule="not-yet")
        if self.accept("."):
            return self.imported(word, start)
        if (scalar := SCALARS.get(word)) is not None:
            return ScalarType(scalar, self.range(scalar))
        if word[0].islower() and self.text.startswith("(", self.at):
            raise self.no_scalar(word, start)
        self.mentions.append(Mention(word, None, start, self.at))
        return NamedType(word)

    def no_scalar(self, word: str, start: int) -> TypeProblem:
        """A word with a range that only a scalar or a container can have."""
        if word in FOREIGN_NAMES:
            help = f"write `{FOREIGN_NAMES[word]}`"
        else:
            meant = closest(word, [*SCALARS, "list", "map"])
            help = f"did you mean `{meant}`?" if meant else "write a scalar, such as `string(1..32)`"
        return self.problem(f"there is no type `{word}`", help, start, self.at, rule="unknown-type")

    def imported(self, alias: str, start: int) -> TypeRef:
        """The name after `alias.`."""
        match = _WORD.match(self.text, self.at)
        if match is None:
            raise self.problem("a type name is missing after the dot", "write `alias.Name`", start, self.at)
        self.at = match.end()
        self.mentions.append(Mention(match[0], alias, start, self.at))
        return NamedType(match[0], alias)

    def container(self, word: str, start: int) -> TypeRef:
        """`list<…>`, `map<…>` and `partial<…>`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.problem("the type is nested too deeply", "declare its inner part under `types`", start)
        if not self.accept("<"):
            raise self.problem(f"`{word}` needs a type", f"write `{word}<T>`", start, self.at)
        first = len(self.mentions)
        inner = self.type()
        if self.text.startswith("?", self.at):
            help = "a list or map holds whole values; remove the inner `?`"
            raise self.problem("`?` cannot stand inside `<>`", help, self.at, self.at + 1)
        if word == "map" and self.text[self.at : self.at + 1] == ",":
            raise self.problem(
                "a map names its value type only", "write `map<T>`; keys are strings", self.at, self.at + 1
            )
        if not self.accept(">"):
            raise self.problem("`>` is missing", f"close `{word}<`", min(self.at, len(self.text) - 1), self.at + 1)
        self.depth -= 1
        if isinstance(inner, PartialType):
            help = "a request holds one `partial<Record>` as a field of its own"
            raise self.problem("`partial` cannot stand inside `<>`", help, start, self.at)
        if word == "partial":
            if not isinstance(inner, NamedType) or inner.origin:
                help = "write `partial<Record>` with a record of this contract"
                raise self.problem("`partial` takes a record", help, start, self.at)
            mention = self.mentions[first]
            self.mentions[first] = Mention(mention.name, None, mention.start, mention.end, partial=True)
            return PartialType(inner.name)
        return ListType(inner, self.range(None)) if word == "list" else MapType(inner, self.range(None))

    def range(self, scalar: Scalar | None) -> Range:
        """`(min..max)` if it comes next. scalar None: the size of a list or map."""
        if not self.text.startswith("(", self.at):
            return NO_RANGE
        start = self.at
        close = self.text.find(")", start)
        end = close + 1 if close >= 0 else len(self.text)
        if scalar is not None and scalar not in NUMBERS | SIZED:
            help = "remove it; ranges are for numbers, string, bytes, list and map"
            raise self.problem(f"`{scalar.value}` takes no range", help, start, end)
        low, dots, high = self.text[start + 1 : close if close >= 0 else None].partition("..")
        if close < 0 or not dots:
            raise self.problem("a range is `(min..max)`", "write both dots: `(1..32)`, `(1..)` or `(..32)`", start, end)
        self.at = end
        bounds = [self.bound(part.strip(), scalar, start, end) for part in (low, high)]
        if bounds == [None, None]:
            raise self.problem("the range is empty", "give it a bound, or remove it", start, end)
        return checked_range(bounds[0], bounds[1], scalar, lambda m, h: self.problem(m, h, start, end))

    def bound(self, text: str, scalar: Scalar | None, start: int, end: int) -> Decimal | None:
        """One bound; None where it is left out."""
        if not text:
            return None
        if not _NUMBER.fullmatch(text) or len(text) > 64:
            help = "write a number such as `1` or `0.5`, or leave the bound out"
            raise self.problem(f"`{text[:20]}` is not a bound", help, start, end)
        return Decimal(text)


def checked_range(
    low: Decimal | None, high: Decimal | None, scalar: Scalar | None, problem: Callable[[str, str], Exception]
) -> Range:
    """A range whose bounds fit the type. `problem(message, help)` makes the exception to raise."""
    fraction_allowed = scalar in (Scalar.FLOAT, Scalar.DOUBLE, Scalar.DECIMAL)
    least: int | None = None
    most: int | None = None
    if scalar is None or scalar in SIZED:
        least, most = 0, 2**31 - 1
    elif scalar in INTEGER_BOUNDS:
        least, most = INTEGER_BOUNDS[scalar]
    for bound in (low, high):
        if bound is None:
            continue
        if not fraction_allowed and bound != bound.to_integral_value():
            raise problem("a bound of a length or a whole number is whole", "write it without a fraction")
        if least is not None and most is not None and not least <= bound <= most:
            raise problem(f"the bound {bound} lies outside {least}..{most}", "choose a bound that the type can reach")
    if low is not None and high is not None and low > high:
        raise problem(f"the range runs from {low} down to {high}", f"write `({high}..{low})`")
    return Range(low, high)
