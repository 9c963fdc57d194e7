"""An operation that changes something is declared safe, or is reached by GET or HEAD.

## What it checks
An operation on GET or HEAD, or with `idempotency: safe`, emits events or states that it is `keyed` or `none`.

## Why it matters
GET is prefetched by browsers, crawled, cached by proxies and re-sent by every HTTP library without asking; so is any
operation declared safe by our own client. Each time the effect happens again.

## Bad
```yaml
operations:
  ConfirmEmail:
    http: GET /v1/confirmation
    request: {code: uuid}
    emits: [EmailConfirmed]
publishes:
  EmailConfirmed:
    payload: {code: uuid}
    key: code
```

## Good
```yaml
operations:
  ConfirmEmail:
    http: POST /v1/confirmations
    request: {code: uuid}
    idempotency: natural
    emits: [EmailConfirmed]
publishes:
  EmailConfirmed:
    payload: {code: uuid}
    key: code
```

## References
- RFC 9110 §9.2.1, Safe methods
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.model.operation import IdempotencyMode, Operation
from mscgen.model.service import Service

_UNSAFE_MODES = (IdempotencyMode.KEYED, IdempotencyMode.NONE)


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        promise = _promise(op)
        if not promise:
            continue
        if op.emits:
            span, effect = op.declared.get("emits", op.span), f"emits {', '.join(op.emits)}"
        elif op.idempotency.mode in _UNSAFE_MODES and "idempotency" in op.declared:
            span, effect = op.declared["idempotency"], f"says that it is {op.idempotency.mode.value}"
        else:
            continue
        yield Finding(
            span,
            f"{op.name.raw} is {promise} and {effect}",
            "use POST, or PUT for a replacement, and state the idempotency",
            "a prefetch, a crawler or a retry does it again",
        )


def _promise(op: Operation) -> str:
    reads = [r.method for r in (op.http.route, *op.http.also) if r.method in ("GET", "HEAD")] if op.http else []
    if reads:
        return f"reached by {reads[0]}"
    return "declared safe" if op.idempotency.mode is IdempotencyMode.SAFE and "idempotency" in op.declared else ""


RULE = Rule("unsafe-safe-method", Severity.ERROR, __doc__, check)
