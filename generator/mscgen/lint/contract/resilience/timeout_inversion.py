"""One call may take as long as the whole operation that makes it.

## What it checks
The timeout of every declared call is shorter than the deadline of the operation or consumer that makes it. Calls
whose policy says nothing have 1s.

## Why it matters
The operation's own deadline always ends the call first: the timeout, the fallback and the error mapping of the call
never happen, and the caller sees DEADLINE_EXCEEDED of the wrong service.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    deadline: 1s
    calls: [payment.Authorize]
dependencies:
  payment:
    contract: ../payment-service/contract.yaml
    operations:
      Authorize: {timeout: 3s, attempts: 1}
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    deadline: 4s
    calls: [payment.Authorize]
dependencies:
  payment:
    contract: ../payment-service/contract.yaml
    operations:
      Authorize: {timeout: 3s, attempts: 1}
```

## References
- Google SRE book, chapter 22: Addressing Cascading Failures, deadlines
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Note, Severity
from mscgen.lint.budget import inversions, policy_of, work
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.service import Service


def check(service: Service) -> Iterator[Finding]:
    for item in work(service):
        for worst in inversions(item, service):
            call = worst.call
            timeout = policy_of(call, service).declared.get("timeout")
            yield Finding(
                call.span,
                f"{item.title} has {seconds(item.deadline)} and one call alone may take {seconds(worst.seconds)}",
                f"give {call.dependency}.{call.operation} a shorter `timeout`, or {item.title} a longer `deadline`",
                worst.text,
                (Note(timeout, "the timeout is set here"),) if timeout else (),
            )


RULE = Rule("timeout-inversion", Severity.ERROR, __doc__, check)
