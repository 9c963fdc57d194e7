"""Several instances each have a database of their own.

## What it checks
A store of kind `sqlite` that owns tables stands in a service with at most one replica.

## Why it matters
SQLite is a file beside the process. With two instances an order written by one does not exist for the other: reads
depend on which instance answers, idempotency keys are unknown to the second one, and a restart loses the rest. The
embedded store is for development and for tests.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
stores:
  orders: {kind: sqlite, owns: [orders]}
deploy:
  replicas: 2..10
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
stores:
  orders: {kind: postgres, owns: [orders]}
deploy:
  replicas: 2..10
```

## References
- SQLite, Appropriate Uses For SQLite: client/server applications
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    deployment = service.deployment
    if deployment is None or deployment.max_replicas < 2:
        return
    for store in service.stores:
        if store.kind == "sqlite" and store.owns:
            yield Finding(
                store.span,
                f"up to {deployment.max_replicas} instances would each have their own store {store.name}",
                "use `kind: postgres`; SQLite stays the store for development",
                "what one instance writes the others do not see",
                (Note(deployment.declared.get("replicas", deployment.span), "the number of instances"),),
            )


RULE = Rule("sqlite-with-replicas", Severity.ERROR, __doc__, check)
