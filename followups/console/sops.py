"""The console's pages of SOPs: which customers are in one, how far, and what is due."""

from typing import Any

from django.contrib import admin
from django.db.models import Min, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from core.console import ReadOnlyAdmin, ReadOnlyInline
from core.console_links import page_link
from core.console_lists import BoundedChangeList, ScopedAutocompleteFilter
from followups.choices import ReminderState
from followups.console.filters import SopIdFilter, SopStateFilter
from followups.console.shown import ReminderShown, SopShown, StopShown, stop_of
from followups.models import Reminder, SopEnrolment, SopStop


class DueChangeList(BoundedChangeList):
    """The rows of a page with the next that is due in each, by one statement for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        waiting = Reminder.objects.filter(enrolment__in=[row.pk for row in rows], state=ReminderState.OPEN)
        due = dict(waiting.order_by().values_list("enrolment").annotate(Min("due_at"))) if rows else {}
        for row in rows:
            row.due_at = due.get(row.pk)
        self.result_list = rows


class StepInline(ReminderShown, ReadOnlyInline):
    """The steps that somebody had to do something for."""

    model = Reminder
    tab = False
    verbose_name_plural = pgettext_lazy("SOP", "steps")
    fields = readonly_fields = ["step", "linked", "employee", "due_at", "how", "settled_at"]
    ordering = ["step"]
    template_before = "console/no_rows.html"
    empty_text = _("No step of it was due yet.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("employee", "enrolment", "customer")

    @display(description=pgettext_lazy("reminder", "what to do"))
    def linked(self, row: Reminder) -> str:
        return page_link("followups_reminder", row.pk, self.what(row))


class StopInline(StopShown, ReadOnlyInline):
    """That the operation service is to end it, or was told to."""

    model = SopStop
    tab = False
    verbose_name_plural = _("stop")
    fields = readonly_fields = ["reason", "how", "tries", "failure", "create_time", "settled_at"]
    ordering = ["-id"]
    template_before = "console/no_rows.html"
    empty_text = _("Nothing stops it.")


@admin.register(SopEnrolment)
class SopEnrolmentAdmin(SopShown, ReadOnlyAdmin):
    list_display = ["name_or_id", "who", "progress", "how", "due", "since", "until"]
    list_display_links = ["name_or_id"]
    list_select_related = ["customer"]
    list_filter = [SopStateFilter, SopIdFilter, ("owner", ScopedAutocompleteFilter)]
    linked_by = ["customer"]
    list_before_template = "followups/no_sops.html"
    sortable_by: list[str] = []
    ordering = ["-id"]
    inlines = [StepInline, StopInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name_or_id", "how"),
                    ("who", "owner"),
                    ("progress", "stopped_because"),
                    ("since", "until"),
                    ("enrolment_id", "sop_id"),
                    "why",
                ]
            },
        )
    ]
    readonly_fields = ["name_or_id", "how", "who", "progress", "stopped_because"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("stops")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return DueChangeList

    @display(description=_("SOP"))
    def name_or_id(self, row: SopEnrolment) -> str:
        return str(row)

    @display(description=pgettext_lazy("reminder", "due"))
    def due(self, row: Any) -> Any:
        return row.due_at

    @display(description=_("to be stopped because"))
    def stopped_because(self, row: SopEnrolment) -> str:
        stop = stop_of(row)
        return f"{stop.get_reason_display()} · {stop.get_state_display()}" if stop else "–"
