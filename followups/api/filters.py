"""What timelines and reminders can be narrowed by."""

from typing import Any

import django_filters as filters

from core.moments import MomentFilter
from core.time import now
from followups.choices import EntryKind, ReminderState
from followups.models import Reminder, TimelineEntry
from followups.timeline.reading import Wanted

_ID = {"min_value": 1, "max_value": 2**63 - 1, "decimal_places": 0}


class TimelineFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=EntryKind.choices)
    employeeId = filters.NumberFilter("employee_id", help_text="Whose act or matter it was.", **_ID)
    atFrom = MomentFilter("at", lookup_expr="gte", help_text="Happened at this time or later.")
    atTo = MomentFilter("at", lookup_expr="lt", help_text="Happened before this time.")

    class Meta:
        model = TimelineEntry
        fields: list[str] = []

    @classmethod
    def wanted(cls, params: Any) -> Wanted:
        """What was asked for, of parameters that are known to be fit."""
        given = cls(params, queryset=TimelineEntry.objects.none()).form
        given.is_valid()
        told = given.cleaned_data
        return Wanted(told["kind"], told["employeeId"], told["atFrom"], told["atTo"])


class ReminderFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=ReminderState.choices, help_text="Without it, the open ones.")
    mine = filters.BooleanFilter(method="own", help_text="true: only what the caller is to do.")
    overdue = filters.BooleanFilter(method="late", help_text="true: only open ones whose time is over.")
    employeeId = filters.NumberFilter("employee_id", help_text="Who is to do it.", **_ID)
    customerId = filters.NumberFilter("customer_id", **_ID)

    class Meta:
        model = Reminder
        fields: list[str] = []

    def own(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(employee_id=self.request.user.employee_id or 0) if value else rows

    def late(self, rows: Any, name: str, value: bool) -> Any:
        return rows.overdue(now()) if value else rows

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data["state"] else rows.open()
