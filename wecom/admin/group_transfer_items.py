"""The chats of a handover on its page: what became of each, and what WeCom's codes mean."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from core.console import ReadOnlyInline
from core.console_links import page_link
from core.console_lists import badge
from groups.models import GroupTransferItem
from groups.transfers import preflight
from wecom.client.codes import advice_on

ItemState = GroupTransferItem.State
COLOURS = {
    ItemState.PLANNED: "info",
    ItemState.BLOCKED: "warning",
    ItemState.WAITING: "info",
    ItemState.SENDING: "info",
    ItemState.DOUBT: "warning",
    ItemState.DONE: "success",
    ItemState.FAILED: "danger",
    ItemState.CANCELLED: None,
}


class ItemInline(ReadOnlyInline):
    """The chats of a job, and what became of each."""

    model = GroupTransferItem
    verbose_name_plural = gettext_lazy("group chats")
    fields = readonly_fields = ["group", "owner", "state_label", "why", "sent_at", "settled_at"]
    ordering = ["id"]
    per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("chat", "owner")

    @display(description=gettext_lazy("group chat"))
    def group(self, row: GroupTransferItem) -> str:
        return page_link("groups_groupchat", row.chat_id, row.chat)

    @display(description=gettext_lazy("state"))
    def state_label(self, row: GroupTransferItem) -> str:
        return badge(row.get_state_display(), COLOURS[ItemState(row.state)])

    @display(description=gettext_lazy("reason"))
    def why(self, row: GroupTransferItem) -> str:
        return because(row.reason, row.error_code) or "–"


def because(reason: str, code: int | None) -> str:
    """Why a chat can't go or didn't, in words; empty where nothing stands in its way."""
    told = f"{code}: {advice_on(code)}" if code is not None else ""
    return str(preflight.WORDS.get(reason, reason)) if reason else told
