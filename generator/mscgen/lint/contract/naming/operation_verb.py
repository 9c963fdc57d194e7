"""An operation's name does not start with its verb.

## What it checks
The name ends in a plain verb (`OrderCreate`), starts with its participle (`CreatingOrder`) or is a bare verb.

## Why it matters
The name becomes the rpc, the handler's function and file, the metric label and the client's method. Verb first is
what proto style guides, generated clients and a reader expect; sorted lists then group by action.

## Bad
```yaml
operations:
  OrderCreate:
    http: POST /v1/orders
    idempotency: keyed
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
```

## References
- AIP-130, Methods; AIP-190, Naming conventions
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.words import PLAIN_VERBS, VERBS
from mscgen.model.names import split_words
from mscgen.model.service import Service

# Verbs that start names as nouns: `OrderCreate`, `ReportList`.
_NOUNS_TOO_TEXT = """
batch book charge index link log message offer order plan queue quote record report review route schedule score
share stream tag test track view vote
"""
_NOUNS_TOO = frozenset(_NOUNS_TOO_TEXT.split())


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        better = _better(split_words(op.name.raw))
        if better:
            yield Finding(
                op.span,
                f"{op.name.raw} does not start with its verb",
                f"rename it: {better} (with `renamed_from: {op.name.raw}` once it is in use)",
            )


def _better(words: list[str]) -> str:
    """Names that start with their verb, each in backticks; "" when the name is fine or nothing can be said."""
    first, last = words[0].lower(), words[-1].lower()
    if len(words) == 1:
        return f"`{words[0]}Order`, `{words[0]}User` …" if first in PLAIN_VERBS else ""
    if last in PLAIN_VERBS and (first not in VERBS or (first in _NOUNS_TOO and last != "list") or len(words) == 2):
        return f"`{words[-1]}{''.join(words[:-1])}`" if first not in PLAIN_VERBS else ""
    stem = first.removesuffix("ing")
    verb = next((v for v in (stem, stem + "e", stem[:-1]) if v in VERBS), "")
    return f"`{verb.capitalize()}{''.join(words[1:])}`" if stem != first and verb and first not in VERBS else ""


RULE = Rule("operation-verb", Severity.WARNING, __doc__, check)
