"""A string, list or map that callers fill has no upper bound.

## What it checks
Every string, bytes, list and map that a request can contain, also deep inside a list or behind an alias, has a
largest length. A `pattern` that is anchored and repeats nothing without end counts as a bound.

## Why it matters
One caller can send a value as large as the body limit allows: memory, a database row, an index and every log line
grow with it (OWASP API4:2023, unrestricted resource consumption). A bound also becomes `maxLength` and `maxItems` in
the OpenAPI document, so that clients learn it before they are refused.

## Bad
```yaml
operations:
  AddNote:
    http: POST /v1/notes
    request: {text: string, tags: list<string(..32)>}
    idempotency: keyed
```

## Good
```yaml
types:
  Tag: string(1..32)
operations:
  AddNote:
    http: POST /v1/notes
    request: {text: string(..2000), tags: list<Tag>(..20)}
    idempotency: keyed
```

## References
- OWASP API Security Top 10, API4:2023
- RFC 9110 §15.5.14 (413 Content Too Large)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import inputs
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import SIZED, Alias, ListType, MapType, NamedType, Scalar, ScalarType, TypeRef

_ENDLESS = r"(?<!\\)[*+]|\{\d*,\}"


def check(service: Service) -> Iterator[Finding]:
    for op, place in inputs(service):
        for kind, example in _unbounded(place.field.type):
            yield Finding(
                place.field.span,
                f"{place.title} takes {kind} of any length",
                f"give it the longest length that makes sense, such as `{example}`",
                f"{op.name} accepts as much of it as fits in a request",
            )
    yield from _aliases(service)


def _aliases(service: Service) -> Iterator[Finding]:
    used = {name: op for op, place in inputs(service) for name in _names(place.field.type)}
    todo = list(used)
    for name in todo:
        alias = service.types.get(name)
        if not isinstance(alias, Alias) or name in service.imported:
            continue
        todo += [n for n in _names(alias.type) if n not in todo]
        for kind, example in _unbounded(alias.type):
            yield Finding(
                alias.span,
                f"{name} is {kind} of any length, and callers send it",
                f"give it the longest length that makes sense, such as `{name}: {example}`",
            )


def _unbounded(type: TypeRef, inside: bool = False) -> Iterator[tuple[str, str]]:
    """Each part of a type string without a bound: what it is, and a bounded form."""
    if isinstance(type, ScalarType):
        if type.scalar in SIZED and type.range.max is None and not _bounded_pattern(type.pattern):
            if type.scalar is Scalar.BYTES:
                yield "bytes", "bytes(..65536)"
            else:
                yield "strings" if inside else "a string", "string(..200)"
    elif isinstance(type, ListType | MapType):
        word = "list" if isinstance(type, ListType) else "map"
        if type.range.max is None:
            yield f"{word}s" if inside else f"a {word}", f"{word}<…>(..100)"
        yield from _unbounded(type.item if isinstance(type, ListType) else type.value, True)


def _names(type: TypeRef) -> Iterator[str]:
    if isinstance(type, ListType | MapType):
        yield from _names(type.item if isinstance(type, ListType) else type.value)
    elif isinstance(type, NamedType) and type.origin is None:
        yield type.name


def _bounded_pattern(pattern: str | None) -> bool:
    # `pattern` must match the whole string, so a pattern that repeats nothing without end bounds the length.
    return pattern is not None and not re.search(_ENDLESS, pattern)


RULE = Rule("unbounded-input", Severity.WARNING, __doc__, check)
