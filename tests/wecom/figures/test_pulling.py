"""WeCom's figures of the groups: read on three mornings, kept by owner and day, and the same however often."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from corps.models import Employee
from groups.models import FiguresDay, OwnerFigures
from tests.wecom import sandboxed
from tests.wecom.sandboxed import NOON, Sandboxed
from wecom.client import pacing
from wecom.client.transport import client_for
from wecom.figures import pulling

API = "externalcontact/groupchat/statistic"
DAY = 86_400
TODAY = dt.date(2026, 3, 2)
YESTERDAY = TODAY - dt.timedelta(days=1)


def shanghai(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "sleep", lambda seconds: None)


@pytest.fixture
def clock() -> Iterator[Any]:
    """Our clock; it stands at noon in Shanghai, as the sandbox's will."""
    with time_machine.travel(dt.datetime.fromtimestamp(NOON + DAY, dt.UTC), tick=False) as moved:
        yield moved


@pytest.fixture
def box(db: None, settings: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandboxed]:
    """Two owners whose groups talked yesterday, and their mirror."""
    settings.SYNC_CALLS_AT_ONCE = 1
    monkeypatch.setattr(pulling, "DAYS_BACK", 4)
    found = sandboxed.connected()
    company = found.company
    for userid in ("lina", "wang"):
        company.hire(userid, userid)
    for userid, messages in (("lina", 7), ("wang", 3)):
        chat = company.open_chat(userid, [company.befriend(userid)])
        company.chatter(chat, userid, messages=messages)
    company.clock.advance(DAY)
    found.sync()
    found.server.calls.clear()
    yield found
    sandboxed.disconnect()


def messages(day: dt.date = YESTERDAY) -> dict[str, int]:
    return dict(OwnerFigures.objects.filter(day=day).values_list("owner__userid", "messages"))


def state(day: dt.date = YESTERDAY) -> tuple[bool, int, int | None]:
    row = FiguresDay.objects.get(day=day)
    return row.final, row.pulls, row.error_code


def go_on(box: Sandboxed, clock: Any, days: int = 1) -> None:
    """Both clocks by whole days."""
    box.company.clock.advance(days * DAY)
    clock.shift(days * DAY)


def test_each_owners_day_is_kept(box: Sandboxed) -> None:
    assert pulling.pull_due() == 4
    assert messages() == {"lina": 7, "wang": 3}
    row = OwnerFigures.objects.get(day=YESTERDAY, owner__userid="lina")
    figures = (row.new_chats, row.chats, row.active_chats, row.members, row.active_members)
    assert (row.corp_id, figures) == (box.corp.pk, (1, 1, 1, 2, 1))
    assert box.server.calls[API] == 4


def test_a_day_is_provisional_for_two_mornings_and_final_with_the_third(box: Sandboxed, clock: Any) -> None:
    pulling.pull_due()
    assert state() == (False, 1, None)
    assert state(TODAY - dt.timedelta(days=3)) == (True, 1, None)
    for pulls, final in ((2, False), (3, True), (3, True)):
        go_on(box, clock)
        pulling.pull_due()
        assert state() == (final, pulls, None)


def test_what_settles_later_replaces_what_was_read_first(box: Sandboxed, clock: Any) -> None:
    pulling.pull_due()
    box.company.count("lina", at=NOON, msg_total=5)
    go_on(box, clock)
    pulling.pull_due()
    assert messages() == {"lina": 12, "wang": 3}


def test_in_one_morning_nothing_is_read_twice(box: Sandboxed) -> None:
    pulling.pull_due()
    before = list(OwnerFigures.objects.order_by("day", "owner").values_list("day", "owner", "messages"))
    assert pulling.pull_due() == 0
    assert box.server.calls[API] == 4
    client = client_for(box.corp.pk)
    assert pulling.pull(client, YESTERDAY)
    assert list(OwnerFigures.objects.order_by("day", "owner").values_list("day", "owner", "messages")) == before


@pytest.mark.parametrize(("moment", "count"), [("05:59:59", 0), ("06:00:00", 4)])
def test_it_begins_at_six_in_the_companys_morning(box: Sandboxed, clock: Any, moment: str, count: int) -> None:
    clock.move_to(shanghai(f"2026-03-02T{moment}"))
    assert len(pulling.due_days(box.corp)) == count


def test_a_companys_morning_is_its_own_and_wecoms_days_are_not(box: Sandboxed) -> None:
    box.corp.time_zone = "America/New_York"
    # Half past six in New York is half past seven in the evening in Shanghai, where the day is the same.
    assert pulling.due_days(box.corp, shanghai("2026-03-02T18:59:00")) == []
    assert pulling.due_days(box.corp, shanghai("2026-03-02T19:30:00"))[0] == YESTERDAY


def test_days_that_were_missed_are_read_later_the_newest_first(box: Sandboxed, clock: Any) -> None:
    pulling.pull_due()
    go_on(box, clock, days=3)
    due = pulling.due_days(box.corp)
    assert due == [dt.date(2026, 3, 4), dt.date(2026, 3, 3), dt.date(2026, 3, 2), YESTERDAY]
    pulling.pull_due()
    assert [state(day)[0] for day in due] == [False, False, True, True]


def test_a_first_time_goes_on_with_the_next_tick(box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "AT_ONCE", 3)
    assert (pulling.pull_due(), pulling.pull_due(), pulling.pull_due()) == (3, 1, 0)


def test_owners_are_named_a_hundred_at_a_time(box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "OWNERS", 1)
    pulling.pull_due()
    assert (box.server.calls[API], messages()) == (8, {"lina": 7, "wang": 3})


def test_an_owner_whom_wecom_does_not_show_spoils_no_others_day(box: Sandboxed) -> None:
    stranger = Employee.objects.create(corp=box.corp, userid="aaa.unknown", name="不在范围内")
    box.corp.groupchat_set.filter(owner__userid="wang").update(owner=stranger)
    pulling.pull_due()
    assert messages()["lina"] == 7
    assert "aaa.unknown" not in messages()
    final, pulls, code = state()
    assert (final, pulls) == (False, 1)
    assert code


def test_a_refusal_is_kept_with_its_code_and_the_figures_stay(box: Sandboxed, clock: Any) -> None:
    pulling.pull_due()
    go_on(box, clock)
    box.server.faults.set(errors={API: {48002: 1.0}})
    assert pulling.pull_due() == 0
    assert (messages(), state(TODAY)) == ({"lina": 7, "wang": 3}, (False, 1, 48002))
    # The rest waits: the next call would be refused as well.
    assert state() == (False, 1, None)


def test_a_day_that_failed_is_asked_for_again_the_next_morning(box: Sandboxed, clock: Any) -> None:
    box.server.faults.set(errors={API: {-1: 1.0}})
    pulling.pull_due()
    assert state() == (False, 1, -1)
    box.server.faults.set(errors={})
    go_on(box, clock)
    pulling.pull_due()
    assert (state(), messages()) == ((False, 2, None), {"lina": 7, "wang": 3})


def test_days_that_can_not_be_asked_for_hold_up_no_others(box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_for(box.corp.pk)
    long_ago = TODAY - dt.timedelta(days=200)
    assert pulling.pull(client, long_ago)
    assert state(long_ago) == (False, 1, 600018)
    assert not OwnerFigures.objects.exists()


def test_a_company_without_an_app_is_left_out(box: Sandboxed) -> None:
    box.app.active = False
    box.app.save()
    assert pulling.pull_due() == 0
    assert not FiguresDay.objects.exists()
