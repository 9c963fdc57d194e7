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


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        better = _better(split_words(op.name.raw))
        if better:
            yield Finding(
                op.span,
                f"{op.name.raw} does not start with its verb",
                f"rename it: `{better}` (with `renamed_from: {op.name.raw}` once it is in use)",
            )


def _better(words: list[str]) -> str:
    first, last = words[0].lower(), words[-1].lower()
    if first in VERBS:
        return f"{words[0]}Order, {words[0]}User …" if len(words) == 1 and first in PLAIN_VERBS else ""
    if len(words) > 1 and last in PLAIN_VERBS:
        return words[-1] + "".join(words[:-1])
    stem = first.removesuffix("ing")
    verb = next((v for v in (stem, stem + "e", stem[:-1]) if v in VERBS), "")
    return verb.capitalize() + "".join(words[1:]) if stem != first and verb and len(words) > 1 else ""


RULE = Rule("operation-verb", Severity.WARNING, __doc__, check)
