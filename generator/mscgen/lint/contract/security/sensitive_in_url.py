"""A sensitive field travels in the URL.

## What it checks
No field marked `sensitive` is in the path or the query of a route.

## Why it matters
URLs are written down everywhere and redacted nowhere: access logs of every proxy on the way, browser histories,
referrer headers, traces, monitoring labels. TLS does not help at the ends.

## Bad
```yaml
operations:
  FindUser:
    http: GET /v1/user
    request:
      email: {type: string(3..254), sensitive: pii}
```

## Good
```yaml
operations:
  FindUser:
    http: POST /v1/user-searches
    request:
      email: {type: string(3..254), sensitive: pii}
    idempotency: safe
```

## References
- RFC 9110 §17.9, Disclosure of Sensitive Information in URIs
- CWE-598
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.http is None:
            continue
        for part, names in (("path", op.http.path_fields), ("query", op.http.query_fields)):
            for field in op.request_fields(names):
                if field.sensitive is not None:
                    yield Finding(
                        field.span,
                        f"{field.name.raw} of {op.name.raw} is {field.sensitive.value} and travels in the {part}",
                        "send it in the body of a POST, or in a header"
                        if part == "query"
                        else "put an id into the path that says nothing by itself",
                        "every access log on the way keeps it",
                    )


RULE = Rule("sensitive-in-url", Severity.ERROR, __doc__, check)
