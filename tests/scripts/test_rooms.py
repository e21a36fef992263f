"""Each run has a database, a Redis database and a vhost of its own, and leaves none behind."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.scripts.conftest import HELLO, Programs, listener

TAG = f"scrm{os.getpid()}"
FOUND = {
    "DATABASE_URL": "mysql://root@127.0.0.1:3306/scrm",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "BROKER_URL": "amqp://ann:pw@127.0.0.1:5672//",
}
Load = Callable[[str], Any]


class Dropped(list[str]):
    """Stands for the database: the statements that it was given."""

    def __enter__(self) -> "Dropped":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def cursor(self) -> "Dropped":
        return self

    execute = list.append


@pytest.fixture
def dropped() -> Dropped:
    return Dropped()


@pytest.fixture
def rooms(scripts: Load, programs: Programs, dropped: Dropped, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module; the broker answers on every vhost, Redis has every database free."""
    module = scripts("rooms")
    monkeypatch.setattr(module.probes, "connect_mysql", lambda _url: dropped)
    monkeypatch.setattr(module.probes, "answers", lambda _name, _url: True)
    monkeypatch.setattr(module, "_free_redis", lambda url, place: url.replace("/0", f"/{15 - place}"))
    return module


def test_a_run_gets_names_that_carry_its_process_number(rooms: Any, programs: Programs) -> None:
    programs.add("rabbitmqctl")
    with rooms.own_rooms(FOUND) as environment:
        assert environment == {
            "DATABASE_URL": FOUND["DATABASE_URL"],
            "TEST_DATABASE_NAME": f"test_{TAG}",
            "REDIS_URL": "redis://127.0.0.1:6379/15",
            "BROKER_URL": f"amqp://ann:pw@127.0.0.1:5672/{TAG}",
            "EVENT_QUEUE": f"{TAG}.events",
            "TASK_QUEUE": f"{TAG}.tasks",
        }


def test_two_runs_of_one_process_share_nothing(rooms: Any, programs: Programs) -> None:
    programs.add("rabbitmqctl")
    with rooms.own_rooms(FOUND) as one, rooms.own_rooms(FOUND, 1) as other:
        assert {name for name in one if one[name] == other[name]} == {"DATABASE_URL"}
    assert f"rabbitmqctl -q delete_vhost {TAG}_1" in programs.calls


def test_the_vhost_is_made_opened_to_the_urls_user_and_removed(rooms: Any, programs: Programs) -> None:
    programs.add("rabbitmqctl")
    with rooms.own_rooms(FOUND):
        assert programs.calls == [
            f"rabbitmqctl -q add_vhost {TAG}",
            f"rabbitmqctl -q set_permissions -p {TAG} ann .* .* .*",
        ]
    assert programs.calls[2:] == [f"rabbitmqctl -q delete_vhost {TAG}"]


def test_the_database_is_dropped_at_the_end_and_no_other(rooms: Any, programs: Programs, dropped: Dropped) -> None:
    with rooms.own_rooms(FOUND):
        assert dropped == []
    assert dropped == [f"DROP DATABASE IF EXISTS `test_{TAG}`"]


def test_a_run_that_breaks_off_is_tidied_up_too(rooms: Any, programs: Programs, dropped: Dropped) -> None:
    programs.add("rabbitmqctl")
    with pytest.raises(KeyboardInterrupt), rooms.own_rooms(FOUND):
        raise KeyboardInterrupt
    assert dropped == [f"DROP DATABASE IF EXISTS `test_{TAG}`"]
    assert programs.calls[-1] == f"rabbitmqctl -q delete_vhost {TAG}"


def test_without_the_brokers_tool_the_queues_names_must_do(rooms: Any) -> None:
    with rooms.own_rooms(FOUND) as environment:
        assert environment["BROKER_URL"] == FOUND["BROKER_URL"]
        assert environment["EVENT_QUEUE"] == f"{TAG}.events"


def test_a_tool_that_may_not_make_a_vhost_changes_nothing(rooms: Any, programs: Programs) -> None:
    programs.add("rabbitmqctl", code=77)
    with rooms.own_rooms(FOUND) as environment:
        assert environment["BROKER_URL"] == FOUND["BROKER_URL"]
    assert programs.calls == [f"rabbitmqctl -q add_vhost {TAG}"]


def test_a_tool_that_speaks_to_another_broker_takes_its_vhost_back(
    rooms: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.add("rabbitmqctl")
    monkeypatch.setattr(rooms.probes, "answers", lambda _name, url: not url.endswith(TAG))
    with rooms.own_rooms(FOUND) as environment:
        assert environment["BROKER_URL"] == FOUND["BROKER_URL"]
    assert [call.split()[2] for call in programs.calls] == ["add_vhost", "set_permissions", "delete_vhost"]


def test_a_url_without_a_user_means_the_guest(rooms: Any, programs: Programs) -> None:
    programs.add("rabbitmqctl")
    with rooms.own_rooms(FOUND | {"BROKER_URL": "amqp://127.0.0.1:5672//"}):
        assert programs.calls[1].split()[-4:] == ["guest", ".*", ".*", ".*"]


@pytest.mark.parametrize(
    ("url", "path", "moved"),
    [
        ("redis://h:6379/0", "15", "redis://h:6379/15"),
        ("redis://:pw@h/0?timeout=2", "3", "redis://:pw@h/3?timeout=2"),
        ("amqp://u:p@h:5672//", "scrm1", "amqp://u:p@h:5672/scrm1"),
        ("amqp://u:p@h", "scrm1", "amqp://u:p@h/scrm1"),
    ],
)
def test_only_the_path_of_an_address_is_changed(rooms: Any, url: str, path: str, moved: str) -> None:
    assert rooms.vhosts.with_path(url, path) == moved


def keyed_redis(filled: set[int]) -> Callable[[bytes], bytes]:
    """A Redis whose databases of these numbers hold keys. Each connection selects one, as the client does."""
    chosen: list[int] = [0]

    def answer(asked: bytes) -> bytes:
        words = [w.decode() for w in asked.split(b"\r\n") if w and w[:1] not in b"*$"]
        replies = []
        for place, word in enumerate(words):
            if word.upper() == "SELECT":
                chosen[0] = int(words[place + 1])
                replies.append(b"+OK\r\n")
            elif word.upper() == "DBSIZE":
                replies.append(b":7\r\n" if chosen[0] in filled else b":0\r\n")
            elif word.upper() == "CLIENT":
                replies.append(b"+OK\r\n")
            elif word.upper() == "HELLO":
                replies.append(HELLO)
        return b"".join(replies)

    return answer


@pytest.mark.parametrize(
    ("filled", "number"),
    [(set(), 15), ({15}, 14), ({15, 14, 13}, 12), (set(range(2, 16)), 1), (set(range(1, 16)), 0)],
)
def test_the_last_empty_redis_database_is_taken_and_the_named_one_where_none_is(
    scripts: Load, filled: set[int], number: int
) -> None:
    with listener(keyed_redis(filled)) as port:
        free = scripts("rooms")._free_redis(f"redis://127.0.0.1:{port}/0")
    assert free == f"redis://127.0.0.1:{port}/{number}"


@pytest.mark.parametrize(("filled", "number"), [(set(), 14), ({15, 14}, 12), (set(range(2, 16)), 0)])
def test_a_second_run_takes_the_empty_redis_database_before_that(scripts: Load, filled: set[int], number: int) -> None:
    with listener(keyed_redis(filled)) as port:
        free = scripts("rooms")._free_redis(f"redis://127.0.0.1:{port}/0", 1)
    assert free == f"redis://127.0.0.1:{port}/{number}"
