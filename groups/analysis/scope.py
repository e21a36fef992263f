"""Which days and whose chats a figure is about."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from core.time import day_range, now
from corps.actors import Actor
from corps.models import Employee
from groups.models import GroupChat, GroupMember
from groups.querysets import GroupChatQuerySet, GroupMemberQuerySet

MOST_DAYS = 92
_USUAL = dt.timedelta(days=29)


@dataclass(frozen=True, slots=True)
class Scope:
    """Attributes:
    first, last: days in ``zone``, both included; at most ``MOST_DAYS`` of them.
    owner_id, department_id, chat_id: narrow the chats; of the department, those below it too.
    """

    actor: Actor
    zone: ZoneInfo
    first: dt.date
    last: dt.date
    owner_id: int | None = None
    department_id: int | None = None
    chat_id: int | None = None

    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """From the first instant of the first day to that after the last."""
        return day_range(self.first, self.zone)[0], day_range(self.last, self.zone)[1]

    def chats(self) -> GroupChatQuerySet:
        """The chats that are meant and that the actor may see."""
        found = GroupChat.objects.visible_to(self.actor)
        if self.chat_id:
            found = found.filter(pk=self.chat_id)
        narrowed: GroupChatQuerySet = self.of_owners(found)
        return narrowed

    def of_owners(self, rows: Any) -> Any:
        """Of rows that have an owner, those of the owner and the department that are meant."""
        if self.owner_id:
            rows = rows.filter(owner_id=self.owner_id)
        if self.department_id:
            owners = Employee.objects.in_department(self.department_id, self.actor)
            rows = rows.filter(owner_id__in=list(owners.values_list("pk", flat=True)))
        return rows

    def stays(self) -> GroupMemberQuerySet:
        """The stays in these chats."""
        found = GroupMember.objects.visible_to(self.actor)
        if self.chat_id:
            found = found.filter(chat_id=self.chat_id)
        if self.owner_id or self.department_id:
            found = found.filter(chat_id__in=self.chats().values("pk"))
        return found


def window(zone: ZoneInfo, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date]:
    """The days asked for; without them the last thirty, today included."""
    end = last or (first + _USUAL if first else now().astimezone(zone).date())
    return first or end - _USUAL, end
