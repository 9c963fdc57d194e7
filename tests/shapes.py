"""A hypothesis strategy for whatever the language table allows: structurally valid contracts, mostly without sense."""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import strategies as st
from mscgen.read.language import CONTRACT
from mscgen.read.language.forms import DURATION, KEBAB, PASCAL, SNAKE, TYPE
from mscgen.read.shape import Shape

# Few names, so that references meet what they name now and then.
_NAMES = {
    id(PASCAL): st.sampled_from(["Order", "Item", "CreateOrder", "Gone", "HTTPThing", "Context", "A"]),
    id(SNAKE): st.sampled_from(
        ["order", "item", "orders", "stock", "from", "page_size", "kind", "default", "a_1", "a1"]
    ),
    id(KEBAB): st.sampled_from(["order-service", "redis", "a"]),
    id(DURATION): st.sampled_from(["0s", "300ms", "2s", "1.5h", "999999999d"]),
    id(TYPE): st.sampled_from(
        [
            "string",
            "string(1..3)?",
            "int32 = 5",
            "Order",
            "Item?",
            "list<Order>(1..)",
            "map<list<uuid>>",
            "stream Order",
            "partial<Order>",
            "stock.Order",
            "HTTPThing = order",
            "json",
            "strin",
            "list<",
            "int32(5..1)",
            "string = \u202e",
        ]
    ),
}
# JSON leaves these as they are, and YAML prints them.
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\ufeff")
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(_LETTERS, max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=2),
    max_leaves=4,
)


def contracts_by_the_table() -> st.SearchStrategy[dict[str, Any]]:
    """Contracts that pass the structural check."""
    return _strategy(CONTRACT)


def _strategy(shape: Shape) -> st.SearchStrategy[Any]:
    return _made(_Key(shape))


class _Key:
    """A shape by identity: shapes hold mappings and cannot be hashed."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def __hash__(self) -> int:
        return id(self.shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.shape is self.shape


@functools.cache
def _made(key: _Key) -> st.SearchStrategy[Any]:
    shape = key.shape
    if id(shape) in _NAMES:
        return _NAMES[id(shape)]
    if shape.kind == "text":
        if shape.choices:
            return st.sampled_from(shape.choices)
        return (
            st.from_regex(shape.form, fullmatch=True, alphabet=_LETTERS)
            if shape.form
            else st.text(_LETTERS, max_size=12)
        )
    if shape.kind in ("integer", "number"):
        low = int(shape.low) if shape.low is not None else -9
        return st.integers(low, int(shape.high) if shape.high is not None else low + 99)
    if shape.kind == "boolean":
        return st.booleans()
    if shape.kind == "nothing":
        return st.none()
    if shape.kind == "list":
        return st.lists(_strategy(shape.of), max_size=3)
    if shape.kind == "map":
        return st.dictionaries(_strategy(shape.key), _strategy(shape.of), max_size=3)
    if shape.kind == "either":
        return st.one_of([_strategy(option) for option in shape.options])
    if shape.kind == "section":
        return _section(shape)
    return _ANY


def _section(shape: Shape) -> st.SearchStrategy[Any]:
    known = {name: k for name, k in shape.keys.items() if k.shape.kind != "later"}
    required = {name: _strategy(k.shape) for name, k in known.items() if k.required}
    optional = {name: _strategy(k.shape) for name, k in known.items() if not k.required}
    fixed = st.fixed_dictionaries(required, optional=optional)
    if shape.rest is None:
        return fixed
    rest = st.dictionaries(_strategy(shape.key), _strategy(shape.rest), max_size=2)
    return st.builds(lambda a, b: {**b, **a}, fixed, rest)
