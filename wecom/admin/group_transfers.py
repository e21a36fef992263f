"""The console's pages of handovers of group chats. Here and not in groups, since they tell what WeCom's codes mean."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_lists import BoundedChangeList, badge
from core.console_scope import actor_of
from corps.names import names_of
from corps.policy import Act
from groups.console import transfer_pages
from groups.models import GroupTransferJob
from groups.transfers import report, running
from wecom.admin.group_transfer_items import ItemInline, because
from wecom.admin.group_transfer_sheet import sheet_of

State = GroupTransferJob.State
COLOURS = {
    State.DRAFT: "info",
    State.RUNNING: "info",
    State.PAUSED: "warning",
    State.DONE: "success",
    State.CANCELLED: None,
}
_TAKES = {
    "start": (State.DRAFT, State.PAUSED),
    "pause": (State.RUNNING,),
    "cancel": (State.DRAFT, State.RUNNING, State.PAUSED),
}


class CountedChangeList(BoundedChangeList):
    """The jobs of a page with how many of their chats are where, by one statement for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        self.result_list = rows
        numbers = report.counts_of([row.pk for row in rows]) if rows else {}
        for row in rows:
            row.numbers = numbers[row.pk]


@admin.register(GroupTransferJob)
class GroupTransferJobAdmin(ReadOnlyAdmin):
    list_display = ["label", "taker", "state_label", "progress", "failed", "create_time", "finished_at"]
    list_display_links = ["label"]
    list_select_related = ["taker"]
    list_filter = [("state", ChoicesDropdownFilter)]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("taker", "state_label"),
                    "trouble",
                    ("asked_by", "create_time"),
                    ("started_at", "finished_at"),
                ]
            },
        )
    ]
    readonly_fields = ["taker", "state_label", "trouble", "asked_by", "create_time"]
    inlines = [ItemInline]
    change_form_before_template = "console/group_sheet.html"
    actions_list = ["hand_over"]
    actions_detail = ["start", "pause", "cancel"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return CountedChangeList

    def has_transfer_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.GROUP_TRANSFER))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[UnfoldAction]:
        """Only what the job can take now."""
        row = self.get_object(request, unquote(str(object_id)))
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if row and row.state in _TAKES[each.action_name.rpartition("_")[2]]]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        told = {"sheet": sheet_of(row)} if row else {}
        if row and told["sheet"]["wait"] and self.has_transfer_permission(request):
            told["sheet"]["start"] = self.page("start", row.pk)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        # Django looks for the row first, and these rows are not there for who may not see any.
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    # --- Columns ---

    @display(description=gettext_lazy("handover"))
    def label(self, row: GroupTransferJob) -> str:
        return f"#{row.pk}"

    @display(description=gettext_lazy("state"))
    def state_label(self, row: GroupTransferJob) -> str:
        return badge(row.get_state_display(), COLOURS[State(row.state)])

    @display(description=gettext_lazy("progress"))
    def progress(self, row: Any) -> str:
        over, everything = report.progress(row.numbers)
        return f"{over} / {everything}"

    @display(description=gettext_lazy("failed"))
    def failed(self, row: Any) -> int:
        return int(row.numbers["failed"])

    @display(description=gettext_lazy("held up by"))
    def trouble(self, row: GroupTransferJob) -> str:
        return because("", row.error_code) or "–"

    @display(description=gettext_lazy("asked by"))
    def asked_by(self, row: GroupTransferJob) -> str:
        return names_of([row.actor], corp_id=row.corp_id).get(row.actor, row.actor)

    # --- Acts ---

    @action(
        description=gettext_lazy("Hand over somebody's group chats"),
        url_path="hand-over",
        icon="move_group",
        permissions=["transfer"],
    )
    def hand_over(self, request: HttpRequest) -> HttpResponse:
        return transfer_pages.all_of_one(self, request)

    @action(description=gettext_lazy("Start"), url_path="start", icon="play_arrow", permissions=["transfer"])
    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("A hundred groups go with each call, and 300 a day of one owner; the rest follows the next day.")
        return self._act(request, object_id, _("Start"), text, running.start, _("The handover has begun."))

    @action(description=gettext_lazy("Pause"), url_path="pause", icon="pause", permissions=["transfer"])
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("What is on its way arrives; nothing more is sent until it is started again.")
        return self._act(request, object_id, _("Pause"), text, running.pause, _("The handover is paused."))

    @action(
        description=gettext_lazy("Call off the handover"),
        url_path="cancel",
        icon="stop_circle",
        permissions=["transfer"],
    )
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("What was sent stays with its new owner; nothing more is sent.")
        return self._act(
            request, object_id, _("Call off the handover"), text, running.cancel, _("The handover is called off.")
        )

    def _act(
        self, request: HttpRequest, object_id: str, title: str, text: str, rule: Callable[..., Any], done: str
    ) -> HttpResponse:
        def run(row: GroupTransferJob, data: dict[str, Any]) -> str:
            rule(job=row, by=actor_of(request), source="operator")
            return done

        return self.act(request, object_id, title=title, text=text, run=run)
