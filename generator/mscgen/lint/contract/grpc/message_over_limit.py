"""The largest message that the contract allows is refused by the transport.

## What it checks
The largest legal request and response, counted from the bounds in the types, fit into gRPC's limit of 4 MiB for a
received message. Counted low: one byte a character, nothing for what has no bound, a page of 100 for a paginated
list.

## Why it matters
A caller that keeps to every bound is answered RESOURCE_EXHAUSTED (413 on REST), and only for its largest case: the
customer with the most orders finds it, not the tests.

## Bad
```yaml
operations:
  UploadReadings:
    http: POST /v1/readings
    request: {readings: list<string(..1000)>(..10000)}
    idempotency: keyed
```

## Good
```yaml
operations:
  UploadReadings:
    http: POST /v1/readings
    request: {readings: list<string(..1000)>(..500)}
    idempotency: keyed
```

## References
- grpc: GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, 4 MiB by default
- Protocol Buffers, encoding
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.largest import Largest
from mscgen.lint.places import response_types
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import size
from mscgen.model.operation import Operation
from mscgen.model.service import Service

LIMIT = 4 * 1024 * 1024


def check(service: Service) -> Iterator[Finding]:
    largest = Largest(service)
    for op in service.operations:
        if op.grpc is None and op.http is None:
            continue
        request = largest.fields(op.request)
        if request > LIMIT:
            yield _finding(op, "request", request, largest.widest(op.request))
        for type in response_types(op):
            response = largest.of(type, page=op.paginate)
            if response > LIMIT:
                yield _finding(op, "response", response, largest.widest_of(type, page=op.paginate))


def _finding(op: Operation, part: str, count: int, widest: str) -> Finding:
    return Finding(
        op.declared.get(part, op.span),
        f"the largest {part} of {op.name.raw} is at least {size(count)}; gRPC refuses more than {size(LIMIT)}",
        "lower the bounds, paginate, or stream the items",
        widest,
    )


RULE = Rule("message-over-limit", Severity.WARNING, __doc__, check)
