from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_lists import badge
from core.console_scope import actor_of
from core.errors import RuleViolation
from messaging.console import block
from wecom.admin.asking import AskForm
from wecom.client.codes import advice_on
from wecom.models import SyncRun
from wecom.sync import asking, progress, report, safety

State = SyncRun.State
COLOURS = {
    State.QUEUED: "info",
    State.RUNNING: "info",
    State.NEEDS_APPROVAL: "warning",
    State.DONE: "success",
    State.FAILED: "danger",
    State.CANCELLED: None,
}
# How many open runs the list shows live.
_SHOWN = 20


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    list_display = ["label", "state_label", "rows", "asked_by", "create_time", "finished_at"]
    list_filter = [("kind", ChoicesDropdownFilter), ("state", ChoicesDropdownFilter)]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = [
        "label",
        "state_label",
        "told",
        "asked_by",
        "create_time",
        "started_at",
        "finished_at",
        "approved_by",
        "pages",
        "spent_label",
        "going",
        "sample",
        "failures",
    ]
    list_before_template = change_form_before_template = "wecom/runs_placeholder.html"
    actions_list = ["ask"]
    actions_detail = ["approve", "refuse", "cancel"]

    def get_urls(self) -> list[Any]:
        live = path("live/", self.admin_site.admin_view(self.live), name="wecom_syncrun_live")
        return [live, *super().get_urls()]

    def has_ask_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("wecom.add_syncrun"))  # type: ignore[union-attr]

    def has_decide_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("wecom.change_syncrun"))  # type: ignore[union-attr]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Only what the run can take now."""
        row = self.get_object(request, unquote(str(object_id)))
        waits = bool(row and row.state == State.NEEDS_APPROVAL)
        takes = {"approve": waits, "refuse": waits, "cancel": bool(row and row.finished_at is None)}
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if takes.get(each.action_name.rpartition("_")[2])]

    # --- Columns ---

    @display(description=gettext_lazy("what"))
    def label(self, row: SyncRun) -> str:
        kind = row.get_kind_display()
        return _("%(kind)s (dry run)") % {"kind": kind} if row.dry_run else kind

    @display(description=gettext_lazy("state"))
    def state_label(self, row: SyncRun) -> str:
        return badge(row.get_state_display(), COLOURS[State(row.state)])

    @display(description=gettext_lazy("rows"))
    def rows(self, row: SyncRun) -> int:
        return report.rows(row)

    @display(description=gettext_lazy("result"))
    def told(self, row: SyncRun) -> str:
        return block("\n".join(report.sentences(row)))

    @display(description=gettext_lazy("seconds spent"))
    def spent_label(self, row: SyncRun) -> str:
        figures = {part: round(row.spent.get(part, 0)) for part in ("api", "database", "python")}
        return _("WeCom %(api)d, database %(database)d, Python %(python)d") % figures

    @display(description=gettext_lazy("would end"))
    def going(self, row: SyncRun) -> str:
        return block("\n".join(row.report.get("hold", {}).get("sample", []))) or "–"

    @display(description=gettext_lazy("samples"))
    def sample(self, row: SyncRun) -> str:
        return block("\n".join(row.report.get("sample", []))) or "–"

    @display(description=gettext_lazy("could not be read"))
    def failures(self, row: SyncRun) -> str:
        failed = row.report.get("failures", [])
        return block("\n".join(f"{f['who']}  {f['code']}  {advice_on(f['code'])}" for f in failed)) or "–"

    # --- Live ---

    def live(self, request: HttpRequest) -> HttpResponse:
        """The open runs, as a fragment that fetches itself again for as long as one moves."""
        if not self.has_view_permission(request):
            return self.nowhere(request, "live")
        runs = list(self.get_queryset(request).filter(finished_at=None).order_by("id")[:_SHOWN])
        moving = any(run.state != State.NEEDS_APPROVAL for run in runs)
        context = {"runs": [(run, self.label(run), progress.of(run)) for run in runs], "moving": moving}
        return TemplateResponse(request, "wecom/runs.html", context, headers={"Cache-Control": "no-store"})

    # --- Acts ---

    @action(description=gettext_lazy("Read from WeCom"), url_path="ask", icon="sync", permissions=["ask"])
    def ask(self, request: HttpRequest) -> HttpResponse:
        form = AskForm(actor_of(request), request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                self._ask(request, form.cleaned_data)
            except RuleViolation as refusal:
                form.add_error(None, str(refusal.message))
            else:
                self.message_user(request, _("It has been asked for and begins within seconds."))
                return redirect(self.page("changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Read from WeCom"),
            "text": _("Everything is compared with WeCom, and what differs is brought into step."),
            "form": form,
            "media": self.media + form.media,
            "opts": self.opts,
            "back": self.page("changelist"),
        }
        return TemplateResponse(request, "console/act.html", context)

    def _ask(self, request: HttpRequest, data: dict[str, Any]) -> None:
        actor = actor_of(request)
        given = {
            "corp_id": data["corp"].pk if "corp" in data else actor.corp_id,
            "by": actor,
            "dry_run": data["dry_run"],
        }
        for run in [asking.ask(kind=data["kind"], **given)] if data["kind"] else asking.ask_all(**given):
            self.log_addition(request, run, _("Asked for a sync."))

    @action(description=gettext_lazy("Approve"), url_path="approve", icon="check", permissions=["decide"])
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: SyncRun, data: dict[str, Any]) -> str:
            safety.approve(run=row, by=actor_of(request))
            return _("The sync goes on.")

        return self.act(request, object_id, title=_("Approve"), text=self._question(request, object_id), run=run)

    @action(description=gettext_lazy("Refuse"), url_path="refuse", icon="block", permissions=["decide"])
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: SyncRun, data: dict[str, Any]) -> str:
            safety.refuse(run=row, by=actor_of(request))
            return _("The sync is over, and nothing has ended.")

        text = _("What has been read stays. Nothing ends; the next sync looks again.")
        return self.act(request, object_id, title=_("Refuse"), text=text, run=run)

    @action(description=gettext_lazy("Call off"), url_path="cancel", icon="stop_circle", permissions=["decide"])
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: SyncRun, data: dict[str, Any]) -> str:
            asking.cancel(run=row, by=actor_of(request))
            return _("The sync has been called off.")

        text = _("What has been read stays. The next sync begins from the start.")
        return self.act(request, object_id, title=_("Call off"), text=text, run=run)

    def _question(self, request: HttpRequest, object_id: str) -> str:
        row = self.get_object(request, unquote(str(object_id)))
        return " ".join(report.sentences(row)) if row else ""
