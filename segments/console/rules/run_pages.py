"""The pages of runs: how far they are, a dry run's sample, and the acts that hold, call off and take back."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_links import list_link, page_link
from core.console_lists import badge
from core.console_scope import actor_of
from core.retry import atomic_retry
from corps.policy import Act
from segments import ringing
from segments.console.rules import telling
from segments.models import RuleRun
from segments.rules import jobs

State, Kind = RuleRun.State, RuleRun.Kind
COLOURS = {
    State.RUNNING: "info",
    State.PAUSED: "warning",
    State.STOPPED: "danger",
    State.DONE: "success",
}


@admin.register(RuleRun)
class RuleRunAdmin(ReadOnlyAdmin):
    list_display = ["label", "rule_link", "state_label", "progress", "changed", "started_at", "finished_at"]
    list_filter = [("kind", ChoicesDropdownFilter), ("state", ChoicesDropdownFilter)]
    list_select_related = ["rule", "rule_version"]
    linked_by = ["rule"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("label", "state_label"),
                    ("rule_link", "numbers"),
                    ("progress", "held", "changed"),
                    ("started_at", "finished_at", "asked_by"),
                    "counts",
                    "effects",
                    "sample",
                ]
            },
        )
    ]
    readonly_fields = ["label", "state_label", "rule_link", "numbers", "progress", "asked_by", "counts", "effects"]
    readonly_fields += ["sample"]
    actions_detail = ["pause", "resume", "cancel", "undo"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("rule", "rule_version")

    def has_run_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.RULE_WRITE))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what the run can take now."""
        row = self.get_object(request, unquote(str(object_id)))
        is_open = row is not None and row.state in jobs.OPEN and row.kind in jobs.JOBS
        takes = {
            "pause": is_open and row is not None and row.state == State.RUNNING,
            "resume": is_open and row is not None and row.state != State.RUNNING,
            "cancel": is_open,
            "undo": row is not None and not is_open and row.changed > 0 and row.kind not in (Kind.TRIAL, Kind.UNDO),
        }
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if any(takes[name] for name in takes if each.action_name.endswith(name))]

    # --- Columns ---

    @display(description=gettext_lazy("what"))
    def label(self, row: RuleRun) -> str:
        return f"#{row.pk} {row.get_kind_display()}"

    @display(description=gettext_lazy("rule"))
    def rule_link(self, row: RuleRun) -> str:
        return page_link("segments_tagrule", row.rule_id, str(row.rule))

    @display(description=gettext_lazy("version"))
    def numbers(self, row: RuleRun) -> str:
        return f"v{row.rule_version.number}"

    @display(description=gettext_lazy("state"))
    def state_label(self, row: RuleRun) -> str:
        return badge(row.get_state_display(), COLOURS.get(State(row.state)))

    @display(description=gettext_lazy("looked at"))
    def progress(self, row: RuleRun) -> str:
        return _("%(seen)d of %(total)d") % {"seen": row.seen, "total": row.total} if row.total else str(row.seen)

    @display(description=gettext_lazy("asked by"))
    def asked_by(self, row: RuleRun) -> str:
        return telling.who(row)

    @display(description=gettext_lazy("result"))
    def counts(self, row: RuleRun) -> str:
        return telling.counts(row)

    @display(description=gettext_lazy("changes"))
    def effects(self, row: RuleRun) -> str:
        of = row.undoes_id or row.pk
        return list_link("segments_ruleeffect", f"run={of}", _("Each change")) if row.kind != Kind.TRIAL else "–"

    @display(description=gettext_lazy("sample"))
    def sample(self, row: RuleRun) -> str:
        return telling.sample(row)

    # --- Acts ---

    @action(description=gettext_lazy("Pause"), url_path="pause", icon="pause", permissions=["run"])
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._do(request, object_id, jobs.pause, _("Pause"), _("Nothing more is changed until it goes on."))

    @action(description=gettext_lazy("Go on"), url_path="resume", icon="play_arrow", permissions=["run"])
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._do(request, object_id, jobs.resume, _("Go on"), _("From where it was held."))

    @action(description=gettext_lazy("Call off"), url_path="cancel", icon="stop_circle", permissions=["run"])
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._do(request, object_id, jobs.cancel, _("Call off"), _("What it did stays, and can be taken back."))

    @action(description=gettext_lazy("Take back"), url_path="undo", icon="undo", permissions=["run"])
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("All that this run changed is put back as it was, but for what somebody has changed since.")
        return self._do(request, object_id, jobs.begin_undo, _("Take back"), text)

    def _do(self, request: HttpRequest, object_id: str, act: Any, title: str, text: str) -> HttpResponse:
        @atomic_retry
        def run(row: RuleRun, _data: dict[str, Any]) -> HttpResponse:
            after = act(run=row, by=actor_of(request), source="operator")
            if after.state == State.RUNNING:
                ringing.for_rule_run(after.pk)
            return redirect(self.page("change", after.pk))

        return self.act(request, object_id, title=title, text=text, run=run)
