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
    "kind",
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
]
RECORDS = ["Order", "Line", "HTTPThing", "S3Bucket", "Address2", "Node"]
ENUMS = ["Status", "OAuth2Kind"]
ENUM_VALUES = ["pending", "paid", "none", "name", "mro", "value", "true", "x1", "in_transit"]
ALIASES = ["Sku", "Tags"]

texts = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def _scalar(draw: Any) -> str:
    return draw(
        st.sampled_from(
            [
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
        )
    )


def _type(draw: Any, names: list[str], depth: int = 0) -> str:
    kind = draw(st.integers(0, 9))
    if kind <= 4 or depth > 1:
        return _scalar(draw)
    if kind <= 6 and names:
        return draw(st.sampled_from(names))
    inner = _type(draw, names, depth + 1)
    bounds = draw(st.sampled_from(["", "(..10)", "(0..5)"]))
    return f"{'list' if kind <= 8 else 'map'}<{inner}>{bounds}"


def _fields(draw: Any, names: list[str], optional_only: bool = False, at_most: int = 6) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(FIELD_NAMES), min_size=0, max_size=at_most, unique=True)):
        text = _type(draw, names)
        optional = optional_only or draw(st.booleans())
        if draw(st.integers(0, 3)) == 0:
            field: dict[str, Any] = {"type": text + ("?" if optional else ""), "doc": draw(texts)}
            if draw(st.integers(0, 3)) == 0:
                field["nullable"] = True
            if draw(st.integers(0, 4)) == 0:
                field["sensitive"] = draw(st.sampled_from(["pii", "secret"]))
            if draw(st.integers(0, 4)) == 0:
                field["deprecated"] = True
            out[name] = field
        else:
            out[name] = text + ("?" if optional else "")
    return out


@st.composite
def contracts(draw: Any) -> str:
    """The text of a valid contract, as YAML."""
    records = draw(st.lists(st.sampled_from(RECORDS), min_size=1, max_size=4, unique=True))
    enums = draw(st.lists(st.sampled_from(ENUMS), max_size=2, unique=True))
    types: dict[str, Any] = {}
    for name in enums:
        values = draw(st.lists(st.sampled_from(ENUM_VALUES), min_size=1, max_size=5, unique=True))
        types[name] = {"enum": values, "doc": draw(texts)}
    if draw(st.booleans()):
        types["Sku"] = "string(1..32)"
    named = list(types)
    for i, name in enumerate(records):
        # Earlier records may be required, later ones (and itself) only optional: no record is infinite.
        fields = _fields(draw, named + records[:i])
        if draw(st.integers(0, 2)) == 0:
            fields["again"] = draw(st.sampled_from(records)) + "?"
        types[name] = {"fields": fields, "doc": draw(texts)} if draw(st.booleans()) else fields or {"filler": "bool"}
    if len(records) >= 2 and draw(st.booleans()):
        arms = {"first": records[0], "second": records[1]}
        if not any("kind" in (types[r].get("fields", types[r])) for r in records[:2]):
            types["Choice"] = {"union": arms, "doc": draw(texts)}
    operations: dict[str, Any] = {}
    usable = [*named, *records, *(["Choice"] if "Choice" in types else [])]
    for i, verb in enumerate(
        draw(st.lists(st.sampled_from(["Create", "Get", "Watch", "Import", "Chat", "Do"]), unique=True))
    ):
        operations[f"{verb}Thing{i}"] = _operation(draw, verb, i, usable, records)
    contract = {
        "mscgen": 1,
        "service": draw(st.sampled_from(["order-service", "a", "x1-y2", "class-service", "user-service"])),
        "version": "1.2.3",
        "owner": "team-" + draw(st.sampled_from(["a", "b"])),
        "doc": draw(texts),
        "auth": "public",
        "types": types,
        "errors": {"ThingGone": {"code": "not_found", "doc": draw(texts)}},
        "operations": operations,
    }
    return dump(contract)


def _operation(draw: Any, verb: str, i: int, usable: list[str], records: list[str]) -> dict[str, Any]:
    op: dict[str, Any] = {"doc": draw(texts), "errors": ["ThingGone"]}
    response = draw(st.sampled_from(usable))
    if verb == "Get":
        return op | {"http": f"GET /v1/things{i}/{{key}}", "request": {"key": "string(1..64)"}, "response": response}
    if verb == "Watch":
        return op | {"http": f"GET /v1/watch{i}/{{key}}", "request": {"key": "uuid"}, "response": f"stream {response}"}
    record = draw(st.sampled_from(records))
    if verb == "Import":
        return op | {"request": f"stream {record}", "response": response, "idempotency": "none"}
    if verb == "Chat":
        return op | {"request": f"stream {record}", "response": f"stream {response}", "idempotency": "none"}
    op["idempotency"] = draw(st.sampled_from(["keyed", "none", "natural"]))
    request: Any = record if draw(st.booleans()) else _fields(draw, usable)
    op |= {"http": f"POST /v1/things{i}", "request": request}
    if draw(st.booleans()):
        op["response"] = draw(st.sampled_from([response, f"list<{response}>"]))
    return op
