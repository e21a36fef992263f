"""A company with two departments below a root, channels, and a clock that stands still."""

import datetime as dt
from typing import Any

import pytest

from corps.models import Corp, DepartmentMember
from customers.models import RelationEpisode
from insights.models import DailyStat, StatWindow
from insights.stats import computing, nightly, rebuilding, storing, windows
from insights.stats.families import BEGUN, ENDED, STANDING
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings

# The first day of the readings, in every zone of these tests.
FIRST = dt.date(2026, 3, 1)


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


# What was counted of a history once: rows of statistics and of counted spans.
_counted: dict[tuple[Any, ...], tuple[list[DailyStat], list[StatWindow]]] = {}


class World:
    """Attributes: ``today``, the company's day; the acts of readings count days from eight o'clock UTC of ``FIRST``."""

    def __init__(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cast, self.corp, self.ticket, self.patch = cast, cast.corp, 0, monkeypatch
        self.support = make.department(cast.corp, cast.department.parent, name="客服部")
        # One in both, whom the root has once.
        self.both = make.employee(cast.corp, self.support, name="两边")
        DepartmentMember.objects.create(corp=cast.corp, department=cast.department, employee=self.both)
        self.loner = make.employee(cast.corp, name="独行")
        self.people = [cast.owner, cast.colleague, self.both, self.loner]
        self.channel = make.channel(cast.corp, "expo", name="展会")
        self.moment = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
        for module in (nightly, windows, storing):
            monkeypatch.setattr(module, "now", lambda: self.moment)

    def at(self, day: dt.date, clock: str = "12:00") -> None:
        """Set the clock, in the company's time."""
        hour = dt.time.fromisoformat(clock)
        self.moment = dt.datetime.combine(day, hour, self.corp.zone).astimezone(dt.UTC)

    def zone(self, name: str) -> None:
        Corp.objects.filter(pk=self.corp.pk).update(time_zone=name)
        self.corp.refresh_from_db()

    def begin(self, at: float, who: str = "wmA", employee: Any = None, **fields: Any) -> None:
        self.ticket += 1
        userid = (employee or self.cast.owner).userid
        readings.read(self.corp, readings.follow(who, userid, at, **fields), ticket=self.ticket)

    def end(self, at: float, how: str = "customer", who: str = "wmA", employee: Any = None) -> None:
        self.ticket += 1
        userid = (employee or self.cast.owner).userid
        readings.end(self.corp, who, userid, how, at, ticket=self.ticket)

    def rebuild(self, first: dt.date, last: dt.date) -> int:
        return sum(step.changed for step in rebuilding.rebuild(self.corp, first, last))

    def recount(self, first: dt.date, last: dt.date) -> int:
        """The relations alone: a day has sixty queries otherwise."""
        with self.patch.context() as patch:
            patch.setattr(computing, "FAMILIES", (STANDING, BEGUN, ENDED))
            return self.rebuild(first, last)

    def recalled(self, first: dt.date, last: dt.date) -> None:
        """The same, from memory where this very record has been counted by an earlier test."""
        record = RelationEpisode.objects.order_by("pk").values_list()
        key = (first, last, self.moment, self.channel.pk, self.support.pk, *record)
        if key not in _counted:
            self.recount(first, last)
            _counted[key] = list(DailyStat.objects.order_by("pk")), list(StatWindow.objects.order_by("pk"))
            return
        for model, rows in zip((DailyStat, StatWindow), _counted[key], strict=True):
            model.objects.bulk_create(rows)  # type: ignore[attr-defined]
