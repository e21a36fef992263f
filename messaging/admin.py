import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin, ReadOnlyInline
from core.console_acts import each
from core.console_links import link
from core.console_lists import badge
from core.console_scope import actor_of
from messaging import deadletters
from messaging.console import NameFilter, PublishedFilter, ReplayedFilter, block, page_of
from messaging.models import DeadLetter, InboxDelivery, InboxEvent, OutboxEvent

STATE_COLOURS = {
    "pending": "warning",
    "done": "success",
    "ignored": "info",
    "dead": "danger",
}


class MessagePage(ReadOnlyAdmin):
    """What events of either direction show alike."""

    sortable_by: list[str] = []
    ordering = ["-id"]

    @display(description=gettext_lazy("subject"))
    def subject(self, row: Any) -> str:
        text = f"{row.aggregate_type} {row.aggregate_id}"
        address = page_of(row.aggregate_type, row.aggregate_id)
        if not address:
            return text
        return link(address, text)

    @display(description=gettext_lazy("payload"))
    def content(self, row: Any) -> str:
        return block(json.dumps(row.payload, ensure_ascii=False, indent=2))


@admin.register(OutboxEvent)
class OutboxEventAdmin(MessagePage):
    list_display = ["name", "subject", "aggregate_version", "state", "attempts", "occurred_at"]
    list_filter = [PublishedFilter, NameFilter]
    linked_by = ["aggregate_type", "aggregate_id"]
    fields = readonly_fields = [
        "name",
        "event_id",
        "subject",
        "aggregate_version",
        "state",
        "occurred_at",
        "published_at",
        "attempts",
        "last_error",
        "content",
    ]

    @display(description=gettext_lazy("state"))
    def state(self, row: OutboxEvent) -> str:
        return badge(_("published"), "success") if row.published_at else badge(_("waiting"), "warning")


class DeliveryInline(ReadOnlyInline):
    model = InboxDelivery
    tab = False
    fields = readonly_fields = ["handler", "state_label", "attempts", "due_at", "last_error"]
    ordering = ["handler"]

    @display(description=gettext_lazy("state"))
    def state_label(self, row: InboxDelivery) -> str:
        return badge(row.get_state_display(), STATE_COLOURS[row.state])


@admin.register(InboxEvent)
class InboxEventAdmin(MessagePage):
    list_display = ["name", "subject", "state_label", "received_at", "settled_at"]
    list_filter = [("state", ChoicesDropdownFilter), NameFilter]
    fields = readonly_fields = [
        "name",
        "event_id",
        "subject",
        "aggregate_version",
        "state_label",
        "received_at",
        "settled_at",
        "content",
    ]
    inlines = [DeliveryInline]
    actions_detail = ["redeliver"]

    def has_replay_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("messaging.change_inboxevent"))  # type: ignore[union-attr]

    @display(description=gettext_lazy("state"))
    def state_label(self, row: InboxEvent) -> str:
        return badge(row.get_state_display(), STATE_COLOURS[row.state])

    @action(description=gettext_lazy("Deliver again"), url_path="redeliver", icon="replay", permissions=["replay"])
    def redeliver(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: InboxEvent, data: dict[str, Any]) -> str:
            found = deadletters.redeliver(event=row, by=actor_of(request))
            return ngettext(
                "%(n)d delivery will be tried again.", "%(n)d deliveries will be tried again.", len(found)
            ) % {"n": len(found)}

        text = _("Readers that gave up on this event are called again, the others are left alone.")
        return self.act(request, object_id, title=_("Deliver again"), text=text, run=run)


@admin.register(InboxDelivery)
class InboxDeliveryAdmin(ReadOnlyAdmin):
    list_display = ["handler", "event", "state_label", "attempts", "due_at", "short_error"]
    list_select_related = ["event"]
    list_filter = [("state", ChoicesDropdownFilter)]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = ["event", "handler", "state_label", "attempts", "due_at", "last_error"]

    @display(description=gettext_lazy("state"))
    def state_label(self, row: InboxDelivery) -> str:
        return badge(row.get_state_display(), STATE_COLOURS[row.state])

    @display(description=gettext_lazy("last error"))
    def short_error(self, row: InboxDelivery) -> str:
        return row.last_error[:60]


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    list_display = ["routing_key", "queue", "reason", "received_at", "asked_at", "replayed_at"]
    list_filter = [ReplayedFilter]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = [
        "queue",
        "routing_key",
        "reason",
        "received_at",
        "asked_at",
        "replayed_at",
        "sender",
        "content",
    ]
    actions = ["replay_selected"]
    actions_detail = ["replay"]

    def has_replay_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("messaging.change_deadletter"))  # type: ignore[union-attr]

    @display(description=gettext_lazy("headers"))
    def sender(self, row: DeadLetter) -> str:
        return block(json.dumps(row.headers, ensure_ascii=False, indent=2))

    @display(description=gettext_lazy("body"))
    def content(self, row: DeadLetter) -> str:
        return block(bytes(row.body).decode("utf-8", "replace"))

    @action(description=gettext_lazy("Send again"), url_path="replay", icon="replay", permissions=["replay"])
    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: DeadLetter, data: dict[str, Any]) -> str:
            deadletters.replay(letter=row, by=actor_of(request))
            return _("The message is on its way again.")

        text = _("The message goes the way it went the first time. Do this once its cause has been mended.")
        return self.act(request, object_id, title=_("Send again"), text=text, run=run)

    @admin.action(description=gettext_lazy("Send again"), permissions=["replay"])
    def replay_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        sent, refused = each(queryset, lambda row: deadletters.replay(letter=row, by=actor_of(request)))
        text = _("%(sent)d messages sent again, %(refused)d refused.") % {"sent": sent, "refused": len(refused)}
        level = messages.WARNING if refused else messages.SUCCESS
        self.message_user(request, " ".join([text, *sorted(set(refused))]), level)
