"""A consumer may work on one event for longer than the broker waits.

## What it checks
`attempts × deadline + backoffs` of a subscription is at most 150 s: half of Kafka's `max.poll.interval.ms` of 300 s,
and far below RabbitMQ's acknowledgement timeout of 30 min.

## Why it matters
The broker takes a consumer that does not come back for dead and gives its partitions to another one, which starts
with the same event and is taken for dead in turn. The group rebalances in a loop and consumes nothing.

## Bad
```yaml
operations:
  Ping:
    http: GET /v1/ping
subscribes:
  VideoUploaded:
    topic: video.uploaded.v1
    payload: {video_id: uuid}
    deadline: 2m
    retry: {attempts: 3}
```

## Good
```yaml
operations:
  Ping:
    http: GET /v1/ping
subscribes:
  VideoUploaded:
    topic: video.uploaded.v1
    payload: {video_id: uuid}
    deadline: 20s
    retry: {attempts: 3}
```

## References
- Apache Kafka, consumer configuration: max.poll.interval.ms
- RabbitMQ, consumers: delivery acknowledgement timeout
"""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Severity
from mscgen.lint.budget import backoff_bounds
from mscgen.lint.rule import Finding, Rule
from mscgen.lint.units import seconds
from mscgen.model.service import Service

_LONGEST = 150.0


def check(service: Service) -> Iterator[Finding]:
    for s in service.subscribes:
        waits = sum(backoff_bounds(s.backoff, s.attempts))
        total = s.attempts * s.deadline + waits
        if total > _LONGEST:
            arithmetic = f"{s.attempts} × {seconds(s.deadline)} + {seconds(waits)} of backoff = {seconds(total)}"
            yield Finding(
                s.declared.get("deadline", s.declared.get("retry", s.span)),
                f"{s.name.raw} may keep the broker waiting for {seconds(total)}",
                "shorten `deadline`, have fewer attempts, or accept the event and do the work later",
                f"{arithmetic}, half of Kafka's patience is {seconds(_LONGEST)}",
            )


RULE = Rule("consumer-too-slow", Severity.ERROR, __doc__, check)
