"""A stream claims that it can be sent twice.

## What it checks
An operation with a streamed request has `idempotency: none`, and one that answers with a stream is not `keyed`.

## Why it matters
Nobody keeps the messages of a stream: after a broken connection the client cannot send them again, and the server
does not know which ones arrived. The key of a `keyed` operation covers one message, not a stream. A retry that is
believed to be safe loses or doubles part of the data. Nor is a streamed answer kept to be given again.

## Bad
```yaml
operations:
  UploadReadings:
    request: stream Reading
    response: {count: int64}
    deadline: 5m
    idempotency: keyed
types:
  Reading: {value: double}
```

## Good
```yaml
operations:
  UploadReadings:
    http: POST /v1/readings
    request: {upload_id: uuid, readings: list<double>(..1000)}
    response: {count: int64}
    idempotency: keyed
```

## References
- gRFC A6, client retries: buffering of streams
- AIP-155, Request identification
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import IdempotencyMode, Kind
from mscgen.model.service import Service

_UPLOADS = (Kind.CLIENT_STREAM, Kind.BIDI_STREAM)


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.kind in _UPLOADS and op.idempotency.mode is not IdempotencyMode.NONE:
            yield Finding(
                op.declared.get("idempotency", op.span),
                f"{op.name.raw} takes a stream and says that it is {op.idempotency.mode.value}",
                "say `none` and let callers resume, or take the messages as a list in one keyed request",
                "nobody keeps a stream to send it again",
            )
        elif op.kind is Kind.SERVER_STREAM and op.idempotency.mode is IdempotencyMode.KEYED:
            yield Finding(
                op.declared.get("idempotency", op.span),
                f"{op.name.raw} answers with a stream and says that it is keyed",
                "say `safe`, or `none` and split what it changes into an operation with one answer",
                "nobody keeps a stream to give it again",
            )


RULE = Rule("stream-idempotency", Severity.ERROR, __doc__, check)
