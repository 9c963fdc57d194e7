"""A caller may keep a streamed request open for ever.

## What it checks
An operation with a streamed request states a `deadline`. A streamed response alone is exempt: a watch has no end by
nature, and costs the service nothing while nothing happens.

## Why it matters
Each open upload holds a slot of the concurrency limit, memory and a connection. A caller that stops sending without
closing (a phone in a tunnel, an attacker) holds them until the process ends, and drains never finish.

## Bad
```yaml
operations:
  UploadReadings:
    request: stream Reading
    response: {count: int64}
types:
  Reading: {value: double}
```

## Good
```yaml
operations:
  UploadReadings:
    request: stream Reading
    response: {count: int64}
    deadline: 5m
types:
  Reading: {value: double}
```

## References
- gRPC guides: Deadlines
- OWASP API Security Top 10, API4:2023
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import Kind
from mscgen.model.service import Service

_UPLOADS = (Kind.CLIENT_STREAM, Kind.BIDI_STREAM)


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.kind in _UPLOADS and op.deadline is None and "deadline" not in op.declared:
            yield Finding(
                op.declared.get("request", op.span),
                f"{op.name.raw} takes a stream that need never end",
                "add a `deadline` for the whole stream, such as `deadline: 5m`",
                "a caller that stops sending holds a slot for ever",
            )


RULE = Rule("stream-unbounded", Severity.WARNING, __doc__, check)
