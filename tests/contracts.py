"""A hypothesis strategy for valid contracts: every kind of type, odd names, hostile text in every text place."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from mscgen.emit.yaml import dump

HOSTILE = [
    'ends with a quote"',
    "three quotes \"\"\" and '''",
    "jinja {{ 7 * 7 }} {% raw %} {# c #}",
    "c comment */ /* // and # hash",
    "back\\slash \\n \\u0041 \\",
    "two\nlines\r\nand\ttabs",
    "html <script>alert(1)</script> &amp; <!--",
    "markdown `code` [link](javascript:x) | table | **bold**",
    "yaml: - [x, {y: z}] !!python/object &a *a",
    "shell $(reboot) `reboot` ; rm -rf / && echo 'x'",
    "bidi \u202e reversed \u2066 isolate \u200b zero",
    "control \x07 \x1b[31m \x7f",
    "astral \U0001f600 and \u00e9\u0301",
    "${env} %s %(name)s {name} {0}",
    "-->",
    "]]>",
]
FIELD_NAMES = [
    "id",
    "class",
    "from",
    "date",
    "list",
    "type",
    "schema",
    "json",
    "copy",
    "model_dump",
    "int",
    "str",
    "async",
    "self",
    "value",
    "request",
    "ctx",
    "field_1",
    "a1b2",
    "quantity",
    "customer_id",
    "none",
    "true1",
    "del",
    "items",
    "name",
    "timestamp",
    "message",
    "oneof",
    "package",
    "len",
    "print",
    "cls",
    "pb",
    "root",
]
RECORDS = ["Order", "Line", "HTTPThing", "S3Bucket", "Address2", "Node"]
ENUMS = ["Status", "OAuth2Kind"]
ENUM_VALUES = ["pending", "paid", "none", "name", "mro", "value", "true", "x1", "in_transit"]
# What is visible and without white space may be a JSON name.
WIRE_NAMES = ['a"b', "$ref", "x-y", "{{z}}", "<b>", "\\n", "É", "@type", "'''", "#", "*/", "class"]
PATTERNS = ["^[a-z]+$", '^"+$', "^'''$", "^[\\\\/]{1,3}$", "^\\{\\{ x \\}\\}$", "^(ab|c*/)$", "^[^\\n]{2,4}$", "<b>"]
SCALARS = [
    "bool",
    "int32",
    "int32(1..1000)",
    "int64",
    "uint32",
    "uint64(..10)",
    "float",
    "double(0..1)",
    "decimal",
    "decimal(0..)",
    "string",
    "string(1..32)",
    "string(..500)",
    "bytes",
    "bytes(..64)",
    "uuid",
    "timestamp",
    "date",
    "duration",
    "json",
]
# What fits in a query, a header or a path.
PLAIN = [s for s in SCALARS if not s.startswith(("bytes", "json"))]
VERBS = ["Create", "Get", "Watch", "Import", "Chat", "Do", "List", "Patch", "Delete", "Settle", "Class", "HTTPPing"]

texts = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def _once_in(draw: Any, n: int) -> bool:
    return draw(st.integers(0, n - 1)) == n - 1


def _type(draw: Any, names: list[str], depth: int = 0) -> str:
    kind = draw(st.integers(0, 9))
    if kind <= 4 or depth > 1:
        return draw(st.sampled_from(SCALARS))
    if kind <= 6 and names:
        return draw(st.sampled_from(names))
    inner = _type(draw, names, depth + 1)
    bounds = draw(st.sampled_from(["", "(..10)", "(0..5)"]))
    return f"{'list' if kind <= 8 else 'map'}<{inner}>{bounds}"


def _default(draw: Any, text: str) -> Any:
    """A default that the type allows; None for a type that has none."""
    if text.startswith(("list", "map")):
        return ([] if text.startswith("list") else {}) if _once_in(draw, 2) else None
    values = {
        "bool": st.booleans(),
        "int32": st.integers(-(2**31), 2**31 - 1),
        "int32(1..1000)": st.integers(1, 1000),
        "int64": st.sampled_from([0, -(2**63), 2**53 + 1, 2**63 - 1]),
        "uint32": st.integers(0, 2**32 - 1),
        "uint64(..10)": st.integers(0, 10),
        "double(0..1)": st.sampled_from([0, 1, 0.5, 1e-7]),
        "decimal(0..)": st.sampled_from(["0", "12.50", "0.001"]),
        "string": texts,
        "string(1..32)": st.sampled_from([t for t in HOSTILE if len(t) <= 32]),
        "string(..500)": texts,
    }
    return draw(values[text]) if text in values and _once_in(draw, 2) else None


def _long(draw: Any, text: str, optional: bool) -> dict[str, Any]:
    """The long form of a field."""
    field: dict[str, Any] = {"type": text, "doc": draw(texts)}
    default = None if optional else _default(draw, text)
    if default is not None:
        field["default"] = default
    elif optional:
        field["type"] += "?"
    if text == "string" and default is None and _once_in(draw, 2):
        field["pattern"] = draw(st.sampled_from(PATTERNS))
    elif text == "string" and _once_in(draw, 2):
        field["example"] = draw(texts)
    if _once_in(draw, 4):
        field["nullable"] = True
    if default is None and _once_in(draw, 5):
        # A secret with a default would be a secret in the contract.
        field["sensitive"] = draw(st.sampled_from(["pii", "secret"]))
    if _once_in(draw, 5):
        field["deprecated"] = True
    return field


def _fields(draw: Any, names: list[str], at_most: int = 6) -> dict[str, Any]:
    out: dict[str, Any] = {}
    wires = draw(st.permutations(WIRE_NAMES))
    for name in draw(st.lists(st.sampled_from(FIELD_NAMES), min_size=0, max_size=at_most, unique=True)):
        text, optional = _type(draw, names), draw(st.booleans())
        if not _once_in(draw, 3):
            out[name] = text + ("?" if optional else "")
            continue
        out[name] = _long(draw, text, optional)
        wire = wires.pop() if _once_in(draw, 4) else name
        if wire not in FIELD_NAMES:
            out[name]["wire"] = wire
    return out


def _enum(draw: Any) -> dict[str, Any]:
    values = draw(st.lists(st.sampled_from(ENUM_VALUES), min_size=1, max_size=5, unique=True))
    if draw(st.booleans()):
        return {"enum": values, "doc": draw(texts)}
    wires = draw(st.permutations(WIRE_NAMES))
    long: dict[str, Any] = {}
    for value in values:
        long[value] = {"doc": draw(texts), "deprecated": draw(st.booleans())}
        if draw(st.booleans()):
            long[value]["wire"] = wires.pop()
    return {"enum": long, "doc": draw(texts)}


def _types(draw: Any, records: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The types, and the names of those that are not records."""
    types: dict[str, Any] = {name: _enum(draw) for name in draw(st.lists(st.sampled_from(ENUMS), unique=True))}
    if draw(st.booleans()):
        types["Sku"] = {"alias": "string", "pattern": draw(st.sampled_from(PATTERNS)), "doc": draw(texts)}
    if draw(st.booleans()):
        types["Tags"] = draw(st.sampled_from(["map<string(..9)>(..3)", "list<uuid>(..5)", "timestamp", "decimal(0..)"]))
    named = list(types)
    for i, name in enumerate(records):
        # Earlier records may be required, later ones (and itself) only optional: no record is infinite.
        fields = _fields(draw, named + records[:i])
        if _once_in(draw, 3):
            again = draw(st.sampled_from(["{}?", "list<{}>(..3)", "map<{}>(..3)?"]))
            fields["again"] = again.format(draw(st.sampled_from(records)))
        if _once_in(draw, 4):
            fields["created_at"] = {"type": "timestamp", "read_only": True}
        types[name] = {"fields": fields, "doc": draw(texts)} if draw(st.booleans()) else fields or {"filler": "bool"}
    if len(records) >= 2 and draw(st.booleans()):
        types["Choice"] = {"union": {"first": records[0], "second": records[1]}, "doc": draw(texts)}
        if draw(st.booleans()):
            types["Choice"]["discriminator"] = "which"
        named.append("Choice")
    return types, named


