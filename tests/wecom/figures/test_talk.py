"""WeCom's figures of each employee's talk: three mornings, one call each, resumed where it broke off."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from corps.models import Employee
from customers.models import TalkFigures, TalkReading
from tests.wecom import sandboxed
from tests.wecom.figures.test_pulling import DAY, TODAY, YESTERDAY, go_on, shanghai
from tests.wecom.sandboxed import NOON, Sandboxed
from wecom.client import pacing
from wecom.figures import talk

API = "externalcontact/get_user_behavior_data"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "sleep", lambda seconds: None)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(dt.datetime.fromtimestamp(NOON + DAY, dt.UTC), tick=False) as moved:
        yield moved


@pytest.fixture
def box(db: None, settings: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandboxed]:
    """Two employees who talked yesterday, and their mirror."""
    settings.SYNC_CALLS_AT_ONCE = 1
    found = sandboxed.connected()
    for userid, left in (("lina", 3), ("wang", 0)):
        found.company.hire(userid, userid)
        found.company.befriend(userid)
        found.company.count(
            userid, at=NOON, chat_cnt=5, message_cnt=40, negative_feedback_cnt=left, asked=4, answered=3
        )
    found.company.clock.advance(DAY)
    found.sync()
    found.server.calls.clear()
    # A month of each employee's would be thirty rows a test.
    monkeypatch.setattr(talk, "DAYS_BACK", 4)
    yield found
    sandboxed.disconnect()


def left(day: dt.date = YESTERDAY) -> dict[str, int]:
    return dict(TalkFigures.objects.filter(day=day).values_list("employee__userid", "negative_feedback"))


def known() -> list[tuple[Any, ...]]:
    columns = ("employee__userid", "day", "negative_feedback", "chats", "final")
    return list(TalkFigures.objects.order_by("day", "employee__userid").values_list(*columns))


def asked_for() -> set[str]:
    return set(TalkReading.objects.values_list("employee__userid", flat=True))


def test_each_employee_s_days_are_read_by_one_call(box: Sandboxed) -> None:
    staff = Employee.objects.filter(can_follow=True).count()
    assert talk.pull_due() == box.server.calls[API] == staff >= 2
    assert {"lina": 3, "wang": 0}.items() <= left().items()
    row = TalkFigures.objects.get(day=YESTERDAY, employee__userid="lina")
    assert (row.chats, row.messages, row.reply_percentage, row.final) == (5, 40, 75.0, False)
    days = TalkFigures.objects.filter(employee__userid="lina").order_by("day").values_list("day", "final")
    assert list(days) == [(TODAY - dt.timedelta(days=n), n >= 3) for n in (4, 3, 2, 1)]
    quiet = TalkFigures.objects.get(day=TODAY - dt.timedelta(days=2), employee__userid="lina")
    assert (quiet.reply_percentage, quiet.chats) == (None, 0)


def test_in_one_morning_nobody_is_asked_for_twice_and_the_same_again_is_the_same(box: Sandboxed, clock: Any) -> None:
    talk.pull_due()
    before, calls = known(), box.server.calls[API]
    assert (talk.pull_due(), box.server.calls[API]) == (0, calls)
    TalkReading.objects.update(read_at=shanghai("2026-03-02T05:00:00"))
    assert talk.pull_due() == calls
    assert known() == before


def test_what_settles_later_replaces_what_was_read_first_and_the_third_morning_is_final(
    box: Sandboxed, clock: Any
) -> None:
    talk.pull_due()
    box.company.count("lina", at=NOON, negative_feedback_cnt=4)
    for mornings, final in ((2, False), (3, True)):
        go_on(box, clock)
        talk.pull_due()
        row = TalkFigures.objects.get(day=YESTERDAY, employee__userid="lina")
        assert (row.negative_feedback, row.final) == (7, final), mornings


def test_days_that_were_missed_are_read_later(box: Sandboxed, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.pull_due()
    monkeypatch.setattr(talk, "DAYS_BACK", 30)
    go_on(box, clock, days=6)
    talk.pull_due()
    days = TalkFigures.objects.filter(employee__userid="lina").order_by("day").values_list("day", flat=True)
    assert list(days) == [TODAY + dt.timedelta(days=n) for n in range(-4, 6)]
    finals = TalkFigures.objects.filter(employee__userid="lina", final=False).values_list("day", flat=True)
    assert set(finals) == {TODAY + dt.timedelta(days=4), TODAY + dt.timedelta(days=5)}


@pytest.mark.parametrize(("moment", "due"), [("05:59:59", False), ("06:00:00", True)])
def test_it_begins_at_six_in_the_company_s_morning(box: Sandboxed, moment: str, due: bool) -> None:
    assert talk.due(box.corp, shanghai(f"2026-03-02T{moment}")).exists() is due


def test_who_left_or_may_not_follow_is_not_asked_for(box: Sandboxed) -> None:
    Employee.objects.filter(userid="wang").update(can_follow=False)
    talk.pull_due()
    assert "wang" not in asked_for()
    assert "lina" in asked_for()


def test_a_first_time_goes_on_with_the_next_tick(box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "AT_ONCE", 1)
    assert (talk.pull_due(), len(asked_for())) == (1, 1)
    talk.pull_due()
    assert len(asked_for()) == 2


def test_one_whom_wecom_does_not_show_spoils_no_other(box: Sandboxed) -> None:
    Employee.objects.create(corp=box.corp, userid="aaa.unknown", name="不在范围内", can_follow=True)
    talk.pull_due()
    assert left()["lina"] == 3
    assert TalkReading.objects.get(employee__userid="aaa.unknown").error_code
    assert not TalkFigures.objects.filter(employee__userid="aaa.unknown").exists()


def test_a_refusal_of_all_stops_at_the_first_and_marks_nobody_as_read(box: Sandboxed, clock: Any) -> None:
    box.server.faults.set(errors={API: {48002: 1.0}})
    assert (talk.pull_due(), asked_for(), known()) == (0, set(), [])
    box.server.faults.set(errors={})
    # WeCom's no closes the call for a while.
    go_on(box, clock)
    talk.pull_due()
    assert left()["lina"] == 3


def test_a_company_without_an_app_is_left_out(box: Sandboxed) -> None:
    box.app.active = False
    box.app.save()
    assert talk.pull_due() == 0
    assert not TalkReading.objects.exists()
