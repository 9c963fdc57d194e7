"""Idempotency keys: `machine` holds the rules, the other modules one store each."""

from __future__ import annotations

from .machine import (
    LEASE_MARGIN,
    Begun,
    Fingerprint,
    Outcome,
    Replay,
    Settlement,
    Store,
    TransactionalStore,
    client_key,
    scope_key,
    settle,
)

__all__ = [
    "LEASE_MARGIN",
    "Begun",
    "Fingerprint",
    "Outcome",
    "Replay",
    "Settlement",
    "Store",
    "TransactionalStore",
    "client_key",
    "scope_key",
    "settle",
]
