"""Contracts of every shape that a message can have, the package generated from one, and values that fit its types."""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from mscgen.emit import convert, models, pb, runtime
from mscgen.model.derived import all_types, arm_name, local_name, patch_name, record_of, resolve_alias, writable
from mscgen.model.names import enum_member
from mscgen.model.service import Service
from mscgen.model.types import (
    Enum,
    Field,
    ListType,
    MapType,
    NamedType,
    PartialType,
    Range,
    Record,
    Scalar,
    ScalarType,
    TypeRef,
    Union,
)
from services import service_of

# Every scalar, alone and in every place: plain, optional, nullable, both, in lists, maps and lists of lists.
SCALARS = [scalar.value for scalar in Scalar]


def _in_every_place(type: str) -> dict[str, Any]:
    stem = type.lower()
    return {
        f"{stem}_plain": type,
        f"{stem}_optional": f"{type}?",
        f"{stem}_nullable": {"type": type, "nullable": True},
        f"{stem}_both": {"type": f"{type}?", "nullable": True},
        f"{stem}_list": f"list<{type}>(..3)",
        f"{stem}_list_optional": f"list<{type}>(..3)?",
        f"{stem}_list_both": {"type": f"list<{type}>(..3)?", "nullable": True},
        f"{stem}_map": f"map<{type}>(..3)",
        f"{stem}_map_nullable": {"type": f"map<{type}>(..3)", "nullable": True},
        f"{stem}_rows": f"list<list<{type}>(..3)>(..3)",
        f"{stem}_table": f"map<map<{type}>(..3)>(..3)",
        f"{stem}_mixed": f"map<list<{type}>(..2)>(..2)?",
    }


KINDS = [*SCALARS, "Sku", "Colour", "Point", "Nothing", "Shape"]
EVERYTHING: dict[str, Any] = {
    "mscgen": 1,
    "service": "everything",
    "version": "1.0.0",
    "owner": "team",
    "auth": "public",
    "types": {
        "Sku": "string(1..8)",
        "Colour": {"enum": ["red", "green", "none", "name"]},
        "Point": {"x": "int32", "y": "int32 = 7", "label": "string?"},
        "Nothing": {},
        "Shape": {"union": {"point": "Point", "nothing": "Nothing", "from": "Tree"}},
        "Tree": {
            "value": "decimal",
            "left": "Tree?",
            "right": {"type": "Tree?", "nullable": True},
            "more": "list<Tree>(..2)",
        },
        "Keywords": {
            "class": "string",
            "from": "Point?",
            "list": "list<int64>(..3)",
            "import": {"type": "uuid?", "nullable": True},
            "date": "date",
            "model_dump": "timestamp?",
            "global": "map<Point>(..3)",
            "wired": {"type": "string", "wire": "Wired-Name"},
        },
        "Defaults": {
            "colour": "Colour = green",
            "rate": "decimal = 1.50",
            "count": "int64 = -3",
            "text": "string = hello",
            "on": "bool = true",
            "tags": {"type": "list<string>(..3)", "default": []},
            "sure": {"type": "string", "nullable": True, "default": "x"},
        },
        "NullDefault": {"maybe": {"type": "string", "nullable": True, "default": None}},
        **{f"Of{kind.capitalize()}": _in_every_place(kind) for kind in KINDS},
    },
    "operations": {},
}
ECHOED = ["Keywords", "Defaults", "Tree", *(f"Of{kind.capitalize()}" for kind in KINDS)]
for _name in [*ECHOED, "NullDefault"]:
    EVERYTHING["operations"][f"Echo{_name}"] = {"request": _name, "response": _name, "idempotency": "none"}
    EVERYTHING["operations"][f"Patch{_name}"] = {
        "request": {"id": "int32", "change": f"partial<{_name}>"},
        "idempotency": "natural",
    }


@dataclass(frozen=True, repr=False)
class Package:
    """A generated package, imported."""

    service: Service
    folder: Path
    convert: Any
    models: Any
    pb: Any


