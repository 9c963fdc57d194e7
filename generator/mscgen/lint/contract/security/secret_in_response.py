"""A secret is given back.

## What it checks
No field marked `sensitive: secret` is in the answer of a reading operation, unless it is `write_only`. An operation
that creates something may show a secret once.

## Why it matters
A service that can give a password or key back keeps it in readable form, and whoever may read the record has it. What
is checked is kept as a hash; what is used is kept in a vault and referred to by name.

## Bad
```yaml
types:
  Webhook:
    url: {type: string(..200), pattern: "https://hooks[.]example[.]com/.*"}
    signing_key: {type: string(..64), sensitive: secret}
operations:
  GetWebhook:
    http: GET /v1/webhook
    response: Webhook
```

## Good
```yaml
types:
  Webhook:
    url: {type: string(..200), pattern: "https://hooks[.]example[.]com/.*"}
    signing_key: {type: string(..64), sensitive: secret, write_only: true}
operations:
  GetWebhook:
    http: GET /v1/webhook
    response: Webhook
```

## References
- OWASP API Security Top 10, API3:2023; CWE-257
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.places import outputs, places
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import IdempotencyMode
from mscgen.model.service import Service
from mscgen.model.types import Sensitivity


def check(service: Service) -> Iterator[Finding]:
    if not any(place.field.sensitive is Sensitivity.SECRET for place in places(service)):
        return
    for op, place in outputs(service):
        field = place.field
        if field.sensitive is not Sensitivity.SECRET or field.write_only:
            continue
        if op.idempotency.mode is IdempotencyMode.SAFE:
            yield Finding(
                field.span,
                f"{op.name.raw} gives {place.title} back, which is secret",
                "mark the field `write_only`, or answer with a record that lacks it",
                "kept in readable form, and shown to whoever may read",
                (Note(op.declared.get("response", op.span), f"the answer of {op.name.raw}"),),
            )


RULE = Rule("secret-in-response", Severity.WARNING, __doc__, check)
