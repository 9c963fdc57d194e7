"""What a value of the contract may look like: the vocabulary in which `language/` describes every key.

One table serves three readers: the structural check, the JSON Schema for editors and the reference page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of value.

    kind: `text`, `integer`, `number`, `boolean`, `any`, `list`, `map`, `section`, `either`, `nothing` or `later`.
    says: how a message and the reference name it ("a duration such as `2s`").
    form: the regular expression that a whole text must match. rule: the rule of a text that does not.
    style: for names, the function of `model.names` that suggests a right one. choices: the only texts allowed.
    low, high: inclusive bounds of an integer or number. of: what a list or map holds. key: the form of a map's keys.
    keys: a section's keys. marker: the key that tells this section from its alternatives. rest: what other keys hold.
    name: a section's name in the schema and the reference. options: the alternatives of an `either`.
    """

    kind: str
    says: str
    form: str = ""
    rule: str = "bad-value"
    style: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    of: Shape | None = None
    key: Shape | None = None
    keys: Mapping[str, Key] = field(default_factory=dict)
    marker: str = ""
    rest: Shape | None = None
    name: str = ""
    doc: str = ""
    options: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section: its shape, what it means, and what holds when it is absent."""

    shape: Shape
    doc: str
    default: str = ""
    required: bool = False


def text(says: str, form: str = "", rule: str = "bad-value", style: str = "") -> Shape:
    """A text, of a certain form if one is given."""
    return Shape("text", says, form=form, rule=rule, style=style)


def choice(*words: str, says: str = "") -> Shape:
    """One of a few words; `says` where they are too many for a message."""
    listed = ", ".join(f"`{w}`" for w in words[:-1])
    return Shape("text", says or (f"{listed} or `{words[-1]}`" if listed else f"`{words[-1]}`"), choices=words)


def later(what: str) -> Shape:
    """A key that a later version will know: refused until then, with a message that says so."""
    return Shape("later", what)


def integer(says: str, low: int | None = None, high: int | None = None) -> Shape:
    """A whole number."""
    return Shape("integer", says, low=low, high=high)


def number(says: str, low: float | None = None, high: float | None = None) -> Shape:
    """A number, fractions allowed."""
    return Shape("number", says, low=low, high=high)


def list_of(of: Shape, says: str) -> Shape:
    """A list of one kind of value."""
    return Shape("list", says, of=of)


def map_of(key: Shape, of: Shape, says: str, name: str = "") -> Shape:
    """A mapping from names of one form to one kind of value."""
    return Shape("map", says, key=key, of=of, name=name)


def section(
    name: str,
    doc: str,
    keys: Mapping[str, Key],
    *,
    says: str = "",
    marker: str = "",
    rest: tuple[Shape, Shape] | None = None,
) -> Shape:
    """A mapping with a fixed set of keys; `rest` is the name form and the shape of further ones."""
    key, of = rest if rest else (None, None)
    says = says or "a mapping of " + ", ".join(f"`{k}`" for k in list(keys)[:4]) + (", …" if len(keys) > 4 else "")
    return Shape("section", says, keys=keys, marker=marker, key=key, rest=of, name=name, doc=doc)


def either(*options: Shape, says: str = "") -> Shape:
    """A short form or a long form; the kind of the node (and a section's marker) tells which."""
    return Shape("either", says or ", or ".join(o.says for o in options), options=options)


NOTHING = Shape("nothing", "nothing")
BOOLEAN = Shape("boolean", "`true` or `false`")
ANY = Shape("any", "any value")
TEXT = text("a text")
