"""What becomes of a command whose call failed, by the kind of failure."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from messaging.models import Command
from tests.wecom.push.conftest import Shop
from wecom.client.codes import error_of
from wecom.client.errors import Unreachable
from wecom.models import WecomApp
from wecom.push import executing, lanes, marking, reactions, reasons


@pytest.fixture
def refuse(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have the next calls end in this, work on the one command, and return it with what the loop is told."""
    shop.put("甲")

    def _refuse(error: Exception) -> tuple[Command, dt.datetime | None]:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise error

        monkeypatch.setattr(marking, "mark_tags", fail)
        hold = lanes.take(*lanes.due()[0])
        assert hold
        until = executing.work(hold)
        return Command.objects.get(), until

    return _refuse


@pytest.mark.parametrize("code", [-1, 6000, 45033, 40014, 81026])
def test_what_passes_is_tried_again_with_growing_pauses(refuse: Any, code: int) -> None:
    row, rest = refuse(error_of(code, "mark_tag"))
    assert (row.state, row.error_code, row.attempts, rest) == ("waiting", code, 1, None)
    assert row.due_at > now() - dt.timedelta(seconds=1)


@pytest.mark.parametrize("code", [48002, 60020, 50003])
def test_where_a_person_must_act_the_whole_company_waits_and_no_try_is_counted(refuse: Any, code: int) -> None:
    row, rest = refuse(error_of(code, "mark_tag"))
    assert (row.state, row.error_code, row.attempts, row.due_at) == ("waiting", code, 0, rest)
    assert rest > now() + dt.timedelta(minutes=5)
    assert str(reasons.sentence(row))


def test_a_closed_window_is_waited_for_and_no_try_is_counted(refuse: Any) -> None:
    error = error_of(45009, "mark_tag")
    error.until = now() + dt.timedelta(seconds=60)
    row, rest = refuse(error)
    assert (row.state, row.attempts, row.due_at, rest) == ("waiting", 0, error.until, error.until)


def test_an_unreachable_server_rests_the_company_for_a_moment(refuse: Any) -> None:
    row, rest = refuse(Unreachable(hint="ConnectTimeout"))
    assert (row.state, row.error_code, row.attempts) == ("waiting", 0, 1)
    assert now() < rest < now() + dt.timedelta(minutes=1)


@pytest.mark.parametrize("code", [40058, 40126, 40096, 84061, 40206])
def test_what_is_wrong_in_itself_is_given_up_with_a_sentence(refuse: Any, code: int) -> None:
    row, rest = refuse(error_of(code, "mark_tag"))
    assert (row.state, row.error_code, rest) == ("dead", code, None)
    assert row.settled_at
    assert str(reasons.sentence(row))


@pytest.mark.parametrize("code", [60011, 999_999])
def test_one_out_of_range_or_unknown_is_given_up_after_ten_tries(refuse: Any, shop: Shop, code: int) -> None:
    for tries in range(1, 11):
        row, _rest = refuse(error_of(code, "mark_tag"))
        assert (row.state, row.attempts) == ("dead" if tries == 10 else "waiting", tries)
        Command.objects.update(due_at=now())


def test_an_outage_of_any_length_gives_nothing_up(refuse: Any) -> None:
    for _ in range(15):
        row, _rest = refuse(Unreachable(hint="ConnectTimeout"))
        assert row.state == "waiting"
        Command.objects.update(due_at=now())
    assert row.attempts < 10


def test_a_mistake_of_this_service_is_shown_by_its_kind_alone(refuse: Any) -> None:
    row, _rest = refuse(ValueError("张三 13800000001"))
    assert (row.state, row.last_error) == ("waiting", "fault ValueError")
    assert str(reasons.sentence(row))


def test_a_company_without_an_app_waits(refuse: Any, shop: Shop) -> None:
    WecomApp.objects.update(active=False)
    row, rest = refuse(ValueError())
    assert (row.state, row.attempts, row.last_error, row.due_at) == ("waiting", 0, reasons.NOT_CONNECTED, rest)


def test_pauses_grow_to_an_hour() -> None:
    assert [reactions.pause_after(n).total_seconds() for n in (1, 2, 3, 8, 9, 50)] == [1, 3, 9, 2187, 3600, 3600]


def test_what_is_wanted_again_after_a_failure_is_due_at_once(refuse: Any, shop: Shop) -> None:
    refuse(error_of(60011, "mark_tag"))
    shop.take_off("甲")
    row = Command.objects.get()
    assert (row.attempts, row.error_code, row.last_error) == (0, None, "")
    assert row.due_at <= now()
