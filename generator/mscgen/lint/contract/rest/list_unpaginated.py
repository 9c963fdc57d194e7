"""An operation answers with a list that has no end and no pages.

## What it checks
An operation named List…, Search…, Query…, Find… or Browse…, or one whose whole answer is a list, returns a list
without an upper bound, has no `paginate:`, and takes no field such as `limit`, `page` or `cursor` either.

## Why it matters
The list is short on the first day. Later it runs into the deadline and the message limit, for the best customer
first. Adding pages afterwards breaks every client that reads only one answer.

## Bad
```yaml
types:
  Order: {order_id: uuid}
operations:
  ListOrders:
    http: GET /v1/orders
    response: {orders: list<Order>}
```

## Good
```yaml
types:
  Order: {order_id: uuid}
operations:
  ListOrders:
    http: GET /v1/orders
    response: {orders: list<Order>}
    paginate: orders
```

## References
- AIP-158, Pagination
- Zalando RESTful API guidelines, rule 159
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.places import follow, record_of
from mscgen.lint.rule import Finding, Rule
from mscgen.model.names import split_words
from mscgen.model.operation import Kind, Operation
from mscgen.model.service import Service
from mscgen.model.types import ListType, TypeRef

_LISTING = frozenset({"List", "Search", "Query", "Find", "Browse"})
_PAGED_BY_HAND = frozenset({"limit", "page", "page_number", "page_size", "page_token", "cursor", "offset", "after"})


def check(service: Service) -> Iterator[Finding]:
    for op in service.operations:
        if op.paginate is not None or op.kind is not Kind.UNARY or op.response is None or op.compose:
            continue
        if any(field.name.raw in _PAGED_BY_HAND for field in op.request.fields):
            continue
        for title, help in _endless(op, service):
            yield Finding(
                op.declared.get("response", op.span),
                f"{op.name.raw} answers with all of {title} at once",
                help,
                "grows until it meets the deadline or the message limit",
            )


def _endless(op: Operation, service: Service) -> Iterator[tuple[str, str]]:
    """Each endless list of the answer: what it is called, and what to do about it."""
    assert op.response is not None
    if _is_endless(op.response, service):
        yield (
            "its list",
            "answer with a record and pages: `response: {items: list<…>}` and `paginate: items`, or bound the list",
        )
    record = record_of(op.response, service)
    if record is None or split_words(op.name.raw)[0] not in _LISTING:
        return
    for field in record.fields:
        if _is_endless(field.type, service):
            name = field.name.raw
            yield name, f"add `paginate: {name}`, or bound the list: `list<…>(..100)`"


def _is_endless(type: TypeRef, service: Service) -> bool:
    type = follow(type, service)
    return isinstance(type, ListType) and type.range.max is None


RULE = Rule("list-unpaginated", Severity.WARNING, __doc__, check)
