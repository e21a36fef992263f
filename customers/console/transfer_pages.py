"""The console's pages of transfers, with the sheet before and the report after."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_lists import BoundedChangeList, ScopedAutocompleteFilter, badge
from core.console_scope import actor_of
from corps.models import Employee
from corps.policy import Act
from customers.choices import ItemState, JobState
from customers.console import transfer_forms
from customers.console.outcome_pages import ITEM_COLOURS
from customers.models import TransferJob
from customers.transfers import reasons, report, running, sheet

JOB_COLOURS = {
    JobState.CHECKED: "info",
    JobState.RUNNING: "info",
    JobState.PAUSED: "warning",
    JobState.DONE: "success",
    JobState.CANCELLED: None,
}


class CountedChangeList(BoundedChangeList):
    """The jobs of a page with their counts and their takers' names, by one statement each."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        counts = report.counts([row.pk for row in rows]) if rows else {}
        busy = [row.pk for row in rows if row.started_at and not row.finished_at]
        carried = report.carried(busy) if busy else {}
        named = Employee.objects.in_bulk({pk for row in rows for pk in row.takers}) if rows else {}
        self.result_list = rows
        for row in rows:
            row.counted, row.carried = counts[row.pk], carried.get(row.pk)
            row.taker_names = [str(named[pk]) for pk in row.takers if pk in named]


@admin.register(TransferJob)
class TransferJobAdmin(ReadOnlyAdmin):
    list_display = ["heading", "to_whom", "kind", "state_label", "progress", "create_time"]
    list_display_links = ["heading"]
    list_select_related = ["handover"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("handover", ScopedAutocompleteFilter),
    ]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("handover", "taker_names"),
                    ("kind", "state_label"),
                    ("create_time", "started_at"),
                    ("finished_at", "due_at"),
                    "message",
                ]
            },
        )
    ]
    readonly_fields = ["state_label", "taker_names", "create_time"]
    change_form_before_template = "console/transfer_sheet.html"
    actions_list = ["draw"]
    actions_detail = ["start", "recheck", "pause", "resume", "cancel"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return CountedChangeList

    def has_run_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.TRANSFER_WRITE))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Only what the transfer can take now."""
        row = self.get_object(request, unquote(str(object_id)))
        takes = _TAKES.get(JobState(row.state), ()) if row else ()
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if each.action_name.rpartition("_")[2] in takes]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        told = {"sheet": sheet_of(row)} if row else {}
        if row and told["sheet"]["wait"] and self.has_run_permission(request):
            told["sheet"]["start"] = self.page("start", row.pk)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})

    # --- Columns ---

    @display(description=gettext_lazy("hands over"), header=True)
    def heading(self, row: TransferJob) -> list[str]:
        return [str(row.handover), f"#{row.pk}", str(row.handover)[:1]]

    @display(description=gettext_lazy("take over"))
    def to_whom(self, row: Any) -> str:
        return "、".join(row.taker_names)

    @display(description=gettext_lazy("take over"))
    def taker_names(self, row: TransferJob) -> str:
        return "、".join(map(str, sheet.takers_of(row)))

    @display(description=gettext_lazy("state"))
    def state_label(self, row: TransferJob) -> str:
        return badge(row.get_state_display(), JOB_COLOURS[JobState(row.state)])

    @display(description=gettext_lazy("customers"))
    def progress(self, row: Any) -> str:
        count: Counter[str] = row.counted
        going = sum(count.values()) - count[ItemState.EXCLUDED]
        told = {"done": count[ItemState.DONE], "going": going}
        if not row.started_at:
            return _("%(going)d can go") % told
        return " · ".join(filter(None, [_("%(done)d of %(going)d taken over") % told, carrying(row.carried)]))

    # --- Acts ---

    @action(description=gettext_lazy("Hand over customers"), url_path="draw", icon="move_up", permissions=["run"])
    def draw(self, request: HttpRequest) -> HttpResponse:
        return transfer_forms.draw(self, request)

    @action(description=gettext_lazy("Start"), url_path="start", icon="play_arrow", permissions=["run"])
    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("Those who can go are sent to WeCom. Each may refuse for 24 hours; then it is done.")
        return self._act(request, object_id, running.start, _("Start"), text, _("The transfer is under way."))

    @action(description=gettext_lazy("Check again"), url_path="check", icon="rule", permissions=["run"])
    def recheck(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("Each customer is judged anew.")
        return self._act(request, object_id, sheet.recheck, _("Check again"), text, _("The sheet is drawn up anew."))

    @action(description=gettext_lazy("Pause"), url_path="pause", icon="pause", permissions=["run"])
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("No more is sent until you let it go on. What was sent goes on.")
        return self._act(request, object_id, running.pause, _("Pause"), text, _("The transfer is held up."))

    @action(description=gettext_lazy("Go on"), url_path="resume", icon="play_arrow", permissions=["run"])
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("What was held up is sent.")
        return self._act(request, object_id, running.resume, _("Go on"), text, _("The transfer goes on."))

    @action(
        description=gettext_lazy("Call off the transfer"),
        url_path="cancel",
        icon="stop_circle",
        permissions=["run"],
    )
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("What was not sent is not sent any more. What was sent can't be taken back: its results are read.")
        title, done = _("Call off the transfer"), _("The transfer is called off.")
        return self._act(request, object_id, running.cancel, title, text, done)

    def _act(self, request: HttpRequest, object_id: str, rule: Any, title: str, text: str, done: str) -> HttpResponse:
        def run(row: TransferJob, data: dict[str, Any]) -> str:
            rule(job=row, by=actor_of(request), source="operator")
            return done

        return self.act(request, object_id, title=title, text=text, run=run)


_TAKES = {
    JobState.CHECKED: ("start", "recheck", "cancel"),
    JobState.RUNNING: ("pause", "cancel"),
    JobState.PAUSED: ("resume", "cancel"),
}


def carrying(carried: tuple[int, int] | None) -> str:
    """What is still done when every outcome is known; empty where nothing is left to be carried over."""
    if carried is None:
        return ""
    over, everything = carried
    return _("notes and tags are being carried over: %(over)d of %(all)d") % {"over": over, "all": everything}


def sheet_of(job: TransferJob) -> dict[str, Any]:
    """What the page of a transfer shows above its facts: figures that lead to the customers, reasons, what is next."""
    count, shares = report.counts([job.pk])[job.pk], report.shares(job)
    link = reverse("admin:customers_transferitem_changelist")
    figures = [
        {
            "label": state.label,
            "number": count[state],
            "link": f"{link}?job={job.pk}&state__exact={state}",
            "warn": ITEM_COLOURS.get(state) == "danger",
        }
        for state in ItemState
        if count[state]
    ]
    return {
        "figures": figures,
        "all": f"{link}?job={job.pk}",
        "share": report.share(count) if job.started_at else None,
        "carrying": carrying(None if job.finished_at else report.carried([job.pk]).get(job.pk)),
        "takers": [(str(taker), shares[taker.pk]) for taker in sheet.takers_of(job) if shares[taker.pk]],
        "reasons": [(reasons.sentence(reason), number) for _state, reason, number in report.why_not(job)],
        "bad": report.bad_lines(job),
        "bad_number": job.report.get("bad", 0),
        "wait": job.state == JobState.CHECKED and count[ItemState.READY],
    }
