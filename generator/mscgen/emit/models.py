"""`gen/models.py`: the contract's types as pydantic models, by datamodel-code-generator.

The contract is lowered to JSON Schema, datamodel-code-generator turns it into classes (its order, its unions, its
layout), and the text is finished here: contract text and defaults, which dcg saw as placeholders of the same width,
the imports, and what `runtime/model.py` needs to know. So nothing hostile passes through a template we do not own,
and the result is what `ruff format` would write.

dcg costs 0.3 s to start and 3 ms a type: its text is cached by the hash of its input, and big contracts go through it
in groups, which keeps its memory flat.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mscgen.emit import header
from mscgen.emit.file import File
from mscgen.emit.layout import WIDTH, bracket, from_import
from mscgen.emit.model_generator import generate_text
from mscgen.emit.model_groups import grouped
from mscgen.emit.model_schema import NUMBER_MARK, ModelSchema, Placeholders
from mscgen.emit.quote import docstring, python_string
from mscgen.model.derived import all_types
from mscgen.model.service import Service

GROUP_SIZE = 120

_DOC = re.compile(r'^( *)"""\s*@@D(\d+)@@\s*"""$', re.MULTILINE)
_DEFAULT = re.compile(r'"@@V(\d+)_*"')
_TEXT = re.compile(r'"@@T(\d+)_*"')
_BOUND = re.compile(rf"(?<=[gl]e=){NUMBER_MARK}(\d+)\b")
_ALIAS = re.compile(r'^(\w+) = TypeAliasType\((?:"\1", ([^\n]*)|\n\s*"\1",\s*(.*?),?\n)\)$', re.MULTILINE | re.DOTALL)
_SPLIT = re.compile(r"^(    \w+: Annotated\[)\n        (.*[^,\n])\n    \] = (.+)$", re.MULTILINE)
_CONFIG = re.compile(r"    model_config = ConfigDict\(\n        arbitrary_types_allowed=True,\n    \)\n")
_CLASS = re.compile(r'^class (\w+)\((\w+)\):\n(    """@@D\d+@@"""\n\n?)?(    pass\n)?', re.MULTILINE)
_MEMBER = re.compile(r'^(    [A-Z_]\w* = )("(?:[^"\\\n]|\\.)*")$', re.MULTILINE)
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")

_IMPORTS = {
    "Annotated": "typing",
    "Decimal": "decimal",
    "Field": "pydantic",
    "Literal": "typing",
    "StrEnum": "enum",
    "UUID": "uuid",
    "Model": ".runtime.model",
    "Patch": ".runtime.model",
}
SCALARS = {
    "Float32",
    "Int32",
    "Int64",
    "UInt32",
    "UInt64",
    "WireBytes",
    "WireDate",
    "WireDecimal",
    "WireDuration",
    "WireJson",
    "WireTimestamp",
    "WireUuid",
}


def emit(service: Service) -> Iterator[File]:
    """`src/<package>/gen/models.py`."""
    yield File(f"src/{service.package}/gen/models.py", models_text(service))


def models_text(service: Service) -> str:
    """The text of the module."""
    lowered = ModelSchema(service)
    bodies = []
    for group in grouped(all_types(service), GROUP_SIZE):
        schema, aliases = lowered.group(group)
        if schema["$defs"]:
            bodies.append(finish(generate_text(schema, aliases), lowered))
    body = "\n\n\n".join(b.strip("\n") for b in bodies)
    top = header.lines("#") + ("\n# ruff: noqa: RUF012\n" if lowered.mutable_default else "")
    imports = import_block(body)
    gap = "\n\n" if body.startswith("class ") else "\n"  # what isort leaves below the imports
    return top + "\nfrom __future__ import annotations\n" + imports + (gap + body + "\n" if body else "")


def finish(text: str, lowered: ModelSchema) -> str:
    """dcg's text without its header, with placeholders replaced and our class attributes."""
    places: Placeholders = lowered.places
    body = _body(text)
    body = _CONFIG.sub("", body)
    # dcg escapes every quote of an enum's value, ruff only those that need it.
    body = _MEMBER.sub(lambda m: m[1] + python_string(ast.literal_eval(m[2])), body)
    body = _CLASS.sub(lambda m: _class_head(m, lowered), body)
    body = _DOC.sub(lambda m: m[1] + docstring(places.docs[int(m[2])], len(m[1])), body)
    body = _DEFAULT.sub(lambda m: places.values[int(m[1])], body)
    body = _TEXT.sub(lambda m: places.values[int(m[1])], body)
    body = _BOUND.sub(lambda m: places.values[int(m[1])], body)
    return _ALIAS.sub(_alias, _SPLIT.sub(_default, body))


