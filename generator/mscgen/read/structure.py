"""Is the tree a contract? Every node against the table in `language/`, all problems at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from mscgen.diagnostics import Diagnostic, error
from mscgen.read.node import MAPPING, SCALAR, SEQUENCE, Node
from mscgen.read.shape import Shape
from mscgen.read.spelling import closest, restyled


def check(root: Node) -> list[Diagnostic]:
    """What in the tree the language does not know. Empty for a structurally valid contract."""
    from mscgen.read.language import CONTRACT

    if root.kind != MAPPING:
        help = "start with `mscgen: 1` and `service: <name>`"
        return [error("wrong-kind", f"a contract is a mapping, not {root.describe()}", root.span, help)]
    return list(_check(root, CONTRACT, "contract", root))


def _check(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    """Findings of one node. `where` names it in messages; `key` is what to point at when it has no text itself."""
    return _CHECKS[shape.kind](node, shape, where, key)


def _wrong_kind(node: Node, shape: Shape, where: str, key: Node) -> Diagnostic:
    at = key.span if node.is_null and not node.text else node.span
    help = f"write {shape.says}"
    if shape.kind == "text" and node.kind == SCALAR and node.text and _would_fit(node, shape):
        help = f'YAML reads {node.describe()} here; quote it: "{node.text}"'
    return error("wrong-kind", f"`{where}` must be {shape.says}, not {node.describe()}", at, help)


def _would_fit(node: Node, shape: Shape) -> bool:
    """Whether quotes alone would make a scalar right."""
    return not shape.choices and (not shape.form or re.fullmatch(shape.form, node.text) is not None)


def _text(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    if node.kind != SCALAR or not isinstance(node.value, str):
        yield _wrong_kind(node, shape, where, key)
    else:
        yield from check_word(node, shape, where)


def check_word(node: Node, shape: Shape, where: str) -> Iterator[Diagnostic]:
    """A text (or key) against the form or the words of its shape."""
    word = node.text
    if shape.choices:
        if word not in shape.choices:
            guess = closest(word, shape.choices)
            help = f"did you mean `{guess}`?" if guess else "write " + _listed(shape.choices)
            yield error("bad-value", f"`{where}` is {shape.says}, not `{_short(word)}`", node.span, help)
    elif shape.form and re.fullmatch(shape.form, word) is None:
        help = f"write {shape.says}"
        if shape.style:
            better = restyled(word, shape.style)
            if better != word and re.fullmatch(shape.form, better):
                help = f"write `{better}`"
        what = "the name" if shape.rule == "bad-name" else f"`{where}`"
        yield error(shape.rule, f"{what} `{_short(word)}` is not {shape.says}", node.span, help)


def _listed(words: Iterable[str]) -> str:
    return "one of " + ", ".join(f"`{word}`" for word in words)


def _short(word: str) -> str:
    """The word on one line, cut where it would fill the message."""
    word = "".join(c if c.isprintable() else "\ufffd" for c in word)
    return word if len(word) <= 60 else word[:57] + "..."


def _number(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    value = node.value
    whole = shape.kind == "integer"
    if node.kind != SCALAR or isinstance(value, bool) or not isinstance(value, int if whole else int | Decimal):
        yield _wrong_kind(node, shape, where, key)
    elif (shape.low is not None and value < shape.low) or (shape.high is not None and value > shape.high):
        yield error("bad-value", f"`{where}` must be {shape.says}, not {node.text}", node.span, f"write {shape.says}")


def _boolean(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    if node.kind != SCALAR or not isinstance(node.value, bool):
        yield _wrong_kind(node, shape, where, key)


def _any(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    return iter(())


def _list(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    if node.kind != SEQUENCE:
        yield _wrong_kind(node, shape, where, key)
        return
    assert shape.of is not None
    for item in node.items:
        yield from _check(item, shape.of, where, key)


def _map(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    if node.is_null and key.kind == SCALAR:  # `types:` with nothing under it yet
        return
    if node.kind != MAPPING:
        yield _wrong_kind(node, shape, where, key)
        return
    assert shape.of is not None
    assert shape.key is not None
    for name, value in node.entries:
        yield from check_word(name, shape.key, where)
        yield from _check(value, shape.of, name.text, name)


def _section(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    required = [k for k, v in shape.keys.items() if v.required]
    if node.is_null and not required:
        return
    if node.kind != MAPPING:
        yield _wrong_kind(node, shape, where, key)
        return
    for name, value in node.entries:
        known = shape.keys.get(name.text)
        if known is not None:
            yield from _check(value, known.shape, name.text, name)
        elif name.text.startswith("x-"):
            continue
        elif shape.rest is not None and shape.key is not None:
            yield from check_word(name, shape.key, where)
            yield from _check(value, shape.rest, name.text, name)
        else:
            yield _unknown_key(name, shape, where)
    for missing in required:
        if node.get(missing) is None:
            says = shape.keys[missing].shape.says
            help = f"add `{missing}:` with {says}"
            yield error("missing-key", f"{_called(where, shape)} needs `{missing}`", key.span, help)


def _called(where: str, shape: Shape) -> str:
    """How messages call a section: by its key, and by its kind where that is another word."""
    if shape.name == "contract":
        return "the contract"
    return f"`{where}`" if shape.name == where else f"`{where}` ({shape.name})"


def _unknown_key(name: Node, shape: Shape, where: str) -> Diagnostic:
    guess = closest(name.text, shape.keys)
    if guess:
        help = f"did you mean `{guess}`?"
    elif shape.keys:
        help = f"write {_listed(shape.keys)}; an own key starts with `x-`"
    else:
        help = "remove it; nothing can be set here"
    if shape.name == "field" and name.text in ("required", "optional"):
        help = 'a field is required; end its type with `?` to make it optional: `type: "string?"`'
    return error("unknown-key", f"{_called(where, shape)} has no key `{_short(name.text)}`", name.span, help)


def _either(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    for option in _pick(node, shape.options):
        yield from _check(node, option, where, key)
        return
    yield _wrong_kind(node, shape, where, key)


def _pick(node: Node, options: tuple[Shape, ...]) -> Iterator[Shape]:
    """The alternatives that a node may be, the likeliest first: by its kind, then by a section's marker."""
    kinds = {
        MAPPING: ("section", "map"),
        SEQUENCE: ("list",),
        SCALAR: ("text", "integer", "number", "boolean", "nothing"),
    }
    fitting = [o for o in options if o.kind in kinds[node.kind]]
    if node.kind == MAPPING:
        marked = [o for o in fitting if o.marker and node.get(o.marker) is not None]
        yield from marked or [o for o in fitting if not o.marker]
    elif node.kind == SCALAR:
        words = {bool: ("boolean",), int: ("integer", "number"), Decimal: ("number",), str: ("text",)}
        words[type(None)] = ("nothing",)
        exact = [o for o in fitting if o.kind in words.get(type(node.value), ())]
        yield from exact
    else:
        yield from fitting


def _later(node: Node, shape: Shape, where: str, key: Node) -> Iterator[Diagnostic]:
    help = f"remove `{where}`; this version would not serve it"
    yield error("not-yet", f"{shape.says} come with a later version", key.span, help)


_CHECKS: dict[str, Callable[[Node, Shape, str, Node], Iterator[Diagnostic]]] = {
    "text": _text,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "any": _any,
    "list": _list,
    "map": _map,
    "section": _section,
    "either": _either,
    "later": _later,
    "nothing": _any,
}
