"""An event is not named after something that has happened.

## What it checks
No word of a published event's name is a past participle (`Placed`, `Captured`, `Sent`).

## Why it matters
An event is a fact. `PlaceOrder` on a topic reads as a command, and consumers will treat it as one: coupled to the
sender, wrong when replayed. A fact that is a state says so with a verb too: `StockFellBelowMinimum`, `LimitReached`.

## Bad
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    emits: [PlaceOrder]
publishes:
  PlaceOrder:
    payload: {order_id: uuid}
    key: order_id
```

## Good
```yaml
operations:
  CreateOrder:
    http: POST /v1/orders
    idempotency: keyed
    emits: [OrderPlaced]
publishes:
  OrderPlaced:
    payload: {order_id: uuid}
    key: order_id
```

## References
- Evans, Domain-Driven Design Reference (2015): Domain Events
- Zalando RESTful API guidelines, event type names
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.words import PARTICIPLES, VERBS
from mscgen.model.names import split_words
from mscgen.model.service import Service

_IRREGULAR_PAST_TEXT = """
became began came fell froze gave grew ran rose sank spoke stole took went woke
"""
_IRREGULAR_PAST = frozenset(_IRREGULAR_PAST_TEXT.split())


def check(service: Service) -> Iterator[Finding]:
    for event in service.publishes:
        words = split_words(event.name.raw)
        if any(_past(word.lower()) for word in words):
            continue
        yield Finding(
            event.span,
            f"{event.name.raw} does not say what has happened",
            f"name the fact: {_better(words)}",
            "an event is past tense",
        )


def _past(word: str) -> bool:
    return (word.endswith("ed") and word not in ("feed", "seed", "need", "speed")) or (
        word in PARTICIPLES or word in _IRREGULAR_PAST
    )


def _better(words: list[str]) -> str:
    verb = words[0].lower()
    if len(words) > 1 and verb in VERBS:
        return f"`{''.join(words[1:])}{_participle(verb).capitalize()}`"
    return f"`{''.join(words)}Changed`, or whatever took place"


def _participle(verb: str) -> str:
    if verb in PARTICIPLES:
        return verb
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2:-1] not in "aeou" else verb + "ed"


RULE = Rule("event-past-tense", Severity.WARNING, __doc__, check)
