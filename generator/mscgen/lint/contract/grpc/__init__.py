"""Messages and streams: what gRPC can carry and keep open."""

from mscgen.lint.contract.grpc import (
    message_over_limit,
    operation_without_transport,
    stream_idempotency,
    stream_unbounded,
)

RULES = (
    message_over_limit.RULE,
    operation_without_transport.RULE,
    stream_idempotency.RULE,
    stream_unbounded.RULE,
)
