"""A secret is published.

## What it checks
No field marked `sensitive: secret` is in the payload of an event, at any depth.

## Why it matters
An event is kept by the broker for days, copied into every consumer's store and dead letters, and read by consumers
that do not exist yet. A password or token in it is out, for good.

## Bad
```yaml
operations:
  CreateUser:
    http: POST /v1/users
    idempotency: keyed
    emits: [UserCreated]
publishes:
  UserCreated:
    payload:
      user_id: uuid
      reset_code: {type: string(6..6), sensitive: secret}
    key: user_id
```

## Good
```yaml
operations:
  CreateUser:
    http: POST /v1/users
    idempotency: keyed
    emits: [UserCreated]
publishes:
  UserCreated:
    payload: {user_id: uuid}
    key: user_id
```

## References
- CWE-312, Cleartext Storage of Sensitive Information
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.places import reachable
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Sensitivity


def check(service: Service) -> Iterator[Finding]:
    for event in service.publishes:
        inner = reachable([field.type for field in event.payload.fields], service).values()
        for record in (event.payload, *(r for r in inner if r is not None and r is not event.payload)):
            for field in record.fields:
                if field.sensitive is Sensitivity.SECRET:
                    own = record is event.payload and record.inline is not None
                    yield Finding(
                        field.span if own else event.declared.get("payload", event.span),
                        f"{event.name.raw} publishes {record.name}.{field.name.raw}, which is secret",
                        "leave it out; who needs it asks for it, with authentication",
                        "kept by the broker and by every consumer",
                        () if own else (Note(field.span, "marked secret here"),),
                    )


RULE = Rule("secret-in-event", Severity.ERROR, __doc__, check)
