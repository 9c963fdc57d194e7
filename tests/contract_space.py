"""Contracts that reach every form of conversion: any type in any place, long names, unions, patches, status maps."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from mscgen.model.types import Scalar

_SCALARS = [scalar.value for scalar in Scalar]
_WORDS = ["order", "line", "tax", "customer", "shipping", "address", "quantity", "preferred", "x", "s3", "http", "v2"]
_AWKWARD = [
    "class",
    "from",
    "date",
    "list",
    "json",
    "none",
    "global",
    "model_dump",
    "d",
    "t",
    "v",
    "x",
    "k",
    "m",
    "pb",
    "wire",
    "path",
    "mask",
]


def _names(draw: Any, count: int, longest: int) -> list[str]:
    """Snake-case names of one to `longest` words."""
    words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=longest).map("_".join)
    return draw(st.lists(words, min_size=count, max_size=count, unique=True))


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _type(draw: Any, named: list[str], depth: int = 0) -> str:
    choice = draw(st.integers(0, 9))
    if choice <= 4 or depth > 1:
        return draw(st.sampled_from(_SCALARS))
    if choice <= 6 and named:
        return draw(st.sampled_from(named))
    bounds = draw(st.sampled_from(["(..2)", "(..3)"]))
    return f"{draw(st.sampled_from(['list', 'map']))}<{_type(draw, named, depth + 1)}>{bounds}"


def _field(draw: Any, named: list[str], infinite: list[str]) -> Any:
    """A field; the types of `infinite` only where a value may end."""
    if infinite and draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(["{}?", "list<{}>(..2)", "map<{}>(..2)?"])).format(draw(st.sampled_from(infinite)))
    text = _type(draw, named)
    form = draw(st.integers(0, 5))
    if form == 0:
        return {"type": text, "nullable": True}
    if form == 1:
        return {"type": f"{text}?", "nullable": True}
    if form == 2:
        return {"type": text, "read_only": draw(st.booleans())}
    return f"{text}?" if form == 3 else text


def _record(draw: Any, named: list[str], infinite: list[str], longest: int) -> dict[str, Any]:
    count = draw(st.integers(0, 6))
    names = [*_names(draw, count, longest), *draw(st.lists(st.sampled_from(_AWKWARD), max_size=3, unique=True))]
    return {name: _field(draw, named, infinite) for name in dict.fromkeys(names)}


@st.composite
def conversions(draw: Any, longest: int = 5) -> dict[str, Any]:
    """A valid contract. longest: words in a name."""
    # A last letter of its own keeps names apart from those of union arms.
    names = [_pascal(name) + letter for name, letter in zip(_names(draw, 7, longest), "ABCDEFG", strict=True)]
    enum, alias, union, *records = names
    types: dict[str, Any] = {
        enum: {
            "enum": draw(
                st.lists(st.sampled_from(["open", "none", "name", "in_transit", "value"]), min_size=1, unique=True)
            )
        },
        alias: draw(
            st.sampled_from(
                ["string(1..32)", "list<uuid>(..2)", "map<decimal>(..2)", "timestamp", f"list<{enum}>(..2)"]
            )
        ),
    }
    named = [enum, alias]
    for name in records:
        types[name] = {"fields": _record(draw, named, records, longest)}
        named.append(name)
    tags = _names(draw, 3, longest)
    types[union] = {"union": dict(zip(tags, records, strict=False)), "discriminator": "discriminator_of_it"}
    types[records[-1]]["fields"]["the_union"] = draw(st.sampled_from([f"{union}?", f"list<{union}>(..2)"]))
    named.append(union)
    operations = {}
    for i, verb in enumerate(_names(draw, 4, longest)):
        operations[f"{_pascal(verb)}{i}"] = _operation(draw, i, named, records)
    return {
        "mscgen": 1,
        "service": "any",
        "version": "1.0.0",
        "owner": "team",
        "auth": "public",
        "types": types,
        "operations": operations,
    }


def _operation(draw: Any, i: int, named: list[str], records: list[str]) -> dict[str, Any]:
    if i == 0:
        return {
            "request": {"id": "int32", "change": f"partial<{draw(st.sampled_from(records))}>"},
            "idempotency": "natural",
        }
    operation: dict[str, Any] = {"request": draw(st.sampled_from(records)), "idempotency": "none"}
    if i == 1:
        results = draw(st.lists(st.sampled_from(records), min_size=2, max_size=3, unique=True))
        status = dict(zip((200, 202, 206), results, strict=False))
        return operation | {"http": {"method": "POST", "path": "/v1/many", "status": status}}
    response = draw(st.sampled_from(["record", "type", "none"]))
    if response != "none":
        operation["response"] = draw(st.sampled_from(records)) if response == "record" else _type(draw, named)
    return operation
