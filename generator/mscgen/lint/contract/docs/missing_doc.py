"""Operations have no documentation.

## What it checks
Every operation has a `doc:`. One finding for the whole contract names the first ones.

## Why it matters
The text becomes the summary in OpenAPI, the comment in proto and in every client, and the tool description that an
agent reads. A name alone does not say what is meant by "cancel", and each consumer asks.

## Bad
```yaml
operations:
  CancelOrder:
    http: POST /v1/order-cancellations
    idempotency: natural
```

## Good
```yaml
operations:
  CancelOrder:
    doc: Cancels an order that is not shipped yet; the money goes back within a day.
    http: POST /v1/order-cancellations
    idempotency: natural
```

## References
- AIP-192, Documentation
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    silent = [op for op in service.operations if not op.doc]
    if silent:
        names = ", ".join(op.name.raw for op in silent[:3]) + (" …" if len(silent) > 3 else "")
        yield Finding(
            silent[0].span,
            f"{len(silent)} of {len(service.operations)} operations have no `doc`: {names}",
            "say in a sentence what it does, and what the name does not say",
        )


RULE = Rule("missing-doc", Severity.NOTICE, __doc__, check)
