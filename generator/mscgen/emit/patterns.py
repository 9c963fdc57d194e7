"""Regular expressions for values that JSON carries as text, exact enough that a schema and our validator agree.

JSON Schema cannot bound a number that travels as a string, nor the bytes behind base64. A pattern can: these build
one whose language is precisely the set of texts that the generated service accepts. `templates/runtime/scalars.py`
holds the same rules at run time; tests/wire proves that both sides agree.

Every pattern here is in the common subset of ECMA-262, Python `re`, RE2 and Rust: no look-around, no classes such
as `\\d` whose meaning differs between engines.
"""

from __future__ import annotations

import re
from decimal import Decimal

from mscgen.model.types import NO_RANGE, Range

# 38 digits on either side of the point: what decimal256 of Arrow and every SQL engine's numeric can hold.
DECIMAL_DIGITS = 38

UUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
DURATION = r"^-?(?:0|[1-9][0-9]{0,10})(?:\.[0-9]{1,9})?s$"

_MONTH_DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
# Years that stay inside 0001..9999 whatever the offset, and the two edge years, which then must be given in UTC.
_INNER_YEAR = "(?:000[2-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])"
_CLOCK = r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
_OFFSET = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

DATE = f"^{_YEAR}-{_MONTH_DAY}$"
TIMESTAMP = f"^(?:{_INNER_YEAR}-{_MONTH_DAY}{_CLOCK}{_OFFSET}|(?:0001|9999)-{_MONTH_DAY}{_CLOCK}(?:[Zz]|[+-]00:00))$"

# The last digit of a padded base64 group carries unused bits, which must be zero (RFC 4648 §3.5).
_QUAD = "[A-Za-z0-9+/]{4}"
_TAIL1 = "[A-Za-z0-9+/][AQgw]=="
_TAIL2 = "[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]="
# Above this many groups a counted repetition is refused by RE2 and Rust; the length alone is bounded then.
_MAX_REPEAT = 1000

_FREE = rf"(?:\.[0-9]{{1,{DECIMAL_DIGITS}}})?"
_ZEROS = rf"(?:\.0{{1,{DECIMAL_DIGITS}}})?"


def _uri() -> str:
    """RFC 3986 with a scheme, without IP literals as hosts."""
    escaped = "%[0-9A-Fa-f]{2}"
    name = rf"(?:[A-Za-z0-9._~!$&'()*+,;=-]|{escaped})*"
    rest = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|{escaped})*"
    more = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|{escaped})*"
    user = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:-]|{escaped})*@"
    first = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|{escaped})"
    with_host = rf"//(?:{user})?{name}(?::[0-9]*)?(?:/{rest})?"
    without = rf"/?(?:{first}{rest})?"
    return rf"^[A-Za-z][A-Za-z0-9+.-]*:(?:{with_host}|{without})(?:\?{more})?(?:#{more})?$"


# Formats of strings that are enforced; any other format is an annotation.
FORMATS = {
    # RFC 5321's dot-string at a host name; neither quoted local parts nor address literals.
    "email": (
        r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
        r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
    ),
    "hostname": (
        r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
    ),
    "ipv4": r"^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$",
    "uri": _uri(),
}

_SHORTHAND = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}


def portable(pattern: str) -> str:
    """A contract pattern (RE2) with `\\d`, `\\w`, `\\s` spelled out, since their meaning differs between engines."""
    out: list[str] = []
    inside = False
    for token in re.findall(r"\\.|.", pattern, re.DOTALL):
        if token == "[" and not inside:
            inside = True
        elif token == "]" and inside and out[-1] not in ("[", "^"):
            inside = False
        if token[0] == "\\" and token[1:] in _SHORTHAND:
            members = _SHORTHAND[token[1]]
            token = members if inside else f"[{members}]"
        elif token[0] == "\\" and token[1:].lower() in _SHORTHAND and not inside:
            token = f"[^{_SHORTHAND[token[1].lower()]}]"
        elif token in (r"\A", r"\z"):
            token = "^" if token == r"\A" else "$"
        out.append(token)
    return "".join(out)


def decimal(bounds: Range = NO_RANGE) -> str:
    """The decimals in plain notation that lie within the bounds: `-12.50`, no exponent, no leading zeros."""
    low, high = bounds.min, bounds.max
    arms: list[str] = []
    if low is None or low < 0:
        nearest = Decimal(0) if high is None or high >= 0 else -high
        arms += ["-" + arm for arm in _unsigned(nearest, None if low is None else -low)]
    elif low == 0:
        arms.append("-0" + _ZEROS)
    if high is None or high >= 0:
        arms += _unsigned(max(low or Decimal(0), Decimal(0)), high)
    return f"^(?:{'|'.join(arms)})$"