def write_package(service: Service, folder: Path) -> Path:
    """The modules that conversions need, below `folder/src`; what the package is."""
    for emitter in (models, pb, convert, runtime):
        for file in emitter.emit(service):
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")
    package = folder / "src" / service.package
    for name in ("__init__.py", "gen/__init__.py", "py.typed"):
        (package / name).touch()
    return package


def load_package(text: str | dict[str, Any], folder: Path) -> Package:
    """The package of a contract. It is named after its content: protobuf has one pool for the whole process."""
    contract = json.loads(text) if isinstance(text, str) else dict(text)
    digest = hashlib.sha256(json.dumps(contract, sort_keys=True).encode()).hexdigest()[:10]
    contract["service"] = f"wire-{digest}"
    if "proto" in contract:
        contract["proto"] = {"package": f"kept_{digest}", "service": "Kept"}
    service = service_of(contract)
    write_package(service, folder)
    sys.path.insert(0, str(folder / "src"))
    try:
        gen = f"{service.package}.gen"
        found = [
            importlib.import_module(f"{gen}.{name}")
            for name in ("convert", "models", ".".join(pb.module_path(service)))
        ]
    finally:
        sys.path.remove(str(folder / "src"))
    return Package(service, folder, *found)


# ------------------------------------------------------------------ values
_TEXT = st.characters(exclude_categories=["Cs"])
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(_TEXT, max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(_TEXT, max_size=3), inner, max_size=3),
    max_leaves=6,
)
_DECIMAL = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**30), 10**30), st.integers(-5, 12)
)
_PLAIN: dict[Scalar, st.SearchStrategy[Any]] = {
    Scalar.BOOL: st.booleans(),
    Scalar.FLOAT: st.floats(width=32, allow_nan=False, allow_infinity=False),
    Scalar.DOUBLE: st.floats(allow_nan=False, allow_infinity=False),
    Scalar.UUID: st.uuids(),
    Scalar.TIMESTAMP: st.datetimes(timezones=st.just(UTC)) | st.just(datetime(1970, 1, 1, tzinfo=UTC)),
    Scalar.DATE: st.dates() | st.just(date.min),
    Scalar.DURATION: st.timedeltas(timedelta(seconds=-99_999_999_999), timedelta(seconds=99_999_999_999)),
    Scalar.JSON: _JSON,
}
_WIDTHS = {Scalar.INT32: (-(2**31), 2**31 - 1), Scalar.INT64: (-(2**63), 2**63 - 1)}
_WIDTHS |= {Scalar.UINT32: (0, 2**32 - 1), Scalar.UINT64: (0, 2**64 - 1)}


def _size(bounds: Range, otherwise: int) -> dict[str, int]:
    low = int(bounds.min or 0)
    return {
        "min_size": low,
        "max_size": max(low, min(otherwise, int(bounds.max if bounds.max is not None else otherwise))),
    }


def _scalar(ref: ScalarType) -> st.SearchStrategy[Any]:
    bounds = ref.range
    if ref.scalar in _WIDTHS:
        low, high = _WIDTHS[ref.scalar]
        low = max(low, int(bounds.min)) if bounds.min is not None else low
        high = min(high, int(bounds.max)) if bounds.max is not None else high
        return st.sampled_from([low, high]) | st.integers(low, high)
    if ref.scalar is Scalar.DECIMAL:
        return _DECIMAL.filter(
            lambda d: (bounds.min is None or d >= bounds.min) and (bounds.max is None or d <= bounds.max)
        )
    if ref.scalar is Scalar.STRING:
        return st.text(_TEXT, **_size(bounds, 6))
    if ref.scalar is Scalar.BYTES:
        return st.binary(**_size(bounds, 6))
    if ref.scalar is Scalar.DOUBLE and (bounds.min is not None or bounds.max is not None):
        return st.floats(float(bounds.min or -1e300), float(bounds.max or 1e300))
    return _PLAIN[ref.scalar]


