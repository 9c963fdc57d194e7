"""The published schema and the generated models accept the same JSON, value for value."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from mscgen.emit.jsonschema import definitions
from packages import models_of
from pydantic import TypeAdapter, ValidationError
from services import echo, service_of

TYPES: dict[str, Any] = {
    "Sku": {"alias": "string(1..8)", "pattern": r"^[A-Z]\d*$"},
    "Status": {"enum": {"open": {}, "in_transit": {"wire": "in-transit"}}},
    "Card": {"last4": "string(4..4)", "valid": "bool?"},
    "Iban": {"iban": "string"},
    "Payment": {"union": {"card": "Card", "iban": "Iban", "other_card": "Card"}},
    "Leaf": {"a": "int32(1..3)", "b": {"type": "string?", "nullable": True}, "c": "string?"},
    "Numbers": {
        "i32": "int32",
        "i64": "int64(-5..)",
        "u32": "uint32",
        "u64": "uint64",
        "f32": "float",
        "f64": "double(-1.5..2.5)",
        "dec": "decimal",
        "price": "decimal(0..)",
        "rate": "decimal(0.05..12.5)",
        "mixed": "decimal(0.05..5)",
        "debt": "decimal(..-1)",
        "flag": "bool",
    },
    "Texts": {
        "plain": "string",
        "short": "string(2..4)",
        "sku": "Sku",
        "key": "uuid",
        "at": "timestamp",
        "day": "date",
        "took": "duration",
        "raw": "bytes",
        "four": "bytes(2..4)",
        "mail": {"type": "string", "format": "email"},
        "host": {"type": "string?", "format": "hostname"},
        "ip": {"type": "string?", "format": "ipv4"},
        "site": {"type": "string?", "format": "uri"},
        "status": "Status",
    },
    "Shapes": {
        "tags": "list<Sku>(1..3)",
        "grid": "list<list<int32>(..2)>",
        "labels": "map<decimal>(..2)",
        "leaf": "Leaf",
        "leaves": "list<Leaf>",
        "payment": "Payment",
        "again": "Shapes?",
        "anything": "json",
    },
    "Absences": {
        "optional": "int32?",
        "nullable": {"type": "int32", "nullable": True},
        "both": {"type": "int32?", "nullable": True},
        "defaulted": "int32 = 5",
        "null_default": {"type": "string", "nullable": True, "default": None},
        "empty": {"type": "list<string>", "default": []},
        "optional_leaf": "Leaf?",
        "nullable_leaf": {"type": "Leaf", "nullable": True},
        "nullable_status": {"type": "Status", "nullable": True},
        "optional_at": "timestamp?",
        "optional_json": "json?",
        "optional_payment": "Payment?",
    },
    "Names": {
        "from": "string?",
        "class": "int32?",
        "model_dump": "string?",
        "json": "string?",
        "list": "list<string>?",
        "date": "date?",
        "type": "string?",
        "customer_id": {"type": "string?", "wire": "customerId"},
    },
}
PATCHED = ("Absences", "Shapes", "Names")
CONTRACT = echo({**TYPES, "All": {k.lower(): k + "?" for k in TYPES if k != "Sku"}}, "All")
for _record in PATCHED:
    CONTRACT["operations"][f"Update{_record}"] = {
        "http": f"PATCH /v1/{_record.lower()}",
        "request": {"change": f"partial<{_record}>"},
        "idempotency": "none",
    }
SERVICE = service_of(CONTRACT)
DEFINITIONS = definitions(SERVICE, "#/$defs/")
# The arms of a union stand nowhere but in the union.
NAMES = [n for n in DEFINITIONS if n != "All" and not (n.startswith("Payment") and n != "Payment")]

# Values that are near the edge of what some type accepts.
EDGES: list[Any] = [
    None, True, False, 0, 1, -1, 5, 2**31, -(2**31) - 1, 2**63, 2**64, -1.5, 2.5, 1e39, "", "5", "true", "null", "1.5",
    "-0", "-0.0", "0.05", "0.049", "12.50", "12.51", "1e2", " 1", "1 ", "+1", ".5", "5.", "00", "NaN", "Infinity",
    "A", "A1\n", "a", "A\u0661", "1s", "1.5s", "-1.5s", "1.5", "PT1S", "1.1234567890s", "99999999999s", "100000000000s",
    "2026-11-24", "2026-13-01", "2026-11-24T10:00:00Z", "2026-11-24t10:00:00z", "2026-11-24T10:00:00",
    "2026-11-24T10:00:00+02:00", "2026-11-24 10:00:00Z", "2026-11-24T10:00Z", "2026-11-24T10:00:00.123456789Z",
    "2026-11-24T10:00:00+0200", "2026-11-24T24:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+10:00",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-01:00", "0000-01-01", "0001-01-01",
    "9999-12-31", 1764000000, "1764000000", "aGk=", "aGk", "aGl=", "aGk-", "aGk_", "aGkh", "aA==", "aB==", "aGkhaGkh",
    "12345678-1234-1234-1234-123456789abc", "12345678123412341234123456789abc", "12345678-1234-1234-1234-123456789AB",
    "{12345678-1234-1234-1234-123456789abc}", "urn:uuid:12345678-1234-1234-1234-123456789abc", "open", "in-transit",
    "in_transit", "OPEN", "card", "a@b.example", "a@", "x" * 9, [], {}, [1], [[1]], {"a": 1}, {"a": None}, ["A"],
    {"kind": "card", "last4": "1234"}, {"last4": "1234"}, {"kind": "x"}, "1" * 39, "0." + "1" * 39, "-" + "9" * 38,
]  # fmt: skip
ATOMS = st.sampled_from(EDGES)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return models_of(SERVICE, tmp_path_factory.mktemp("models"))


class Judge:
    """Both verdicts on one JSON text; the model's as runtime/rest_request.py asks for it."""

    def __init__(self, name: str, models: Any) -> None:
        self.schema = {"$ref": f"#/$defs/{name}", "$defs": DEFINITIONS}
        self.by_schema = jsonschema_rs.validator_for(self.schema, validate_formats=True)
        self.adapter = TypeAdapter(getattr(models, name))
        self.by_model = self.adapter.validator

    def disagree(self, value: Any) -> str:
        """Empty when the verdicts agree."""
        by_schema = self.by_schema.is_valid(value)
        try:
            self.by_model.validate_json(json.dumps(value), strict=True, by_alias=True, by_name=False)
            said = ""
        except ValidationError as refusal:
            said = str(refusal)
        if by_schema == (not said):
            return ""
        return f"schema: {by_schema}, model: {said or 'accepted'}\n{json.dumps(value)}"


