"""WeCom's figures of an employee's talk, as they are kept: by employee and day, replaced and never added up."""

import datetime as dt
from typing import Any

import pytest

from customers import talk_figures
from customers.models import TalkFigures, TalkReading
from customers.talk_figures import NAMES, Figures
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

TODAY = dt.date(2026, 3, 10)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def store(cast: Cast, today: dt.date = TODAY, **days: Figures) -> None:
    """``d3`` is the day three days before the tenth."""
    told = {ago(int(name[1:])): figures for name, figures in days.items()}
    talk_figures.store(corp_id=cast.corp.pk, employee_id=cast.owner.pk, days=told, today=today)


def stored() -> list[tuple[dt.date, int, bool]]:
    return list(TalkFigures.objects.order_by("day").values_list("day", "negative_feedback", "final"))


def everything() -> list[list[Any]]:
    return [list(table.objects.order_by("pk").values()) for table in (TalkFigures, OutboxEvent)]


def test_each_day_has_a_row_with_all_that_was_told_and_no_event(cast: Cast) -> None:
    full = Figures(12, 80, 66.67, 9, 1, 6, 5)
    store(cast, d1=full, d2=Figures())
    row = TalkFigures.objects.get(day=ago(1))
    assert [getattr(row, name) for name in NAMES] == [12, 80, 66.67, 9, 1, 6, 5]
    assert (row.corp_id, row.employee) == (cast.corp.pk, cast.owner)
    quiet = TalkFigures.objects.get(day=ago(2))
    assert (quiet.reply_percentage, quiet.reply_minutes, quiet.chats) == (None, None, 0)
    assert not OutboxEvent.objects.exists()


def test_a_day_is_provisional_until_it_lies_three_days_back(cast: Cast) -> None:
    store(cast, d1=Figures(), d2=Figures(), d3=Figures(), d4=Figures())
    assert [(day, final) for day, _left, final in stored()] == [
        (ago(4), True),
        (ago(3), True),
        (ago(2), False),
        (ago(1), False),
    ]


def test_the_same_again_leaves_the_same_and_what_settles_replaces_it(cast: Cast) -> None:
    store(cast, d1=Figures(negative_feedback=1), d2=Figures(negative_feedback=2))
    store(cast, d1=Figures(negative_feedback=1), d2=Figures(negative_feedback=2))
    assert stored() == [(ago(2), 2, False), (ago(1), 1, False)]
    store(cast, TODAY + dt.timedelta(days=1), d1=Figures(negative_feedback=4), d2=Figures(negative_feedback=2))
    assert stored() == [(ago(2), 2, True), (ago(1), 4, False)]
    assert TalkReading.objects.get().known_until == ago(1)


def test_another_s_days_are_left_alone(cast: Cast) -> None:
    talk_figures.store(
        corp_id=cast.corp.pk, employee_id=cast.colleague.pk, days={ago(1): Figures(negative_feedback=9)}, today=TODAY
    )
    store(cast, d1=Figures())
    assert TalkFigures.objects.get(employee=cast.colleague).negative_feedback == 9
    assert TalkReading.objects.count() == 2


def test_a_failure_keeps_the_figures_and_how_far_they_are_known(cast: Cast) -> None:
    store(cast, d1=Figures(negative_feedback=3))
    before = everything()
    talk_figures.note_failure(corp_id=cast.corp.pk, employee_id=cast.owner.pk, error_code=60011)
    row = TalkReading.objects.get()
    assert (row.error_code, row.known_until) == (60011, ago(1))
    assert everything() == before
    store(cast, d1=Figures(negative_feedback=3))
    assert TalkReading.objects.get().error_code is None


def test_an_answer_without_days_is_an_answer(cast: Cast) -> None:
    store(cast)
    row = TalkReading.objects.get()
    assert (row.known_until, row.error_code, stored()) == (None, None, [])


@pytest.mark.parametrize("known", [True, False])
def test_known_until_never_goes_back(cast: Cast, known: bool) -> None:
    if known:
        store(cast, d1=Figures())
    store(cast, d5=Figures())
    assert TalkReading.objects.get().known_until == (ago(1) if known else ago(5))


def test_whoever_sees_the_company_sees_its_figures_alone(cast: Cast) -> None:
    store(cast, d1=Figures())
    talk_figures.store(corp_id=cast.other_corp.pk, employee_id=cast.stranger.pk, days={ago(1): Figures()}, today=TODAY)
    seen = TalkFigures.objects.visible_to(make.service(cast.corp))
    assert list(seen.values_list("employee_id", flat=True)) == [cast.owner.pk]
