"""A caller may set what only the service can know.

## What it checks
A field named `created_at`, `updated_at`, `deleted_at`, `created_by`, `updated_by`, `is_admin` or the like that can be
sent in a request is `read_only`.

## Why it matters
A record that is both stored and accepted takes whatever the caller sends: a creation date in the past, another
author, an administrator's flag. Frameworks call it mass assignment. `read_only` fields are left out of what callers
may write.

## Bad
```yaml
types:
  Note: {text: string(..500), created_at: timestamp}
operations:
  AddNote:
    http: POST /v1/notes
    request: Note
    idempotency: keyed
```

## Good
```yaml
types:
  Note:
    text: string(..500)
    created_at: {type: timestamp, read_only: true}
operations:
  UpdateNote:
    http: PATCH /v1/note
    request: {note: partial<Note>}
    idempotency: natural
```

## References
- OWASP API Security Top 10, API3:2023 (mass assignment); CWE-915
- AIP-203, OUTPUT_ONLY
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.places import inputs
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import IdempotencyMode
from mscgen.model.service import Service

_SERVER_ONLY_TEXT = """
created_at updated_at modified_at deleted_at create_time update_time delete_time created_by updated_by modified_by
deleted_by is_admin is_superuser is_staff email_verified is_verified
"""
_SERVER_ONLY = frozenset(_SERVER_ONLY_TEXT.split())


def check(service: Service) -> Iterator[Finding]:
    for op, place in inputs(service):
        if op.idempotency.mode is IdempotencyMode.SAFE or place.field.read_only:
            continue
        if place.field.name.raw in _SERVER_ONLY:
            yield Finding(
                place.field.span,
                f"callers of {op.name.raw} may set {place.title}",
                "mark it `read_only`, or take a record that has only what callers decide",
                "the caller chooses the value",
                (Note(op.declared.get("request", op.span), f"the request of {op.name.raw}"),),
            )


RULE = Rule("server-field-writable", Severity.WARNING, __doc__, check)