@st.composite
def contracts(draw: Any, at_least: int = 0) -> str:
    """The text of a valid contract, as YAML, with at least so many operations."""
    records = draw(st.lists(st.sampled_from(RECORDS), min_size=1, max_size=4, unique=True))
    types, named = _types(draw, records)
    operations: dict[str, Any] = {}
    for i, verb in enumerate(draw(st.lists(st.sampled_from(VERBS), unique=True, min_size=at_least, max_size=6))):
        operations[f"{verb}Thing{i}"] = _operation(draw, verb, i, [*named, *records], records)
    contract = {
        "mscgen": 1,
        "service": draw(st.sampled_from(["order-service", "a", "x1-y2", "class-service", "user-service"])),
        "version": "1.2.3",
        "owner": "team-" + draw(st.sampled_from(["a", "b"])),
        "doc": draw(texts),
        "auth": "public",
        "types": types,
        "errors": {
            "ThingGone": {"code": "not_found", "doc": draw(texts)},
            "ThingBusy": {"code": "aborted", "status": 409, "details": _fields(draw, named), "retryable": True},
        },
        "operations": operations,
    }
    return dump(contract)


def _query(draw: Any) -> dict[str, str]:
    """Fields that may stand in a query."""
    names = draw(st.lists(st.sampled_from(FIELD_NAMES), max_size=4, unique=True))
    return {name: draw(st.sampled_from(PLAIN)) + ("?" if draw(st.booleans()) else "") for name in names}