def _default(match: re.Match[str]) -> str:
    """A default that is too long for its line: ruff breaks before the value as long as the annotation has room."""
    head, value = f"{match[1]}{match[2]}] = ", match[3]
    if len(head) + len(value) <= WIDTH:
        return head + value
    return f"{head}(\n        {value}\n    )" if len(head) < WIDTH else match[0]


def _body(text: str) -> str:
    """Everything below the imports."""
    lines = text.split("\n")
    last = max((i for i, line in enumerate(lines) if line.startswith(("from ", "import "))), default=0)
    rest = "\n".join(lines[last + 1 :])
    return rest.split(")\n", 1)[1] if lines[last].endswith("(") else rest


def _class_head(match: re.Match[str], lowered: ModelSchema) -> str:
    """The class line and its docstring, with the base of a patch and the names that may be null."""
    name, parent, doc, empty = match[1], match[2], match[3] or "", match[4] or ""
    if parent == "Model" and name in lowered.patches:
        parent = "Patch"
    if empty and doc:
        empty, doc = "", doc.rstrip("\n") + "\n"
    facts = [
        _class_attribute("__nullable__", lowered.nullable.get(name)),
        _class_attribute("__sensitive__", lowered.sensitive.get(name)),
    ]
    said = "".join(facts) + ("\n" if any(facts) else "")
    return f"class {name}({parent}):\n{doc}{said}{empty}"


def _class_attribute(attribute: str, names: list[str] | None) -> str:
    """A tuple of names in a class body; nothing when there are none."""
    if not names:
        return ""
    items = [f'"{n}"' for n in names]
    return bracket(f"    {attribute} = (", items, ",)" if len(items) == 1 else ")", 4) + "\n"


def _alias(match: re.Match[str]) -> str:
    value = " ".join((match[2] or match[3]).split()).replace("[ ", "[").replace(", ]", "]").replace(" ]", "]")
    line = f"{match[1]} = {value}"
    if len(line) <= WIDTH or not value.startswith("Annotated["):
        return line
    inner = value[len("Annotated[") : -1]
    if len(inner) + 4 <= WIDTH:
        return f"{match[1]} = Annotated[\n    {inner}\n]"
    kind, _, rest = inner.partition(", ")
    if len(kind) + 5 > WIDTH:
        kind = kind.replace(" | ", "\n    | ")
    return f"{match[1]} = Annotated[\n    {kind},\n    {rest},\n]"


def import_block(body: str) -> str:
    """The imports that the text needs, in isort's order."""
    code = re.sub(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"', '""', body)
    words = set(_WORD.findall(code))
    wanted: dict[str, list[str]] = {}
    for name in sorted(words & (_IMPORTS.keys() | SCALARS)):
        wanted.setdefault(_IMPORTS.get(name, ".runtime.scalars"), []).append(name)
    standard: list[str] = [m for m in ("decimal", "enum", "typing", "uuid") if m in wanted]
    sections: list[list[str]] = [
        standard,
        ["pydantic"] if "pydantic" in wanted else [],
        sorted(m for m in wanted if m[0] == "."),
    ]
    blocks = ["\n".join(from_import(m, wanted[m]) for m in modules) for modules in sections if modules]
    return "".join(f"\n{block}\n" for block in blocks)
