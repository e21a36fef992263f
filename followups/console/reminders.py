"""The console's page of reminders: what is to be done, the most urgent first."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_links import page_link
from core.console_lists import DayRangeFilter, ScopedAutocompleteFilter
from core.console_scope import actor_of
from corps.policy import Act
from customers import finding
from followups.choices import ReminderState
from followups.console import reminder_acts
from followups.console.filters import DueFilter, ReminderStateFilter, WhoseFilter
from followups.console.shown import ReminderShown
from followups.models import Reminder


@admin.register(Reminder)
class ReminderAdmin(ReminderShown, ReadOnlyAdmin):
    list_display = ["what", "who", "employee", "due_at", "how", "sop"]
    list_display_links = ["what"]
    list_select_related = ["customer", "employee", "enrolment"]
    list_filter = [
        ReminderStateFilter,
        WhoseFilter,
        DueFilter,
        ("employee", ScopedAutocompleteFilter),
        ("due_at", DayRangeFilter),
    ]
    linked_by = ["customer", "enrolment"]
    list_before_template = "followups/no_reminders.html"
    sortable_by: list[str] = []
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("what", "how"),
                    ("who", "employee"),
                    ("sop", "step"),
                    ("due_at", "source"),
                    ("settled_at", "settler"),
                ]
            },
        )
    ]
    readonly_fields = ["what", "how", "who", "sop", "settler"]
    actions = ["done_all", "cancel_all"]
    actions_detail = ["done", "cancel"]

    def get_ordering(self, request: HttpRequest) -> Any:
        # The indexes on what is due begin with the company, or the employee.
        return ["-id"] if actor_of(request).sees_all_corps else ["due_at", "id"]

    def has_settle_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.FOLLOWUP_WRITE))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """None where it is settled, or where the customer may only be read."""
        row = self.get_object(request, unquote(str(object_id)))
        if row is None or row.state != ReminderState.OPEN:
            return []
        may = finding.may_change(row.customer_id, actor_of(request))
        return super().get_actions_detail(request, object_id) if may else []

    @display(description=_("SOP"))
    def sop(self, row: Reminder) -> str:
        return page_link("followups_sopenrolment", row.enrolment_id, str(row.enrolment)) if row.enrolment else "–"

    # --- Acts ---

    @admin.action(description=_("Mark as done"), permissions=["settle"])
    def done_all(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return reminder_acts.bulk(self, request, queryset, reminder_acts.DONE)

    @admin.action(description=pgettext_lazy("reminder", "Call off"), permissions=["settle"])
    def cancel_all(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return reminder_acts.bulk(self, request, queryset, reminder_acts.CANCEL)

    @action(description=_("Mark as done"), url_path="done", icon="task_alt", permissions=["settle"])
    def done(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return reminder_acts.single(self, request, object_id, reminder_acts.DONE)

    @action(
        description=pgettext_lazy("reminder", "Call off"), url_path="cancel", icon="event_busy", permissions=["settle"]
    )
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return reminder_acts.single(self, request, object_id, reminder_acts.CANCEL)
