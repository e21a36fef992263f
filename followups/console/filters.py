"""By what the lists of SOPs, reminders and stops are narrowed."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from core.console_lists import ExactFilter
from core.console_scope import actor_of
from core.time import day_range, now
from followups.choices import EnrolmentState, ReminderState

WEEK = dt.timedelta(days=7)


class DefaultingFilter(DropdownFilter):
    """One of the states; what is under way where none is chosen, so that a list opens with what is to be done."""

    title = _("state")
    parameter_name = "state"
    states: Any
    default: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [choice for choice in self.states.choices if choice[0] != self.default]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(state=value if value in self.states.values else self.default)


class ReminderStateFilter(DefaultingFilter):
    states, default = ReminderState, ReminderState.OPEN
    all_option = ["", ReminderState.OPEN.label]


class SopStateFilter(DefaultingFilter):
    states, default = EnrolmentState, EnrolmentState.RUNNING
    all_option = ["", EnrolmentState.RUNNING.label]


class WhoseFilter(DropdownFilter):
    """What whoever looks is to do; by default also what others are."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("mine", _("mine"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        mine = actor_of(request).employee_id or 0
        return queryset.filter(employee_id=mine) if self.value() == "mine" else queryset


class DueFilter(DropdownFilter):
    """By the days of the zone now active."""

    title = pgettext_lazy("reminder", "due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("overdue", _("overdue")), ("today", _("today")), ("week", _("within 7 days"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        moment, zone = now(), ZoneInfo(timezone.get_current_timezone_name())
        ends = {
            "overdue": (None, moment),
            "today": day_range(moment.astimezone(zone).date(), zone),
            "week": (moment, moment + WEEK),
        }
        if (value := self.value()) not in ends:
            return queryset
        first, end = ends[value]
        rows = queryset.filter(due_at__lt=end)
        return rows.filter(due_at__gte=first) if first else rows


class SopIdFilter(ExactFilter):
    """The operation service's own id of the SOP."""

    title = _("SOP id")
    parameter_name = "sop_id"
    column = "sop_id"
