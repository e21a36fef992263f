"""A service is at hand when it answers in its own language and lets this user in, and not sooner."""

import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.conftest import closed_port, listener, redis_answer

SCHEMES = {"DATABASE_URL": "mysql", "REDIS_URL": "redis", "BROKER_URL": "amqp"}
Load = Callable[[str], Any]


@pytest.fixture
def probes(scripts: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, with a folder of its own for what ``make services`` writes down."""
    module = scripts("probes")
    monkeypatch.setattr(module, "STARTED", tmp_path)
    return module


def refusal_of_mysql(code: int, text: str) -> bytes:
    """What a MySQL server sends instead of its greeting: an error packet."""
    body = b"\xff" + struct.pack("<H", code) + b"#HY000" + text.encode()
    return struct.pack("<I", len(body))[:3] + b"\x00" + body


@pytest.mark.parametrize("name", SCHEMES)
def test_where_nobody_listens_nothing_answers(probes: Any, name: str) -> None:
    assert probes.answers(name, f"{SCHEMES[name]}://127.0.0.1:{closed_port()}/0") is False


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x01\x02\x03\x04\x05\x06\x07", b""])
def test_a_listener_that_speaks_another_language_is_not_the_service(probes: Any, name: str, greeting: bytes) -> None:
    with listener(None, greeting=greeting) as port:
        assert probes.answers(name, f"{SCHEMES[name]}://127.0.0.1:{port}/0") is False


def test_something_that_listens_and_never_says_a_word_is_given_up(probes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "PATIENCE", 0.05)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        assert probes.answers("DATABASE_URL", f"mysql://root@127.0.0.1:{mute.getsockname()[1]}/scrm") is False


def test_a_redis_that_says_pong_answers(probes: Any) -> None:
    with listener(redis_answer()) as port:
        assert probes.answers("REDIS_URL", f"redis://127.0.0.1:{port}/3") is True


@pytest.mark.parametrize(
    "reply",
    [
        b"-NOAUTH Authentication required.\r\n",
        b"-LOADING Redis is loading the dataset in memory\r\n",
        b"-MASTERDOWN\r\n",
    ],
)
def test_a_redis_that_refuses_does_not_count(probes: Any, reply: bytes) -> None:
    with listener(redis_answer(PING=reply)) as port:
        assert probes.answers("REDIS_URL", f"redis://127.0.0.1:{port}/0") is False


@pytest.mark.parametrize(
    ("code", "text"),
    [(1040, "Too many connections"), (1130, "Host is not allowed to connect"), (1045, "Access denied")],
)
def test_a_database_that_refuses_does_not_count(probes: Any, code: int, text: str) -> None:
    with listener(None, greeting=refusal_of_mysql(code, text)) as port:
        assert probes.answers("DATABASE_URL", f"mysql://root@127.0.0.1:{port}/scrm") is False


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "sqlite:///var/scrm.sqlite3"),
        ("DATABASE_URL", "postgres://127.0.0.1/scrm"),
        ("BROKER_URL", "memory://"),
        ("BROKER_URL", "redis://127.0.0.1:6379/0"),
    ],
)
def test_an_address_of_another_kind_is_not_even_asked(probes: Any, name: str, url: str) -> None:
    assert probes.answers(name, url) is False


def test_nothing_was_started_where_nothing_is_written_down(probes: Any) -> None:
    assert probes.started_urls() == {}


def test_what_was_started_is_read_with_its_equals_signs(probes: Any, tmp_path: Path) -> None:
    (tmp_path / "env").write_text("REDIS_URL=redis://h:1/0?a=b\n\nno pair\nBROKER_URL=amqp://h:2//\n")
    assert probes.started_urls() == {"REDIS_URL": "redis://h:1/0?a=b", "BROKER_URL": "amqp://h:2//"}


PLACES = {"named": "redis://named:1/0", "started": "redis://started:2/0", "standard": "redis://127.0.0.1:6379/0"}


@pytest.mark.parametrize(
    ("answering", "found"),
    [
        ({"named", "started", "standard"}, "named"),
        ({"started", "standard"}, "started"),
        ({"standard"}, "standard"),
        (set(), None),
    ],
)
def test_the_environment_comes_first_then_what_was_started_then_the_standard_port(
    probes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answering: set[str], found: str | None
) -> None:
    monkeypatch.setenv("REDIS_URL", PLACES["named"])
    (tmp_path / "env").write_text(f"REDIS_URL={PLACES['started']}\n")
    up = {PLACES[place] for place in answering}
    monkeypatch.setattr(probes, "answers", lambda _name, url: url in up)
    assert probes.at_hand() == ({"REDIS_URL": PLACES[found]} if found else {})


def test_a_service_that_answers_is_asked_once_and_the_others_still_looked_for(
    probes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def answers(name: str, url: str) -> bool:
        asked.append((name, url))
        return name != "REDIS_URL"

    monkeypatch.setattr(probes, "answers", answers)
    assert probes.at_hand() == {name: probes.STANDARD[name] for name in ("DATABASE_URL", "BROKER_URL")}
    assert asked == list(probes.STANDARD.items())


def test_an_empty_variable_is_no_address(probes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setattr(probes, "answers", lambda _name, url: bool(url))
    assert probes.at_hand() == probes.STANDARD


def test_user_and_password_are_decoded(probes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(probes.pymysql, "connect", lambda **given: seen.update(given))
    probes.connect_mysql("mysql://an%40owner:p%2Fw%3A@db:3307/scrm")
    assert {name: seen[name] for name in ("host", "port", "user", "password")} == {
        "host": "db",
        "port": 3307,
        "user": "an@owner",
        "password": "p/w:",
    }


def test_every_service_has_a_standard_place_and_a_name_for_people(probes: Any) -> None:
    assert set(probes.STANDARD) == set(probes.PRODUCTS) == set(SCHEMES)
    for name, url in probes.STANDARD.items():
        assert url.startswith(f"{SCHEMES[name]}://")