def _operation(draw: Any, verb: str, i: int, usable: list[str], records: list[str]) -> dict[str, Any]:
    """An operation that does what its verb says."""
    path = f"/v1/things{i}"
    response = draw(st.sampled_from(usable))
    record = draw(st.sampled_from(records))
    op: dict[str, Any] = {"doc": draw(texts), "errors": ["ThingGone"]}
    if _once_in(draw, 6):
        op["deprecated"] = True
    if verb == "Get":
        return op | {"http": f"GET {path}/{{key}}", "request": {"key": "string(1..64)"}, "response": response}
    if verb == "Watch":
        return op | {"http": f"GET {path}/{{key}}", "request": {"key": "uuid"}, "response": f"stream {response}"}
    if verb == "Import":
        return op | {"request": f"stream {record}", "response": response, "idempotency": "none"}
    if verb == "Chat":
        return op | {"request": f"stream {record}", "response": f"stream {response}", "idempotency": "none"}
    if verb == "List":
        things = {"http": f"GET {path}", "request": _query(draw), "response": {"things": f"list<{record}>"}}
        return op | things | ({"paginate": "things"} if draw(st.booleans()) else {})
    if verb == "Patch":
        request = {"key": "int64", "change": f"partial<{record}>"}
        return op | {"http": f"PATCH {path}/{{key}}", "request": request, "response": record, "idempotency": "natural"}
    if verb == "Delete":
        http = {"method": "DELETE", "path": f"{path}/{{key}}", "headers": {"in": {"why": "X-Why"}}}
        return op | {"http": http, "request": {"key": "date", "why": draw(st.sampled_from(["string?", "int32?"]))}}
    op["idempotency"] = draw(st.sampled_from(["keyed", "none", "natural"]))
    if verb == "Settle":
        two = {"200": record, "202": draw(st.sampled_from([r for r in records if r != record] or [None]))}
        return op | {"http": {"method": "POST", "path": path, "status": two}, "request": _fields(draw, usable)}
    request = record if draw(st.booleans()) else _fields(draw, usable)
    op |= {"http": f"POST {path}", "request": request, "errors": ["ThingGone", "ThingBusy"]}
    if draw(st.booleans()):
        op["response"] = draw(st.sampled_from([response, f"list<{response}>", f"map<{response}>"]))
    return op
