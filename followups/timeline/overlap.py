"""Which things that happened are told already. An event and a row of the record tell of one where they have a name in
common (``Telling.name``), or where they lie beside each other in time and say the same."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from core.locks import find_locked
from core.time import now
from customers.models import Customer
from followups.choices import EntryKind
from followups.models import TimelineEntry
from followups.timeline.kinds import LISTED, TELLINGS, Telling

# An event is recorded within the transaction of its change: that long after the row's own time, at the most.
BESIDE = dt.timedelta(seconds=60)
# An event that is heard sooner than this can't have been made from the record before: that leaves the last hour alone
# where it knows no names.
LATE = dt.timedelta(hours=1)
# What the entries are called that come from a row of the record and have no other name.
RECORD = "record:"


class Known:
    """Entries that are there, to be asked whether they tell of another one."""

    def __init__(self, entries: Iterable[TimelineEntry]) -> None:
        self._names: set[str] = set()
        self._beside: dict[tuple[int, str], list[TimelineEntry]] = defaultdict(list)
        for entry in entries:
            self._names |= {entry.event_id, name_of(entry)}
            self._beside[entry.customer_id, entry.kind].append(entry)

    def untold(self, entry: TimelineEntry) -> TimelineEntry | None:
        """The entry with what of it is not told yet; None if all is."""
        if {entry.event_id, name_of(entry)} & self._names - {""}:
            return None
        beside = [one for one in self._beside[entry.customer_id, entry.kind] if _alike(one, entry)]
        listed = next((fact for fact in LISTED if fact in entry.facts), "")
        if not listed:
            return None if beside else entry
        told = {value for one in beside for value in one.facts.get(listed, [])}
        entry.facts[listed] = [value for value in entry.facts[listed] if value not in told]
        return entry if entry.facts[listed] else None

    def told_between(self, entry: TimelineEntry, first: dt.datetime, end: dt.datetime) -> bool:
        """Whether there is such an entry of the same employee in this time: one of a known end, told of otherwise."""
        told = self._beside[entry.customer_id, entry.kind]
        return any(first <= one.at < end and one.employee_id == entry.employee_id for one in told)


def name_of(entry: TimelineEntry) -> str:
    """What the entry would be called by its facts; empty where they don't tell."""
    return _telling(entry).name(entry.customer_id, entry.facts)


def fresh(entries: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """Those of an event's entries of which no row of the record has told before, under the locks of their customers."""
    return [entry for entry in entries if not _may_be_told(entry) or _untold_by_record(entry)]


def _may_be_told(entry: TimelineEntry) -> bool:
    return not name_of(entry) and entry.at < now() - LATE


def _untold_by_record(entry: TimelineEntry) -> TimelineEntry | None:
    find_locked(Customer, id=entry.customer_id)
    told = TimelineEntry.objects.filter(customer_id=entry.customer_id, kind=entry.kind)
    if not _telling(entry).once:
        told = told.filter(at__range=(entry.at - BESIDE, entry.at + BESIDE))
    return Known(told.filter(event_id__startswith=RECORD)).untold(entry)


def _alike(one: TimelineEntry, other: TimelineEntry) -> bool:
    telling = _telling(one)
    near = telling.once or abs(one.at - other.at) <= BESIDE
    return near and all(one.facts.get(fact) == other.facts.get(fact) for fact in telling.same)


def _telling(entry: TimelineEntry) -> Telling:
    return TELLINGS[EntryKind(entry.kind)]
