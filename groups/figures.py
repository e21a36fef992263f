"""WeCom's own figures of the groups: kept by owner and day, and added up for who asks.

Figures are derived and no change of a group, so storing them records no event.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Sum

from core.time import now
from core.transactions import atomic
from groups.analysis.scope import Scope
from groups.models import FiguresDay, OwnerFigures

# Two days later what is read is taken for the last word.
SETTLED = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one owner and one day; the names are those of the columns."""

    new_chats: int = 0
    chats: int = 0
    active_chats: int = 0
    new_members: int = 0
    members: int = 0
    active_members: int = 0
    messages: int = 0


NAMES = tuple(Figures.__dataclass_fields__)


@atomic
def store_day(
    *,
    corp_id: int,
    day: dt.date,
    asked: Collection[int],
    found: Mapping[int, Figures],
    final: bool,
    error_code: int | None = None,
) -> None:
    """Replace what is known of these owners' day; the same again leaves the same rows.

    Args:
        asked: ids of the owners that the answer is about; one without figures has none.
        found: owner id → figures.
        error_code: why some owners could not be asked for; what is known of them stays.
    """
    OwnerFigures.objects.filter(corp_id=corp_id, day=day, owner_id__in=list(asked)).delete()
    rows = [OwnerFigures(corp_id=corp_id, day=day, owner_id=owner, **asdict(row)) for owner, row in found.items()]
    OwnerFigures.objects.bulk_create(rows, batch_size=500)
    _note(corp_id, day, final=final, error_code=error_code)


@atomic
def note_failure(*, corp_id: int, day: dt.date, error_code: int) -> None:
    """Keep why a day could not be read; its figures stay as they were, and it is asked for again."""
    _note(corp_id, day, final=False, error_code=error_code)


def by_day(scope: Scope) -> list[dict[str, Any]]:
    """For each day that was read ``{day, final, errorCode, …}``, the owners' figures added up. Two statements."""
    days = FiguresDay.objects.visible_to(scope.actor).filter(day__gte=scope.first, day__lte=scope.last)
    added = _owners(scope).order_by().values("corp_id", "day").annotate(**_SUMS)
    sums = {(row.pop("corp_id"), row.pop("day")): row for row in added}
    nothing = dict.fromkeys(_SUMS, 0)
    listed = days.order_by("-day", "corp_id").values_list("corp_id", "day", "final", "error_code")
    return [
        {"day": day, "final": final, "errorCode": code} | _wire(sums.get((corp, day), nothing))
        for corp, day, final, code in listed
    ]


def by_owner(scope: Scope, most: int) -> list[dict[str, Any]]:
    """For each owner ``{ownerId, name, newChats, activeChats, newMembers, messages}`` over the days, the busiest first.

    What is a state of a day and no event of it (groups, members) can't be added up over days. One statement.
    """
    events = {name: _SUMS[name] for name in ("new_chats_sum", "new_members_sum", "messages_sum")}
    rows = _owners(scope).order_by().values_list("owner_id", "owner__name").annotate(**events)
    names = ("ownerId", "name", "newChats", "newMembers", "messages")
    return [dict(zip(names, row, strict=True)) for row in rows.order_by("-messages_sum", "owner_id")[:most]]


_SUMS = {f"{name}_sum": Sum(name) for name in NAMES}
_WIRE = {
    "newChats": "new_chats",
    "chats": "chats",
    "activeChats": "active_chats",
    "newMembers": "new_members",
    "members": "members",
    "activeMembers": "active_members",
    "messages": "messages",
}


def _owners(scope: Scope) -> Any:
    rows = OwnerFigures.objects.visible_to(scope.actor).filter(day__gte=scope.first, day__lte=scope.last)
    return scope.of_owners(rows)


def _wire(sums: Mapping[str, int]) -> dict[str, int]:
    return {wire: sums[f"{name}_sum"] for wire, name in _WIRE.items()}


def _note(corp_id: int, day: dt.date, *, final: bool, error_code: int | None) -> None:
    row, _made = FiguresDay.objects.select_for_update().get_or_create(
        corp_id=corp_id, day=day, defaults={"pulled_at": now()}
    )
    row.final, row.error_code, row.pulls, row.pulled_at = final, error_code, row.pulls + 1, now()
    row.save()
