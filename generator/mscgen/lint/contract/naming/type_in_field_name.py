"""A field's name repeats its type.

## What it checks
A list named `…_list` or `…_array`, a map named `…_map` or `…_dict`, a string named `…_string` or `…_str`, a boolean
named `…_bool` or `…_flag`.

## Why it matters
The type stands beside the name in every document and editor. In the name it is noise, and wrong as soon as the type
changes, because the name cannot.

## Bad
```yaml
operations:
  GetBasket:
    http: GET /v1/basket
    response: {item_list: list<uuid>(..100)}
```

## Good
```yaml
operations:
  GetBasket:
    http: GET /v1/basket
    response: {items: list<uuid>(..100)}
```

## References
- AIP-140, Field names
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import Place, follow, places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import ListType, MapType, Scalar, ScalarType

_SUFFIXES = {
    "list": frozenset({"list", "array"}),
    "map": frozenset({"map", "dict"}),
    "string": frozenset({"string", "str"}),
    "bool": frozenset({"bool", "boolean", "flag"}),
}


def check(service: Service) -> Iterator[Finding]:
    for place in places(service):
        if len(place.words) > 1 and place.words[-1] in _SUFFIXES.get(_kind(place, service), ()):
            yield Finding(
                place.field.span,
                f"{place.title} repeats its type in its name",
                f"rename it: `{_better(place)}` (with `renamed_from: {place.field.name.raw}` once it is in use)",
            )


def _kind(place: Place, service: Service) -> str:
    type = follow(place.field.type, service)
    if isinstance(type, ListType):
        return "list"
    if isinstance(type, MapType):
        return "map"
    if isinstance(type, ScalarType) and type.scalar in (Scalar.STRING, Scalar.BOOL):
        return type.scalar.value
    return ""


def _better(place: Place) -> str:
    stem = "_".join(place.words[:-1])
    return stem + "s" if place.words[-1] in ("list", "array") and not stem.endswith("s") else stem


RULE = Rule("type-in-field-name", Severity.NOTICE, __doc__, check)