def _unsigned(low: Decimal, high: Decimal | None) -> list[str]:
    """Alternatives for low <= x <= high, both >= 0; no high is no bound."""
    whole, part = _split(low)
    last = 10**DECIMAL_DIGITS if high is None else int(high)
    if high is not None and whole == last:
        return [str(whole) + arm for arm in _point(part, _split(high)[1])]
    arms = [str(whole) + arm for arm in _point(part, None)]
    arms += [arm + _FREE for arm in _whole(whole + 1, last - 1)]
    if high is not None:
        arms += [str(last) + arm for arm in _point("", _split(high)[1])]
    return arms


def _split(value: Decimal) -> tuple[int, str]:
    """The whole number, and the digits behind the point without trailing zeros."""
    whole, _, part = format(value, "f").partition(".")
    return int(whole), part.rstrip("0")


def _whole(low: int, high: int) -> list[str]:
    """Whole numbers from low to high, inclusive, one alternative per run of digits; low is at least 1."""
    if low > high:
        return []
    shortest, longest = len(str(low)), len(str(high))
    # Sizes of which every number is wanted are one alternative.
    first = shortest if low == 10 ** (shortest - 1) else shortest + 1
    last = longest if high == 10**longest - 1 else longest - 1
    if first > last:
        sizes = range(shortest, longest + 1)
        return [arm for size in sizes for arm in _one_size(low, high, size)]
    arms = _one_size(low, high, shortest) if first > shortest else []
    arms.append(f"[1-9][0-9]{{{first - 1},{last - 1}}}" if last > first else "[1-9]" + _digits(first - 1))
    return arms + (_one_size(low, high, longest) if last < longest else [])


def _one_size(low: int, high: int, size: int) -> list[str]:
    """The whole numbers of so many digits from low to high."""
    first, last = max(low, 10 ** (size - 1)), min(high, 10**size - 1)
    return _same_size(str(first), str(last), leading=True) if first <= last else []


def _same_size(low: str, high: str, leading: bool = False) -> list[str]:
    """Digit strings from low to high, all of one length."""
    if not low:
        return [""]
    smallest = ("1" if leading else "0") + "0" * (len(low) - 1)
    if low == smallest and high == "9" * len(low):
        return [_range(int(low[0]), 9) + _digits(len(low) - 1)]
    first, last = int(low[0]), int(high[0])
    if first == last:
        return [low[0] + arm for arm in _same_size(low[1:], high[1:])]
    nines, zeros = "9" * (len(low) - 1), "0" * (len(low) - 1)
    arms = [low[0] + arm for arm in _same_size(low[1:], nines)]
    if last - first > 1:
        arms.append(_range(first + 1, last - 1) + _digits(len(low) - 1))
    return arms + [high[0] + arm for arm in _same_size(zeros, high[1:])]


def _point(low: str, high: str | None) -> list[str]:
    """What may follow a whole number: nothing, or a point and digits whose fraction lies between the two."""
    if not low and high is None:
        return [_FREE]
    if not low and not high:
        return [_ZEROS]
    return [rf"\.{arm}" if arm else "" for arm in _fraction(low, high, DECIMAL_DIGITS)]


def _fraction(low: str, high: str | None, room: int) -> list[str]:
    """Digit strings, at most `room` long, whose fraction is at least low and at most high (None: no bound)."""
    if not low and high is None:
        return [f"[0-9]{{0,{room}}}"]
    if not low and not high:
        return [f"0{{0,{room}}}"]
    first = int(low[0]) if low else 0
    last = 9 if high is None else int(high[:1] or "0")
    if low and high is not None and first == last:
        return [low[0] + arm for arm in _fraction(low[1:], high[1:], room - 1)]
    arms = [] if low else [""]
    if low:
        arms += [low[0] + arm for arm in _fraction(low[1:], None, room - 1)]
        first += 1
    tight = [] if high is None else [str(last) + arm for arm in _fraction("", high[1:], room - 1)]
    if high is not None:
        last -= 1
    if first <= last:
        arms.append(_range(first, last) + f"[0-9]{{0,{room - 1}}}")
    return arms + tight


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"[{first}-{last}]"


def _digits(count: int) -> str:
    return "" if count == 0 else "[0-9]" if count == 1 else f"[0-9]{{{count}}}"


def base64(bounds: Range = NO_RANGE) -> str:
    """Canonical, padded base64 (RFC 4648 §4) of so many bytes."""
    low = 0 if bounds.min is None else int(bounds.min)
    high = None if bounds.max is None else int(bounds.max)
    if (low, high) == (0, None) or max(low, high or 0) > 3 * _MAX_REPEAT:
        return f"^(?:{_QUAD})*(?:{_TAIL1}|{_TAIL2})?$"
    arms = []
    for rest, tail in ((0, ""), (1, _TAIL1), (2, _TAIL2)):
        fewest = max(0, -((rest - low) // 3))
        most = None if high is None else (high - rest) // 3
        if most is None or fewest <= most:
            arms.append(f"(?:{_QUAD}){{{fewest},{'' if most is None else most}}}{tail}")
    return f"^(?:{'|'.join(arms)})$"


def base64_length(count: int) -> int:
    """How many characters carry so many bytes."""
    return -(-count // 3) * 4
