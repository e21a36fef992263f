import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from core import safe_cache
from core.breaker import Breaker
from core.safe_cache import LocalStore, RedisStore
from tests.faults.private import PrivateRedis, free_port, wait_for


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateRedis]:
    redis = PrivateRedis()
    redis.start()
    yield redis
    redis.remove()


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> safe_cache.Store:
    if request.param == "memory":
        return LocalStore()
    server = request.getfixturevalue("server")
    return RedisStore(server.url, f"{time.monotonic_ns()}:")


def test_what_was_stored_comes_back_byte_for_byte(store: safe_cache.Store) -> None:
    body = "😀 张三".encode() + bytes(range(256))
    assert store.set_bytes("k", body, 60)
    assert store.get_bytes("k") == body


def test_what_was_never_stored_is_none(store: safe_cache.Store) -> None:
    assert store.get_bytes("absent") is None


def test_the_first_to_claim_a_key_has_it(store: safe_cache.Store) -> None:
    assert [store.add("claim", 60) for _ in range(3)] == [True, False, False]


def test_a_counter_starts_at_nothing_and_adds_up(store: safe_cache.Store) -> None:
    assert [store.increment("n", by, 60) for by in (1, 5, 2)] == [1, 6, 8]


def test_an_entry_ends_when_its_time_is_over(store: safe_cache.Store) -> None:
    store.set_bytes("short", b"x", 1)
    wait_for(lambda: store.get_bytes("short") is None, 3, "the entry's end")


def test_a_counter_is_not_kept_for_ever(server: PrivateRedis) -> None:
    store = RedisStore(server.url, "ttl:")
    store.increment("n", 1, 120)
    assert store._try([("TTL", "ttl:n")]) == [120]


def test_a_script_answers_what_it_returns_and_finds_its_keys_under_the_prefix(server: PrivateRedis) -> None:
    store = RedisStore(server.url, "script:")
    store.set_bytes("k", b"41", 60)
    assert store.run_script("return redis.call('GET', KEYS[1]) + ARGV[1]", ["k"], [1]) == 42


def test_a_script_is_nobodys_to_run_without_redis() -> None:
    assert LocalStore().run_script("return 1", [], []) is None
    assert RedisStore(f"redis://127.0.0.1:{free_port()}/0", "x:").run_script("return 1", [], []) is None


def test_a_store_that_works_says_so(store: safe_cache.Store) -> None:
    assert store.available() is True


def test_two_threads_never_read_each_others_answers(server: PrivateRedis) -> None:
    store, mixed = RedisStore(server.url, "threads:"), []

    def work(n: int) -> None:
        for i in range(300):
            body = f"{n}.{i}".encode()
            store.set_bytes(f"k{n}", body, 60)
            if store.get_bytes(f"k{n}") != body:
                mixed.append((n, i))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mixed == []


def test_an_interrupted_command_leaves_no_answer_for_the_next(
    server: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RedisStore(server.url, "cut:")
    store.set_bytes("mine", b"mine", 60)
    store.set_bytes("other", b"other", 60)
    connection = store._connection()
    read = connection.read_response
    monkeypatch.setattr(connection, "read_response", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        store.get_bytes("other")
    monkeypatch.setattr(connection, "read_response", read)
    assert store.get_bytes("mine") == b"mine"


def test_a_forked_child_talks_over_a_connection_of_its_own(server: PrivateRedis) -> None:
    store = RedisStore(server.url, "fork:")
    store.set_bytes("k", b"before", 60)
    child = os.fork()
    if child == 0:
        os._exit(0 if store.get_bytes("k") == b"before" and store.set_bytes("child", b"1", 60) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert store.get_bytes("k") == b"before"
    assert store.get_bytes("child") == b"1"


class TestWithoutRedis:
    """Each answer is the one that the module's docstring promises."""

    def test_nobody_home_answers_not_there(self) -> None:
        store = RedisStore(f"redis://127.0.0.1:{free_port()}/0", "x:")
        assert _answers(store) == (None, False, None, None)
        assert store.available() is False

    def test_a_refusal_such_as_full_memory_is_not_there_and_reads_go_on(self, server: PrivateRedis) -> None:
        store = RedisStore(server.url, "full:")
        store.set_bytes("old", b"old", 60)
        store._try([("CONFIG", "SET", "maxmemory", "1")])
        try:
            assert store.set_bytes("new", b"n" * 10_000, 60) is False
            assert store.increment("count", 1, 60) is None
            assert store.get_bytes("old") == b"old"
        finally:
            store._try([("CONFIG", "SET", "maxmemory", "0")])
        assert store.set_bytes("new", b"new", 60) is True

    def test_a_restart_while_idle_costs_no_failure(self) -> None:
        redis = PrivateRedis()
        redis.start()
        try:
            store = RedisStore(redis.url, "x:")
            store.set_bytes("k", b"v", 60)
            redis.kill()
            redis.start()
            assert store.set_bytes("k", b"again", 60) is True
            assert store._breaker.closed
        finally:
            redis.remove()

    def test_a_flush_is_a_miss(self, server: PrivateRedis) -> None:
        store = RedisStore(server.url, "flush:")
        store.set_bytes("k", b"v", 60)
        store._try([("FLUSHALL",)])
        assert store.get_bytes("k") is None
        assert store._breaker.closed

    def test_a_hung_server_is_asked_once_and_then_by_a_probe_in_the_background(self) -> None:
        redis, clock = PrivateRedis(), [0.0]
        redis.start()
        try:
            store = RedisStore(redis.url, "x:", Breaker(failures=1, rest=10, clock=lambda: clock[0]))
            store.set_bytes("k", b"v", 60)
            redis.signal(signal.SIGSTOP)
            asked = _count_commands(store)
            assert [_answers(store) for _ in range(100)] == [(None, False, None, None)] * 100
            assert asked == [("GET", "x:k")]
            redis.signal(signal.SIGCONT)
            clock[0] += 11
            assert store.get_bytes("k") is None
            wait_for(lambda: store._breaker.closed, 5, "the probe closing the breaker")
            assert store.get_bytes("k") == b"v"
        finally:
            redis.remove()

    def test_while_it_stays_hung_no_caller_ever_waits_for_the_probe(self) -> None:
        redis, clock = PrivateRedis(), [0.0]
        redis.start()
        try:
            store = RedisStore(redis.url, "x:", Breaker(failures=1, rest=10, clock=lambda: clock[0]))
            redis.signal(signal.SIGSTOP)
            store.get_bytes("k")
            callers = []
            plain = store._try
            store._try = lambda commands: (callers.append(threading.current_thread()), plain(commands))[1]  # type: ignore
            for _ in range(3):
                clock[0] += 11
                assert store.get_bytes("k") is None
            assert threading.main_thread() not in callers
        finally:
            redis.remove()


def _answers(store: RedisStore) -> tuple[object, ...]:
    return store.get_bytes("k"), store.set_bytes("k", b"v", 60), store.add("a", 60), store.increment("n", 1, 60)


def _count_commands(store: RedisStore) -> list:
    asked: list = []
    plain = store._talk
    store._talk = lambda commands: (asked.extend(commands), plain(commands))[1]  # type: ignore[method-assign]
    return asked
