"""A vhost of a run's own: made with rights for its user, believed only when it answers, taken away by name."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.scripts.conftest import Programs

Load = Callable[[str], Any]
URL = "amqp://anna:pw@broker:5672//"


@pytest.fixture
def vhosts(scripts: Load, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Any:
    module = scripts("vhosts")
    monkeypatch.setattr(module.probes, "answers", lambda _name, _url: True)
    return module


def test_it_is_made_with_all_rights_for_the_urls_user(vhosts: Any, programs: Programs) -> None:
    programs.add("rabbitmqctl")
    assert vhosts.own(URL, "room1") == "amqp://anna:pw@broker:5672/room1"
    assert programs.calls == [
        "rabbitmqctl -q add_vhost room1",
        "rabbitmqctl -q set_permissions -p room1 anna .* .* .*",
    ]


def test_without_the_tool_the_url_stays_as_it_was(vhosts: Any, programs: Programs) -> None:
    assert vhosts.own(URL, "room1") == URL
    assert programs.calls == []


def test_where_it_may_not_be_made_nothing_else_is_tried(vhosts: Any, programs: Programs) -> None:
    programs.add("rabbitmqctl", body="exit 70")
    assert vhosts.own(URL, "room1") == URL
    assert programs.calls == ["rabbitmqctl -q add_vhost room1"]


def test_it_is_asked_for_by_the_new_address(vhosts: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    programs.add("rabbitmqctl")
    monkeypatch.setattr(vhosts.probes, "answers", lambda *given: asked.append(given) or True)
    vhosts.own(URL, "room1")
    assert asked == [("BROKER_URL", "amqp://anna:pw@broker:5672/room1")]


def test_it_is_taken_away_by_its_name_alone(vhosts: Any, programs: Programs) -> None:
    programs.add("rabbitmqctl")
    vhosts.drop("room1")
    assert programs.calls == ["rabbitmqctl -q delete_vhost room1"]


def test_taking_away_what_cannot_be_reached_is_no_error(vhosts: Any, programs: Programs) -> None:
    vhosts.drop("room1")
    assert programs.calls == []


def test_a_tool_that_hangs_is_given_up(vhosts: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(command: list[str], **given: Any) -> None:
        raise vhosts.subprocess.TimeoutExpired(command, given["timeout"])

    programs.add("rabbitmqctl")
    monkeypatch.setattr(vhosts.subprocess, "run", hangs)
    assert vhosts.own(URL, "room1") == URL
