"""WeCom's own figures, added up by day and by owner."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Sum

from groups.analysis.scope import Scope
from groups.figures import NAMES
from groups.models import FiguresDay, OwnerFigures


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
