"""What a number leads to: the list of exactly what it counts, or nothing where there is no such list."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from corps.querysets import owns_narrowly
from customers.choices import RelationStatus
from insights.console.stats.reader import Reader
from insights.stats.behind import NUMBERS, told_apart
from insights.stats.scopes import Scope
from insights.stats.terms import Dim

# How the list of deletion records is asked for what these count.
_LOST: dict[str, dict[str, Any]] = {
    "lost": {"way": "lost"},
    "lostByEmployee": {"ended_by__exact": int(RelationStatus.ENDED_BY_EMPLOYEE)},
    "lostByCustomer": {"ended_by__exact": int(RelationStatus.ENDED_BY_CUSTOMER)},
    "lostUnknown": {"way": "unknown"},
    "transferred": {"way": "handed"},
}
_NAMES = {Dim.EMPLOYEE: "employee", Dim.DEPARTMENT: "department", Dim.CHANNEL: "channel"}


@dataclass(frozen=True, slots=True)
class Drill:
    """Leads from the numbers of a scope."""

    reader: Reader
    scope: Scope

    def to(self, name: str, told: dict[str, Any] | None, first: dt.date, last: dt.date) -> str:
        """The address of what a number of some days counts; "" where there is nothing or no such list."""
        if not (told and told["relations"]) or not told_apart(self.scope):
            return ""
        # Lists know the company and an employee; whoever sees all companies sees the rows of all in them.
        plain = self.scope.dim in (Dim.CORP, Dim.EMPLOYEE) and not self.reader.roams
        if name in _LOST and plain:
            return self._list("insights_loss", "ended_at", first, last, _LOST[name])
        # Who sees less than the company doesn't see what was noted on customers that others have now.
        if name == "followups" and plain and not owns_narrowly(self.reader.actor):
            return self._list("followups_followup", "happened_at", first, last, {})
        return self._behind(name, first, last) if name in NUMBERS else ""

    def _list(self, page: str, column: str, first: dt.date, last: dt.date, more: dict[str, Any]) -> str:
        asked = {f"{column}_from": first, f"{column}_to": last} | more
        if self.scope.dim == Dim.EMPLOYEE:
            asked["employee__id__exact"] = self.scope.idents[0]
        return f"{reverse(f'admin:{page}_changelist')}?{urlencode(asked)}"

    def _behind(self, name: str, first: dt.date, last: dt.date) -> str:
        asked: dict[str, Any] = {"number": name, "first": first, "last": last}
        if self.scope.dim in _NAMES:
            asked[_NAMES[self.scope.dim]] = self.scope.idents[0]
        if self.reader.roams:
            asked["corp"] = self.reader.corp.pk
        return f"{reverse('admin:insights_dailystat_behind')}?{urlencode(asked)}"
