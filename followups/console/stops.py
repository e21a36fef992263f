"""The console's page of stops: what the operation service is to be told, and what it would not hear."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_acts import each
from core.console_links import page_link
from core.console_scope import actor_of
from corps.policy import Act
from followups import ringing
from followups.console.shown import StopShown
from followups.models import SopStop
from followups.stops import retrying


@admin.register(SopStop)
class SopStopAdmin(StopShown, ReadOnlyAdmin):
    list_display = ["sop", "who", "reason", "how", "tries", "failure", "due_at", "create_time"]
    list_display_links = ["create_time"]
    list_select_related = ["customer", "enrolment"]
    list_filter = [("state", ChoicesDropdownFilter), ("reason", ChoicesDropdownFilter)]
    list_before_template = "followups/no_stops.html"
    sortable_by: list[str] = []
    ordering = ["-id"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("sop", "who"),
                    ("reason", "how"),
                    ("tries", "due_at"),
                    ("create_time", "settled_at"),
                    "failure",
                ]
            },
        )
    ]
    readonly_fields = ["sop", "who", "how", "failure"]
    actions = ["retry_all"]
    actions_detail = ["retry"]

    def has_retry_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.EVENT_REPLAY))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        row = self.get_object(request, unquote(str(object_id)))
        waits = row is not None and row.state in retrying.OPEN
        return super().get_actions_detail(request, object_id) if waits else []

    @display(description=gettext_lazy("SOP"))
    def sop(self, row: SopStop) -> str:
        return page_link("followups_sopenrolment", row.enrolment_id, str(row.enrolment))

    # --- Acts ---

    @admin.action(description=gettext_lazy("Try again"), permissions=["retry"])
    def retry_all(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        by = actor_of(request)
        done, refused = each(queryset, lambda row: retrying.retry(stop=row, by=by, source="operator"))
        ringing.for_stops()
        told = ngettext("%(n)d stop is sent again.", "%(n)d stops are sent again.", done) % {"n": done}
        level = messages.WARNING if refused else messages.SUCCESS
        self.message_user(request, " ".join([told, *dict.fromkeys(refused)]), level)

    @action(description=gettext_lazy("Try again"), url_path="retry", icon="refresh", permissions=["retry"])
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: SopStop, _data: dict[str, Any]) -> str:
            retrying.retry(stop=row, by=actor_of(request), source="operator")
            ringing.for_stops()
            return _("It is sent again.")

        text = _("The operation service is told once more to end this SOP, under the same key as before.")
        return self.act(request, object_id, title=_("Try again"), text=text, run=run)
