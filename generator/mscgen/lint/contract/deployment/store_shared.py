"""Two stores of one service own the same table.

## What it checks
Each table is owned by one store.

## Why it matters
There are two tables of that name, in two databases, and each handler picks one. Grants and migrations are derived
from `owns`: both databases get the table, one of them stays empty until somebody writes to it by mistake.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
stores:
  main: {kind: postgres, owns: [orders]}
  archive: {kind: postgres, owns: [orders]}
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
stores:
  main: {kind: postgres, owns: [orders]}
  archive: {kind: postgres, owns: [archived_orders]}
```

## References
- Newman, Building Microservices (2021): data ownership
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.store import Store


def check(service: Service) -> Iterator[Finding]:
    owner: dict[str, Store] = {}
    for store in service.stores:
        for table in store.owns:
            other = owner.setdefault(table, store)
            if other is not store:
                yield Finding(
                    store.span,
                    f"{store.name} and {other.name} both own the table {table}",
                    "let one own it, or give the second table a name of its own",
                    "there are two tables, and each handler picks one",
                    (Note(other.span, f"{other.name} owns it too"),),
                )


RULE = Rule("store-shared", Severity.WARNING, __doc__, check)
