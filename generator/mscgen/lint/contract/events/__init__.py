"""Events: order, duplicates, and what becomes of the ones that fail."""

from mscgen.lint.contract.events import (
    consumer_too_slow,
    consumer_without_dead_letter,
    consumer_without_dedup,
    dual_write,
    event_loop,
    event_never_emitted,
    event_without_key,
    topic_separators,
)

RULES = (
    consumer_too_slow.RULE,
    consumer_without_dead_letter.RULE,
    consumer_without_dedup.RULE,
    dual_write.RULE,
    event_loop.RULE,
    event_never_emitted.RULE,
    event_without_key.RULE,
    topic_separators.RULE,
)
