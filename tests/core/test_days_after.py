"""Instants so many days after a column's, as each database reckons them."""

import datetime as dt

import pytest
from django.db import connection

from core.sql import days_after
from customers.models import RelationEpisode
from tests import make
from tests.conftest import Cast

BEGAN = dt.datetime(2026, 2, 27, 23, 59, 59, tzinfo=dt.UTC)


def later(cast: Cast, days: int, ended: dt.datetime) -> bool:
    """Whether the database holds the end for at least so many days after the beginning."""
    row = RelationEpisode.objects.create(
        corp=cast.corp, customer=make.customer(cast.corp), employee=cast.owner, began_at=BEGAN, ended_at=ended
    )
    sql = f"SELECT ended_at >= {days_after('began_at', days)} FROM relation_episode WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [row.pk])
        (found,) = cursor.fetchone()
    return bool(found)


@pytest.mark.parametrize("days", [0, 1, 7, 30, 90, 400])
def test_a_day_is_twenty_four_hours_to_the_second(cast: Cast, days: int) -> None:
    at = BEGAN + dt.timedelta(days=days)
    assert later(cast, days, at)
    assert later(cast, days, at + dt.timedelta(seconds=1))
    assert not later(cast, days, at - dt.timedelta(seconds=1))


def test_months_and_leap_years_are_not_asked(cast: Cast) -> None:
    """The 27th of February and two days are the first of March, whatever the month's length is elsewhere."""
    assert later(cast, 2, dt.datetime(2026, 3, 1, 23, 59, 59, tzinfo=dt.UTC))
    assert not later(cast, 2, dt.datetime(2026, 3, 1, 23, 59, 58, tzinfo=dt.UTC))


@pytest.mark.parametrize("days", ["7", 1.5, None, "1; DROP TABLE tag"])
def test_nothing_but_a_whole_number_gets_into_the_statement(db: None, days: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        days_after("began_at", days)  # type: ignore[arg-type]
