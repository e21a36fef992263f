"""An entry as a row of the record tells it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.time import FIRST, LAST
from customers.choices import Source
from followups.choices import EntryKind
from followups.models import TimelineEntry
from followups.timeline.kinds import TELLINGS
from followups.timeline.overlap import RECORD


@dataclass(frozen=True, slots=True)
class Made:
    """Attributes:
    first, end: an entry of this kind and employee in between is the same thing, told of when another time was known.
    """

    entry: TimelineEntry
    first: dt.datetime = LAST
    end: dt.datetime = FIRST


def made(
    row: Any, kind: EntryKind, at: dt.datetime, /, *, employee_id: int | None = None, source: str = "", **facts: Any
) -> Made:
    """Of a row with ``corp_id``, ``customer_id`` and perhaps ``actor``. Facts that are None are left out."""
    kept = {name: value for name, value in facts.items() if value is not None}
    actor = getattr(row, "actor", "") or "system"
    entry = TimelineEntry(
        corp_id=row.corp_id,
        customer_id=row.customer_id,
        employee_id=employee_id,
        kind=kind,
        at=at,
        event_id=TELLINGS[kind].name(row.customer_id, kept) or f"{RECORD}{kind}:{row.pk}",
        facts=kept,
        source=source or _by(actor),
        actor=actor[:40],
    )
    return Made(entry)


def together(rows: Iterable[Any], *alike: str) -> Iterator[list[Any]]:
    """The rows of one act: those in which these columns are the same, in the order of their ids."""
    acts: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        acts[tuple(getattr(row, column) for column in alike)].append(row)
    yield from acts.values()


def _by(actor: str) -> str:
    """Where a row has no source, whoever acted tells it."""
    return {"user": Source.OPERATOR, "api": Source.API}.get(actor.partition(":")[0], Source.SYSTEM)