@pytest.fixture(scope="module")
def judges(models: Any) -> dict[str, Judge]:
    return {name: Judge(name, models) for name in NAMES}


def positives(name: str) -> st.SearchStrategy[Any]:
    """Values that the named schema allows."""
    return values({"$ref": f"#/$defs/{name}"}, 3)


def values(schema: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    """Values of the schemas that we write; `depth` bounds recursion through optional properties."""
    if "$ref" in schema:
        return values(DEFINITIONS[schema["$ref"].rpartition("/")[2]], depth - 1)
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return st.one_of([values(s, depth) for s in schema[keyword]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.one_of([values({**schema, "type": k}, depth) for k in kind])
    return {
        None: lambda: ATOMS,
        "null": st.none,
        "boolean": st.booleans,
        "integer": lambda: st.integers(schema["minimum"], schema["maximum"]),
        "number": lambda: st.floats(
            schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False
        ),
        "string": lambda: strings(schema),
        "array": lambda: lists(schema, depth),
        "object": lambda: objects(schema, depth),
    }[kind]()


def strings(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    if "pattern" not in schema:
        return st.text(min_size=low, max_size=high)
    # `$` of Python also matches before a last newline, that of a schema does not.
    made = st.from_regex(schema["pattern"].removesuffix("$") + r"\Z")
    if schema.get("format") == "date-time":
        made = st.datetimes().map(lambda d: d.isoformat() + "Z")
    elif schema.get("format") == "date":
        made = st.dates().map(str)
    elif schema.get("format") == "email":
        # The lengths that RFC 5321 allows are no part of the pattern.
        made = made.filter(lambda t: len(t.partition("@")[0]) <= 64 and len(t) <= 254)
    return made.filter(lambda t: low <= len(t) <= (math.inf if high is None else high))


def lists(schema: dict[str, Any], depth: int) -> st.SearchStrategy[list[Any]]:
    low = schema.get("minItems", 0)
    return st.lists(values(schema["items"], depth), min_size=low, max_size=schema.get("maxItems", low + 2))


def objects(schema: dict[str, Any], depth: int) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" not in schema:
        high = schema.get("maxProperties", 2)
        return st.dictionaries(st.text(max_size=3), values(schema["additionalProperties"], depth), max_size=high)
    required = set(schema.get("required", ()))
    fields = {k: v for k, v in schema["properties"].items() if k in required or depth > 0}
    return st.fixed_dictionaries(
        {k: values(v, depth) for k, v in fields.items() if k in required},
        optional={k: values(v, depth) for k, v in fields.items() if k not in required},
    )


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value where another value can be put: container and key."""
    if isinstance(value, dict):
        return [(value, k) for k in value] + [p for v in value.values() for p in places(v)]
    if isinstance(value, list):
        return [(value, i) for i in range(len(value))] + [p for v in value for p in places(v)]
    return []


@st.composite
def near_misses(draw: Any, name: str) -> Any:
    """A valid value with one place replaced, removed or added to."""
    value = copy.deepcopy(draw(positives(name)))
    spots = places(value)
    if isinstance(value, dict) and draw(st.integers(0, 5)) == 0:
        return {
            **value,
            draw(st.sampled_from(["extra", "from_", "kind", "b", "both", "optional", "customer_id"])): draw(ATOMS),
        }
    if not spots:
        return draw(ATOMS)
    container, key = draw(st.sampled_from(spots))
    if isinstance(container, dict) and draw(st.integers(0, 4)) == 0:
        del container[key]
    else:
        container[key] = draw(ATOMS)
    return value


SETTINGS = settings(max_examples=25, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", NAMES)
def test_what_the_schema_allows_is_accepted(name: str, judges: dict[str, Judge]) -> None:
    @SETTINGS
    @given(positives(name))
    def check(value: Any) -> None:
        assume(finite(value))
        assert judges[name].disagree(value) == ""

    check()


@pytest.mark.parametrize("name", NAMES)
def test_near_misses_get_the_same_verdict(name: str, judges: dict[str, Judge]) -> None:
    @SETTINGS
    @given(near_misses(name))
    def check(value: Any) -> None:
        assume(finite(value))
        assert judges[name].disagree(value) == ""

    check()


BASES: dict[str, dict[str, Any]] = {
    "Numbers": {
        "i32": 1, "i64": 1, "u32": 1, "u64": 1, "f32": 1.5, "f64": 1.5, "dec": "1", "price": "1", "rate": "1", "mixed": "1",
        "debt": "-1", "flag": True,
    },
    "Absences": {"nullable": 1, "nullable_leaf": None, "nullable_status": None},
    "Texts": {
        "plain": "a", "short": "ab", "sku": "A", "key": "12345678-1234-1234-1234-123456789abc", "day": "2026-11-24",
        "at": "2026-11-24T10:00:00Z", "took": "1s", "raw": "", "four": "aGk=", "mail": "a@b.example", "status": "open",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_satisfies_the_schema_and_reads_back_the_same(name: str, judges: dict[str, Judge]) -> None:
    judge = judges[name]

    @SETTINGS
    @given(positives(name))
    def check(value: Any) -> None:
        assume(finite(value))
        read = judge.by_model.validate_json(json.dumps(value), strict=True)
        written = judge.adapter.serializer.to_json(read)
        assert judge.by_schema.is_valid(json.loads(written)), written
        again = judge.by_model.validate_json(written, strict=True)
        assert again == read
        if name.endswith("Patch"):
            assert again.model_fields_set == read.model_fields_set

    check()


SCALAR_FIELDS = [(r, f) for r in ("Numbers", "Texts", "Absences") for f in TYPES[r]]


@pytest.mark.parametrize(("record", "field"), SCALAR_FIELDS)
def test_every_edge_gets_the_same_verdict_in_every_field(record: str, field: str, judges: dict[str, Judge]) -> None:
    wrong = [said for edge in EDGES if (said := judges[record].disagree({**BASES[record], field: edge}))]
    assert not wrong, "\n\n".join(wrong)


def finite(value: Any) -> bool:
    """Whether Python's json writes it as JSON."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    return all(map(finite, value)) if isinstance(value, list) else True