@dataclass(frozen=True)
class Values:
    """Strategies of values that the models of a package accept."""

    package: Package

    def of(self, ref: TypeRef, depth: int = 2) -> st.SearchStrategy[Any]:
        """A value of that type. depth: how many more records may stand inside each other."""
        types = all_types(self.package.service)
        target = resolve_alias(ref, types)
        if isinstance(target, ScalarType):
            return _scalar(target)
        if isinstance(target, ListType):
            return st.lists(self.of(target.item, depth), **self._size(target.range, depth))
        if isinstance(target, MapType):
            return st.dictionaries(
                st.text(_TEXT, max_size=4), self.of(target.value, depth), **self._size(target.range, depth)
            )
        if isinstance(target, PartialType):
            return self.patch(target.record, depth)
        declared = types[local_name(target)]
        if isinstance(declared, Enum):
            members = getattr(self.package.models, declared.name)
            return st.sampled_from([getattr(members, enum_member(v.name)) for v in declared.values])
        if isinstance(declared, Union):
            arms = [(arm_name(declared, v), record_of(v.type, types)) for v in declared.variants]
            return st.one_of(
                *(
                    self.record(arm, record, depth, declared.discriminator, v.tag)
                    for (arm, record), v in zip(arms, declared.variants, strict=True)
                )
            )
        assert isinstance(declared, Record)
        return self.record(declared.name, declared, depth)

    def _size(self, bounds: Range, depth: int) -> dict[str, int]:
        return _size(bounds, 2 if depth > 0 else 0)

    def record(
        self, name: str, record: Record | None, depth: int = 2, discriminator: str = "", tag: str = ""
    ) -> st.SearchStrategy[Any]:
        """An instance of a class, with the fields of that record."""
        assert record is not None
        make = getattr(self.package.models, name)
        fixed = {discriminator: st.just(tag)} if discriminator else {}
        required = {f.python: self.field(f, depth) for f in record.fields if f.required}
        others = {
            f.python: self.field(f, depth)
            for f in record.fields
            if not f.required and (depth > 0 or not self._holds_record(f))
        }
        fields = st.fixed_dictionaries({**fixed, **required}, optional=others)
        return st.deferred(lambda: fields.map(lambda values: make(**values)))

    def _holds_record(self, f: Field) -> bool:
        return isinstance(resolve_alias(f.type, all_types(self.package.service)), NamedType)

    def field(self, f: Field, depth: int) -> st.SearchStrategy[Any]:
        """A value of a field that is given."""
        value = st.deferred(lambda: self.of(f.type, depth - 1))
        return st.none() | value if f.nullable else value

    def patch(self, name: str, depth: int = 2) -> st.SearchStrategy[Any]:
        """A partial update that says something in every record that it reaches into."""
        types = all_types(self.package.service)
        record = types[name]
        assert isinstance(record, Record)
        make = getattr(self.package.models, patch_name(name))
        fields = {
            f.python: self._patch_field(f, depth)
            for f in writable(record)
            if depth > 0 or record_of(f.type, types) is None
        }
        given = st.fixed_dictionaries({}, optional=fields)
        return given.map(lambda values: make(**values)).filter(
            lambda patch: depth == 2 or bool(patch.model_fields_set) or not fields
        )

    def _patch_field(self, f: Field, depth: int) -> st.SearchStrategy[Any]:
        types = all_types(self.package.service)
        inner, target = record_of(f.type, types), resolve_alias(f.type, types)
        if inner is not None:
            value: st.SearchStrategy[Any] = st.deferred(lambda: self.patch(inner.name, depth - 1)).filter(
                lambda p: bool(p.model_fields_set)
            )
        elif isinstance(target, MapType):
            entry = st.none() | self.of(target.value, depth - 1)
            value = st.dictionaries(st.text(_TEXT, max_size=4), entry, min_size=1, max_size=2)
        else:
            value = self.of(f.type, depth - 1)
        return st.none() | value if f.nullable or f.optional else value


def functions(package: Package, operation: str) -> tuple[Callable[..., Any], ...]:
    """decode, encode, encode_request and decode_reply of an operation."""
    codec = convert.codecs(package.service)[operation]
    return tuple(
        getattr(package.convert, name)
        for name in (codec.decode, codec.encode, codec.encode_request, codec.decode_reply)
    )
