"""The key of an event is sensitive.

## What it checks
The field named in `key:` is not marked `sensitive`.

## Why it matters
The key is not payload: brokers log it, tools and dashboards show it, compaction keeps the last event of it for ever,
and dead letters carry it in a header. It cannot be redacted or erased.

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
      email: {type: string(3..254), sensitive: pii}
    key: email
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
    payload:
      user_id: uuid
      email: {type: string(3..254), sensitive: pii}
    key: user_id
```

## References
- GDPR, article 17 (erasure); Apache Kafka, log compaction
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for event in service.publishes:
        field = event.payload.field(event.key) if event.key is not None else None
        if field is not None and field.sensitive is not None:
            yield Finding(
                event.declared.get("key", event.span),
                f"{event.name.raw} is keyed by {field.name.raw}, which is {field.sensitive.value}",
                "use an id that says nothing by itself",
                "keys are shown, logged and kept",
            )


RULE = Rule("sensitive-event-key", Severity.ERROR, __doc__, check)
