"""Retries have no pause or no budget to speak of.

## What it checks
The backoff of a policy starts above 0 and its cap is not below its base; the retry budget allows at most half of the
calls to be retries.

## Why it matters
Retries without a pause arrive while the callee still fails, and all callers at once. Without a budget a struggling
service gets twice or thrice its normal load at the moment when it can take least: the outage keeps itself alive.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    calls: [stock.Reserve]
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
    operations:
      Reserve: {timeout: 500ms, attempts: 2, backoff: {base: 0s, cap: 1s}}
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    calls: [stock.Reserve]
dependencies:
  stock:
    contract: ../stock-service/contract.yaml
    operations:
      Reserve: {timeout: 500ms, attempts: 2, backoff: {base: 50ms, cap: 1s}}
```

## References
- Google SRE book, chapter 22: retry budgets of 10 %
- AWS Builders' Library: Timeouts, retries and backoff with jitter
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity, Span
from mscgen.lint.budget import policies
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.policy import Backoff
from mscgen.model.service import Service

_LARGEST_RATIO = 0.5


def check(service: Service) -> Iterator[Finding]:
    for title, policy in policies(service):
        if policy.attempts > 1 and "backoff" in policy.declared:
            yield from _backoff(title, policy.backoff, policy.declared["backoff"])
        if "budget" in policy.declared and policy.budget.ratio > _LARGEST_RATIO:
            factor = f"{1 + policy.budget.ratio:.2f}".rstrip("0").rstrip(".")
            yield Finding(
                policy.declared["budget"],
                f"{title} lets {policy.budget.ratio:.0%} of the calls be retries",
                "a `ratio` of 0.1 is enough for single failures and stays harmless in an outage",
                f"a failing callee gets {factor} times its load",
            )
    for subscription in service.subscribes:
        if subscription.attempts > 1 and "retry" in subscription.declared:
            yield from _backoff(subscription.name.raw, subscription.backoff, subscription.declared["retry"])


def _backoff(title: str, backoff: Backoff, span: Span) -> Iterator[Finding]:
    if backoff.base <= 0:
        yield Finding(
            span,
            f"{title} retries without a pause",
            "start at 50ms: `backoff: {base: 50ms, cap: 1s}`",
            "all callers come back at once, while it still fails",
        )
    elif backoff.cap < backoff.base:
        yield Finding(
            span,
            f"the backoff of {title} is capped at {seconds(backoff.cap)}, below its base of {seconds(backoff.base)}",
            "let the cap be the longest wait: `backoff: {base: 50ms, cap: 1s}`",
        )


RULE = Rule("retry-undisciplined", Severity.ERROR, __doc__, check)
