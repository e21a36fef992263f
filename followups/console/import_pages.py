"""The console's pages of imports: a file is sent, checked, brought in, and what came of it is told."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from core import exporting
from core.console import ReadOnlyAdmin
from core.console_lists import badge
from core.console_scope import actor_of, visible
from corps.names import names_of
from corps.policy import Act
from followups import ringing
from followups.choices import ImportState, LineState
from followups.console import import_sheet, import_upload
from followups.importing import jobs, sheets
from followups.models import FollowUpImport, FollowUpImportLine

_COLOURS = {
    ImportState.CHECKING: "info",
    ImportState.CHECKED: "warning",
    ImportState.WRITING: "info",
    ImportState.DONE: "success",
    ImportState.FAILED: "danger",
}
_TAKES = {
    ImportState.CHECKING: ("stop",),
    ImportState.CHECKED: ("start", "stop"),
    ImportState.WRITING: ("stop",),
}
# Seconds until the page of one that is under way shows how far it is by then.
_AGAIN = "3"


@admin.register(FollowUpImport)
class FollowUpImportAdmin(ReadOnlyAdmin):
    list_display = ["name", "state_label", "progress", "bad", "create_time"]
    list_filter = [("state", ChoicesDropdownFilter)]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fieldsets = [(None, {"fields": [("name", "who"), ("create_time", "finished_at")]})]
    readonly_fields = ["who", "create_time"]
    change_form_before_template = "console/import_sheet.html"
    actions_list = ["upload"]
    actions_detail = ["start", "stop"]

    def has_run_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.FOLLOWUP_MANAGE))

    def get_urls(self) -> list[Any]:
        guarded, name = self.admin_site.admin_view, "followups_followupimport"
        own = [
            path("template/", guarded(self.template), name=f"{name}_template"),
            path("<int:pk>/faults/", guarded(self.faults), name=f"{name}_faults"),
        ]
        return [*own, *super().get_urls()]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Only what the import can take now."""
        row = self.get_object(request, unquote(str(object_id)))
        takes = _TAKES.get(ImportState(row.state), ()) if row else ()
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if each.action_name.rpartition("_")[2] in takes]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        told = {"sheet": import_sheet.of(row, self.page)} if row else {}
        answer = super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})
        if row and row.state in (ImportState.CHECKING, ImportState.WRITING):
            answer.headers["Refresh"] = _AGAIN
        return answer

    # --- Columns ---

    @display(description=gettext_lazy("state"))
    def state_label(self, row: FollowUpImport) -> str:
        return badge(row.get_state_display(), _COLOURS.get(ImportState(row.state)))

    @display(description=gettext_lazy("brought in"))
    def progress(self, row: FollowUpImport) -> str:
        return _("%(done)d of %(all)d") % {"done": row.created, "all": row.good} if row.good else "–"

    @display(description=gettext_lazy("by"))
    def who(self, row: FollowUpImport) -> str:
        return names_of([row.actor], corp_id=row.corp_id).get(row.actor, row.actor)

    # --- Acts ---

    @action(description=gettext_lazy("Import follow-ups"), url_path="upload", icon="upload_file", permissions=["run"])
    def upload(self, request: HttpRequest) -> HttpResponse:
        return import_upload.page(self, request)

    @action(description=gettext_lazy("Bring in"), url_path="start", icon="play_arrow", permissions=["run"])
    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: FollowUpImport, _data: dict[str, Any]) -> str:
            jobs.start(job=row, by=actor_of(request), source="operator")
            ringing.for_import(row.pk)
            return _("The follow-ups are being brought in.")

        text = _("They are written with their authors and times. Lines at fault are left out; nobody is reminded.")
        return self.act(request, object_id, title=_("Bring in"), text=text, run=run)

    @action(description=gettext_lazy("Stop"), url_path="stop", icon="stop_circle", permissions=["run"])
    def stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: FollowUpImport, _data: dict[str, Any]) -> str:
            jobs.stop(job=row, by=actor_of(request), source="operator")
            return _("The import is stopped.")

        text = _("Nothing more is brought in. What was brought in stays.")
        return self.act(request, object_id, title=_("Stop"), text=text, run=run)

    # --- Files ---

    def template(self, request: HttpRequest) -> HttpResponseBase:
        """The empty sheet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return exporting.as_file(sheets.template(), "follow-ups-template", _kind(request))

    def faults(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The lines at fault, to be corrected and sent again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = visible(FollowUpImport.objects.all(), actor_of(request))
        row = rows.filter(pk=pk).first() if pk < 2**63 else None
        if row is None:
            return self.nowhere(request, pk)
        lines = FollowUpImportLine.objects.filter(job=row, state=LineState.BAD).order_by("number")
        name = f"follow-ups-{row.pk}-faults"
        return exporting.as_file(sheets.at_fault(lines.iterator(1_000)), name, _kind(request), numbers=False)


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("format", "")
    return asked if asked in exporting.KINDS else exporting.KINDS[0]
