"""How many came by each channel, left and stayed: sums over the episodes, by the days of the company's zone.

Each episode is looked up among the channels as it is counted, so what is named later counts for the past too.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError
from core.memory import ShortMemory
from core.sql import days_after
from core.time import day_range, now
from corps.models import Corp
from customers.choices import RelationStatus
from customers.models import Channel

# A quarter: each of its stays is looked at, some ten thousand in a tenth of a second.
MOST_DAYS = 92
USUAL_DAYS = 30
# Still there after so many days.
SPANS = (7, 30, 90)
MOST_STATES = 100
# Buckets beside the channels.
UNKNOWN, NONE = -1, 0

# By what the episodes are summed up: what of them is looked up (after FROM relation_episode e), and the sum's key.
BY_CHANNEL = (
    """LEFT JOIN channel_key s ON s.corp_id = e.corp_id AND s.state = e.state
    LEFT JOIN channel_key w ON w.corp_id = e.corp_id AND e.state = '' AND w.add_way = e.add_way""",
    f"COALESCE(s.channel_id, w.channel_id, CASE WHEN e.state = '' THEN {NONE} ELSE {UNKNOWN} END)",
)
_BY_WAY = ("JOIN contact_way c ON c.corp_id = e.corp_id AND c.state = e.state", "c.id")
# A transfer loses nobody: another employee has the customer now.
_TRANSFERRED = f"e.ended_by = {int(RelationStatus.ENDED_BY_TRANSFER)}"
_LEFT = f"(e.ended_by IS NULL OR NOT {_TRANSFERRED})"
_WITHIN = "WHERE e.corp_id = %s AND {0} >= %s AND {0} < %s"
_STATES = f"""
SELECT e.state, COUNT(*), COUNT(DISTINCT e.customer_id) FROM relation_episode e {BY_CHANNEL[0]}
{_WITHIN.format("e.began_at")} AND e.state <> '' AND s.id IS NULL
GROUP BY e.state ORDER BY COUNT(*) DESC, e.state LIMIT {MOST_STATES}"""  # noqa: S608


_lately: ShortMemory[dict[int, "Figures"]] = ShortMemory(seconds=60)


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included, as instants: at or after ``start`` and before ``end``."""

    first: dt.date
    last: dt.date
    start: dt.datetime
    end: dt.datetime


@dataclass(slots=True)
class Figures:
    """What came of one channel in some days.

    Attributes:
        channel: None for the unknown states, and for what has neither a state nor a named way.
        added, added_people: relations that began, and how many people these are.
        lost, lost_people: relations that ended, but by a transfer.
        kept: days → (of how many that began in time to tell, how many were still there after so many days).
    """

    key: int
    channel: Channel | None = None
    added: int = 0
    added_people: int = 0
    lost: int = 0
    lost_people: int = 0
    kept: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def net(self) -> int:
        return self.added - self.lost

    def retention(self, days: int) -> float | None:
        """The share, 0 to 1; None where it is too early to tell of anybody."""
        of, stayed = self.kept.get(days, (0, 0))
        return round(stayed / of, 4) if of else None


def days_of(corp: Corp, first: dt.date | None, last: dt.date | None, usual: int = USUAL_DAYS) -> Days:
    """The days asked for; by default the last ``usual`` with today, in the company's zone.

    Raises:
        BadRequest: ``days_invalid``: the last lies before the first, or there are more than ``MOST_DAYS``.
    """
    last = last or now().astimezone(corp.zone).date()
    first = first or last - dt.timedelta(days=usual - 1)
    if not 0 <= (last - first).days < MOST_DAYS:
        message = _("Choose at most %(n)d days, the first before the last.") % {"n": MOST_DAYS}
        raise BadRequest("days_invalid", message, [FieldError("from", "days_invalid", message)])
    return Days(first, last, day_range(first, corp.zone)[0], day_range(last, corp.zone)[1])


