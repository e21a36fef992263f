"""A cache that is never in the way: with Redis gone, hung, full or flushed it says "not there" and nobody waits.

What each function returns when Redis doesn't answer: ``get_bytes`` None, ``set_bytes`` False, ``add`` None,
``increment`` None, ``run_script`` None, ``forget`` False. The first caller to find Redis hung waits 100 ms; then nobody
does until a probe in the background has had an answer. Without REDIS_URL the same functions work on this one
process' memory.

The commands go over one connection a thread, past the client's pool and Django's cache: a quarter of the CPU of
``cache.get``, and a miss can be told from a fault (docs/decisions/0008-versioned-cache-keys.md).
"""

import os
import threading
from collections.abc import Sequence
from functools import cache as once
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.core.cache import cache as local_cache
from redis.connection import Connection, parse_url
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from core import metrics
from core.breaker import Breaker

TIMEOUT = 0.1
PROBE_EVERY = 0.5
_log = structlog.get_logger("scrm.cache")


def get_bytes(key: str) -> bytes | None:
    """The stored bytes, or None: not there, or no Redis."""
    return _store().get_bytes(key)


def set_bytes(key: str, value: bytes, seconds: int) -> bool:
    """Store for so many seconds. False when Redis is gone or full; nothing needs doing then."""
    return _store().set_bytes(key, value, seconds)


def add(key: str, seconds: int) -> bool | None:
    """Claim a key: True for the first caller, False while it is held, None when nobody can know."""
    return _store().add(key, seconds)


def increment(key: str, by: int, seconds: int) -> int | None:
    """Add to a counter and return its new value, None when nobody can know.

    It lives at least ``seconds`` from its first increment: a counter of a window names the window in its key.
    """
    return _store().increment(key, by, seconds)


def run_script(source: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
    """What a Lua script answers, None when nobody can know. Without REDIS_URL nobody can."""
    return _store().run_script(source, keys, arguments)


def forget(keys: Sequence[str]) -> bool:
    """Delete what is stored under these keys. False when Redis is gone: what it holds ends by itself."""
    return _store().forget(keys)


def available() -> bool:
    """Whether the cache answers now: one real round trip, at most 100 ms."""
    return _store().available()


class Store(Protocol):
    """What both kinds of memory do."""

    def get_bytes(self, key: str) -> bytes | None: ...
    def set_bytes(self, key: str, value: bytes, seconds: int) -> bool: ...
    def add(self, key: str, seconds: int) -> bool | None: ...
    def increment(self, key: str, by: int, seconds: int) -> int | None: ...
    def run_script(self, source: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any: ...
    def forget(self, keys: Sequence[str]) -> bool: ...
    def available(self) -> bool: ...


class LocalStore:
    """The memory of this process, for the embedded mode."""

    def get_bytes(self, key: str) -> bytes | None:
        return local_cache.get(key)

    def set_bytes(self, key: str, value: bytes, seconds: int) -> bool:
        local_cache.set(key, value, seconds)
        return True

    def add(self, key: str, seconds: int) -> bool:
        return local_cache.add(key, 1, seconds)

    def increment(self, key: str, by: int, seconds: int) -> int:
        local_cache.add(key, 0, seconds)
        try:
            return local_cache.incr(key, by)
        except ValueError:
            # It ended between the two lines: the count starts anew.
            local_cache.set(key, by, seconds)
            return by

    def run_script(self, source: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        return None

    def forget(self, keys: Sequence[str]) -> bool:
        local_cache.delete_many(keys)
        return True

    def available(self) -> bool:
        return True


class RedisStore:
    """Redis behind a breaker."""

    def __init__(self, url: str, prefix: str, breaker: Breaker | None = None) -> None:
        self._prefix = prefix
        self._breaker = breaker or Breaker(failures=1, rest=PROBE_EVERY)
        options = parse_url(url)
        self._make = options.pop("connection_class", Connection)
        # The old protocol and no introduction: a new connection costs one round trip instead of three.
        quiet = {"protocol": 2, "driver_info": None}
        self._options = options | quiet | {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
        self._mine = threading.local()

    def get_bytes(self, key: str) -> bytes | None:
        found = self._ask(("GET", self._prefix + key))
        return found[0] if found else None

    def set_bytes(self, key: str, value: bytes, seconds: int) -> bool:
        return self._ask(("SET", self._prefix + key, value, "EX", seconds)) is not None

    def add(self, key: str, seconds: int) -> bool | None:
        found = self._ask(("SET", self._prefix + key, 1, "NX", "EX", seconds))
        return None if found is None else found[0] is not None

    def increment(self, key: str, by: int, seconds: int) -> int | None:
        name = self._prefix + key
        found = self._ask(("INCRBY", name, by), ("EXPIRE", name, seconds))
        return found[0] if found else None

    def run_script(self, source: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        found = self._ask(("EVAL", source, len(keys), *(self._prefix + key for key in keys), *arguments))
        return found[0] if found else None

    def forget(self, keys: Sequence[str]) -> bool:
        return self._ask(("DEL", *(self._prefix + key for key in keys))) is not None

    def available(self) -> bool:
        return self._try([("PING",)]) is not None

    def _ask(self, *commands: tuple[Any, ...]) -> list[Any] | None:
        if self._breaker.closed:
            return self._try(commands)
        if self._breaker.claim_probe():
            threading.Thread(target=self._try, args=([("PING",)],), daemon=True).start()
        return None

    def _try(self, commands: Sequence[tuple[Any, ...]]) -> list[Any] | None:
        try:
            found = self._talk(commands)
        except ResponseError as error:
            # Full, or read-only: it answers, so the next read may well succeed.
            metrics.CACHE_FAULTS.inc()
            _log.warning("cache_refused", kind=type(error).__name__)
            return None
        except (RedisError, OSError) as error:
            metrics.CACHE_FAULTS.inc()
            if self._breaker.failed():
                _log.error("cache_lost", kind=type(error).__name__)
            return None
        if self._breaker.succeeded():
            _log.info("cache_back")
        return found

    def _talk(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        try:
            return self._exchange(commands)
        except RedisConnectionError:
            # A connection that was idle over a restart of Redis is dead without knowing it: a new one decides.
            return self._exchange(commands)

    def _exchange(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        connection = self._connection()
        try:
            if len(commands) == 1:
                connection.send_command(*commands[0])
                return [connection.read_response()]
            connection.send_packed_command(connection.pack_commands(commands))
            return [connection.read_response() for _ in commands]
        except BaseException:
            # An answer left unread would be the next caller's.
            connection.disconnect()
            raise

    def _connection(self) -> Any:
        mine = self._mine
        if getattr(mine, "pid", None) != os.getpid():
            # New thread, or a fork that must not share its parent's socket.
            mine.pid, mine.connection = os.getpid(), self._make(**self._options)
        return mine.connection


@once
def _store() -> Store:
    if not settings.REDIS_URL:
        return LocalStore()
    return RedisStore(settings.REDIS_URL, f"{settings.CACHES['default']['KEY_PREFIX']}:")
