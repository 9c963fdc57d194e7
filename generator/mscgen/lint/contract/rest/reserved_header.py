"""A field travels in a header that belongs to the protocol.

## What it checks
No request or response field is mapped to a header that HTTP, the server or this contract's own machinery sets:
`Content-Length`, `Connection`, `Host`, `Authorization`, `Idempotency-Key`, `traceparent`, `grpc-timeout` …

## Why it matters
Proxies drop hop-by-hop headers, servers overwrite their own, and a caller's value in the wrong one breaks framing
(request smuggling), authentication or deadlines.

## Bad
```yaml
operations:
  GetReport:
    http: {method: GET, path: /v1/report, headers: {in: {tenant: Host}}}
    request: {tenant: string(..40)}
```

## Good
```yaml
operations:
  GetReport:
    http: {method: GET, path: /v1/report, headers: {in: {tenant: X-Tenant}}}
    request: {tenant: string(..40)}
```

## References
- RFC 9110 §7.6.1 (Connection), §6.4 (message framing); RFC 9113 §8.2.2
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service

_RESERVED_TEXT = """
accept-encoding authorization connection content-encoding content-length content-type cookie date expect
forwarded grpc-timeout host idempotency-key keep-alive proxy-authenticate proxy-authorization proxy-connection
server set-cookie te traceparent tracestate trailer transfer-encoding upgrade www-authenticate
"""
_RESERVED = frozenset(_RESERVED_TEXT.split())


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.http is None:
            continue
        for field, header in (*op.http.header_fields, *op.http.reply_headers):
            if header.lower() in _RESERVED:
                yield Finding(
                    op.declared.get("http", op.http.route.span),
                    f"{op.name.raw} puts {field} into the header {header}, which belongs to the protocol",
                    f"use a header of your own, such as `X-{field.replace('_', '-').title()}`",
                )


RULE = Rule("reserved-header", Severity.ERROR, __doc__, check)
