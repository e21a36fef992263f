from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_acts import each
from core.console_lists import DayRangeFilter, ExactFilter, badge
from core.console_scope import actor_of
from messaging.console import among_newest, block
from wecom.callbacks import replaying
from wecom.client.codes import advice_on
from wecom.models import CallbackReceipt
from wecom.secrets import SealBroken, unseal

State = CallbackReceipt.State
COLOURS = {State.PENDING: "warning", State.DONE: "success", State.IGNORED: "info", State.DEAD: "danger"}


class CustomerFilter(ExactFilter):
    title = gettext_lazy("external userid")
    parameter_name = "customer"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        # The mailbox has an index, the column beside it none.
        return queryset.filter(mailbox=f"customer:{value}") if value else queryset


class ChangeFilter(ExactFilter):
    title = gettext_lazy("change, among the newest")
    parameter_name = "change"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        return among_newest(queryset, change_type=value) if value else queryset


@admin.register(CallbackReceipt)
class CallbackReceiptAdmin(ReadOnlyAdmin):
    list_display = ["label", "mailbox", "state_label", "attempts", "received_at", "short_error"]
    list_filter = [
        CustomerFilter,
        ChangeFilter,
        ("state", ChoicesDropdownFilter),
        ("received_at", DayRangeFilter),
    ]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = [
        "label",
        "app",
        "userid",
        "external_userid",
        "chat_id",
        "happened_at",
        "received_at",
        "state_label",
        "attempts",
        "due_at",
        "settled_at",
        "error",
        "content",
    ]
    actions = ["replay_selected"]
    actions_detail = ["replay"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        shown = list(super().get_fields(request, obj))
        return shown if self.has_replay_permission(request) else [name for name in shown if name != "content"]

    def has_replay_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("wecom.change_callbackreceipt"))  # type: ignore[union-attr]

    # --- Columns ---

    @display(description=gettext_lazy("event"))
    def label(self, row: CallbackReceipt) -> str:
        return f"{row.event} {row.change_type}".strip() or "–"

    @display(description=gettext_lazy("state"))
    def state_label(self, row: CallbackReceipt) -> str:
        return badge(row.get_state_display(), COLOURS[State(row.state)])

    @display(description=gettext_lazy("last error"))
    def short_error(self, row: CallbackReceipt) -> str:
        return row.last_error[:60]

    @display(description=gettext_lazy("last error"))
    def error(self, row: CallbackReceipt) -> str:
        advice = advice_on(row.error_code) if row.error_code else ""
        return block("\n".join(filter(None, [row.last_error, str(advice)]))) if row.last_error else "–"

    @display(description=gettext_lazy("body"))
    def content(self, row: CallbackReceipt) -> str:
        try:
            return block(unseal(row.body_sealed))
        except SealBroken:
            return _("It was sealed with a key that is not here any more.")

    # --- Acts ---

    @action(description=gettext_lazy("Work off again"), url_path="replay", icon="replay", permissions=["replay"])
    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: CallbackReceipt, data: dict[str, Any]) -> str:
            replaying.replay(receipt=row, by=actor_of(request))
            return _("It will be worked off again in a moment.")

        text = _(
            "What the event is about is read from WeCom anew. Do this once the cause of a failure has been mended."
        )
        return self.act(request, object_id, title=_("Work off again"), text=text, run=run)

    @admin.action(description=gettext_lazy("Work off again"), permissions=["replay"])
    def replay_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        asked, refused = each(queryset, lambda row: replaying.replay(receipt=row, by=actor_of(request)))
        text = _("%(asked)d receipts will be worked off again, %(refused)d refused.") % {
            "asked": asked,
            "refused": len(refused),
        }
        level = messages.WARNING if refused else messages.SUCCESS
        self.message_user(request, " ".join([text, *sorted(set(refused))]), level)