def by_channel(corp: Corp, days: Days) -> list[Figures]:
    """The figures of each channel in its order, then of the unknown states, then of the rest. Three statements."""
    found = {row.pk: Figures(row.pk, row) for row in Channel.objects.of_corp(corp.pk)}
    found |= {key: Figures(key) for key in (UNKNOWN, NONE)}
    return _summed(corp, days, found, *BY_CHANNEL)


def by_way(corp: Corp, days: Days) -> dict[int, Figures]:
    """The figures of each contact way by which anybody came, or who came by it left. Two statements."""
    return {row.key: row for row in _summed(corp, days, {}, *_BY_WAY)}


def lately(corp: Corp, *, ways: bool = False) -> dict[int, Figures]:
    """``by_channel`` (or ``by_way``) of the last thirty days, by key, for pages that are looked at again and again.

    At most a minute old; whatever is named or renamed is seen at once, since it raises a channel's version.
    """
    days = days_of(corp, None, None)
    named = list(Channel.objects.of_corp(corp.pk).order_by("pk").values_list("pk", "version"))
    key = repr((corp.pk, ways, days.last, named)).encode()
    found = _lately.get(key)
    if found is None:
        found = by_way(corp, days) if ways else {row.key: row for row in by_channel(corp, days)}
        _lately.put(key, found)
    return found


def forget() -> None:
    """Count anew at the next page."""
    _lately.clear()


def unknown_states(corp: Corp, days: Days) -> list[dict[str, Any]]:
    """The states of these days that no channel stands for, the most frequent first, at most a hundred."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, _window(corp, days))
        names = ("state", "added", "addedPeople")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _summed(corp: Corp, days: Days, found: dict[int, Figures], joins: str, bucket: str) -> list[Figures]:
    with connection.cursor() as cursor:
        cursor.execute(_added(joins, bucket), [*_matured(), *_window(corp, days)])
        for key, added, people, *kept in cursor.fetchall():
            row = found.setdefault(key, Figures(key))
            row.added, row.added_people = added, people
            row.kept = {n: (int(kept[2 * i]), int(kept[2 * i + 1])) for i, n in enumerate(SPANS)}
        cursor.execute(_lost(joins, bucket), _window(corp, days))
        for key, lost, people in cursor.fetchall():
            row = found.setdefault(key, Figures(key))
            row.lost, row.lost_people = lost, people
    return list(found.values())


def _added(joins: str, bucket: str) -> str:
    spans = []
    for n in SPANS:
        stayed = f"(e.ended_at IS NULL OR {_TRANSFERRED} OR e.ended_at >= {days_after('e.began_at', n)})"
        spans += ["COUNT(CASE WHEN e.began_at <= %s THEN 1 END)"]
        spans += [f"COUNT(CASE WHEN e.began_at <= %s AND {stayed} THEN 1 END)"]
    return f"""SELECT {bucket} AS bucket, COUNT(*), COUNT(DISTINCT e.customer_id), {", ".join(spans)}
    FROM relation_episode e {joins} {_WITHIN.format("e.began_at")} GROUP BY bucket"""  # noqa: S608


def _lost(joins: str, bucket: str) -> str:
    return f"""SELECT {bucket} AS bucket, COUNT(*), COUNT(DISTINCT e.customer_id)
    FROM relation_episode e {joins} {_WITHIN.format("e.ended_at")} AND {_LEFT} GROUP BY bucket"""  # noqa: S608


def _matured() -> list[Any]:
    """For each span twice: who began after this can't have stayed so long yet."""
    moments = [now() - dt.timedelta(days=n) for n in SPANS]
    return [connection.ops.adapt_datetimefield_value(moment) for moment in moments for _twice in range(2)]


def _window(corp: Corp, days: Days) -> list[Any]:
    return [corp.pk, *map(connection.ops.adapt_datetimefield_value, (days.start, days.end))]
