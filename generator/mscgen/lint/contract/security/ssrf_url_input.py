"""A caller gives an address that the service will call.

## What it checks
A text field of a request named `url`, `callback_url`, `webhook`, `…_endpoint`, `redirect_uri` and the like has a
`pattern` that fixes the scheme and begins the host: `https://hooks[.]example[.]com/.*`. Addresses that are only shown
(`image_url`, `homepage`) are not meant.

## Why it matters
The service fetches what it is told: the cloud's metadata address with the credentials of the machine, an admin port
that only listens inside, a file. From a redirect target it is one step to a stolen login.

## Bad
```yaml
operations:
  AddWebhook:
    http: POST /v1/webhooks
    request: {callback_url: string(..200)}
    idempotency: keyed
```

## Good
```yaml
operations:
  AddWebhook:
    http: POST /v1/webhooks
    request:
      callback_url: {type: string(..200), pattern: "https://hooks[.]example[.]com/.*"}
    idempotency: keyed
```

## References
- OWASP API Security Top 10, API7:2023 Server Side Request Forgery
- CWE-918, CWE-601
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import inputs
from mscgen.lint.rule import Finding, Rule
from mscgen.model.service import Service
from mscgen.model.types import Scalar

_ADDRESS = frozenset({"url", "uri", "endpoint", "link"})
_CALLED_TEXT = """
callback webhook hook redirect target source fetch import export download proxy forward endpoint notify
"""
_CALLED = frozenset(_CALLED_TEXT.split())
_WHOLE = frozenset({("url",), ("uri",), ("webhook",), ("callback",), ("endpoint",)})
_START = r"\^?https\??://(?P<host>[^/]*)"
_DOT = r"\\\.|\[\.\]"  # a dot that stands for itself
_OPEN = r"\.|\[\^|\\[SWD]|\|"  # what also matches `@`, `?`, `#` or another host


def check(service: Service) -> Iterator[Finding]:
    for op, place in inputs(service):
        if place.scalar is None or place.scalar.scalar is not Scalar.STRING or not _is_called(place.words):
            continue
        if place.scalar.pattern is None or not _fixes_host(place.scalar.pattern):
            yield Finding(
                place.field.span,
                f"{op.name.raw} takes an address from its caller: {place.field.name.raw}",
                "fix its hosts by a `pattern` such as `https://hooks[.]example[.]com/.*`, or take an id instead",
                "it can point inside: http://169.254.169.254/",
            )


def _fixes_host(pattern: str) -> bool:
    """Whether a pattern for the whole text leaves no choice of scheme and domain."""
    start = re.match(_START, pattern.replace("\\/", "/"))
    if start is None:
        return False
    labels = re.split(_DOT, start["host"])
    return len(labels) > 1 and labels[-1].isalnum() and not any(re.search(_OPEN, label) for label in labels)


def _is_called(words: tuple[str, ...]) -> bool:
    if words in _WHOLE or words[-1] in ("webhook", "callback"):
        return True
    return words[-1] in _ADDRESS and any(word in _CALLED for word in words[:-1])


RULE = Rule("ssrf-url-input", Severity.WARNING, __doc__, check)
