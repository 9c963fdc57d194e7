"""Idempotency keys in Redis: the weaker mode.

Lease, completion and release are atomic, but an effect elsewhere and the completion of its key
are not one transaction: a crash between them leaves the key leased, and a retry after the lease
runs the operation again. A Redis that evicts keys or loses its last second of writes forgets
outcomes early.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import redis.asyncio
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from ..errors import KeyReused, LeaseLost, StoreUnavailable
from .detached import begin_or_give_back, finish
from .machine import ABANDONED_FOR, Begun, Outcome, Replay, in_use, new_token

# KEYS[1]; ARGV: token, fingerprint, lease in ms, ms to keep the record.
# The rules are `machine.decide`'s; the clock is the server's.
_BEGIN: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local r = redis.call('HMGET', KEYS[1], 'state', 'token', 'fingerprint', 'until',
    'status', 'body', 'metadata', 'error')
if r[1] then
    local left = tonumber(r[4]) - now
    if r[1] == 'leased' or left > 0 then
        if r[3] ~= ARGV[2] then return {'reused'} end
        if r[1] == 'done' then return {'replay', r[5], r[6], r[7], r[8]} end
        if left > 0 then return {'in_use', left} end
    end
    redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], 'state', 'leased', 'token', ARGV[1], 'fingerprint', ARGV[2],
    'until', string.format('%.0f', now + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'begun'}
"""
# KEYS[1]; ARGV: token, ttl in ms, status, body, metadata, error. 0: another holds the key.
_COMPLETE: Final = """
local r = redis.call('HMGET', KEYS[1], 'state', 'token')
if r[1] ~= 'leased' or r[2] ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'state', 'done', 'until', string.format('%.0f', now + ARGV[2]),
    'status', ARGV[3], 'body', ARGV[4], 'metadata', ARGV[5], 'error', ARGV[6])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
# KEYS[1]; ARGV: token.
_RELEASE: Final = """
local r = redis.call('HMGET', KEYS[1], 'state', 'token')
if r[1] == 'leased' and r[2] == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""

_log = structlog.get_logger(__name__)


class RedisStore:
    """Keys in Redis, removed by Redis itself when they are over."""

    transactional = False

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "msc:idempotency:",
        connections: int = 32,
        wait: float = 2.0,
    ) -> None:
        """url: `redis://…`. prefix: of every key. connections: at most.

        wait: seconds for a connection, and again for an answer.
        """
        self._prefix = prefix.encode()
        # A blind second send of a script could outlive its caller; a failure is answered with 503.
        pool = redis.asyncio.BlockingConnectionPool.from_url(
            url,
            max_connections=connections,
            timeout=wait,
            socket_timeout=wait,
            socket_connect_timeout=wait,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis = redis.asyncio.Redis.from_pool(pool)
        self._patience = 3 * wait  # for a connection, for opening it, for an answer
        self._closed = False
        self._begin_script = self._redis.register_script(_BEGIN)
        self._complete_script = self._redis.register_script(_COMPLETE)
        self._release_script = self._redis.register_script(_RELEASE)

    async def open(self) -> None:
        """Connects; says so in the log if the server may evict keys. Raises StoreUnavailable."""
        with _answering():
            try:
                memory = await self._redis.info("memory")
            except ResponseError:
                # This user may not ask, or the server is not quite Redis; that it answers is
                # enough.
                return
        if memory.get("maxmemory") and memory.get("maxmemory_policy") != "noeviction":
            _log.warning("redis may evict idempotency keys", policy=memory["maxmemory_policy"])

    async def close(self) -> None:
        """Disconnects."""
        self._closed = True
        await self._redis.aclose()

    async def check(self) -> None:
        """Returns if the server answers. Raises StoreUnavailable."""
        with _answering():
            await self._redis.ping()

    async def begin(self, scope: bytes, fingerprint: bytes, lease: float) -> Begun | Replay:
        """See `Store.begin`."""
        begin = self._begin(scope, fingerprint, lease)
        return await begin_or_give_back(begin, self.release, self._patience)

    async def _begin(self, scope: bytes, fingerprint: bytes, lease: float) -> Begun | Replay:
        begun = Begun(scope, new_token())
        answer = await self._call(
            self._begin_script,
            scope,
            begun.token,
            fingerprint,
            _ms(lease),
            _ms(lease + ABANDONED_FOR),
        )
        match answer:
            case [b"begun"]:
                return begun
            case [b"replay", status, body, metadata, error]:
                pairs = tuple((name, value) for name, value in json.loads(metadata))
                return Replay(Outcome(int(status), body, pairs, error == b"1"))
            case [b"in_use", left]:
                raise in_use(left / 1000)
            case _:
                raise KeyReused

    async def complete(self, begun: Begun, outcome: Outcome, ttl: float) -> None:
        """See `Store.complete`."""
        await finish(self._complete(begun, outcome, ttl), self._patience)
        begun.completed = True

    async def _complete(self, begun: Begun, outcome: Outcome, ttl: float) -> None:
        held = await self._call(
            self._complete_script,
            begun.scope,
            begun.token,
            _ms(ttl),
            outcome.status,
            outcome.body,
            json.dumps(outcome.metadata),
            int(outcome.error),
        )
        if not held:
            raise LeaseLost

    async def release(self, begun: Begun) -> None:
        """See `Store.release`."""
        call = self._call(self._release_script, begun.scope, begun.token)
        await finish(call, self._patience)

    async def purge(self, limit: int) -> int:
        """Nothing to do: Redis drops keys that are over."""
        return 0

    async def _call(self, script: Any, scope: bytes, *arguments: bytes | str | int) -> Any:
        if self._closed:
            raise StoreUnavailable("The key store is closed.")
        with _answering():
            return await script(keys=[self._prefix + scope.hex().encode()], args=arguments)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreUnavailable("The key store cannot be used at the moment.") from error
