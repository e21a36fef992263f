import json
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin, ReadOnlyInline
from core.console_lists import ExactFilter
from core.console_scope import actor_of
from core.errors import RuleViolation
from messaging import deadletters
from messaging.models import DeadLetter, InboxDelivery, InboxEvent, OutboxEvent
from messaging.outbox import PARTITIONS

# An event's name has no index: it is looked for among the newest.
NAME_WINDOW = 50_000
STATE_COLOURS: dict[Any, str] = {
    "waiting": "warning",
    "pending": "warning",
    "published": "success",
    "done": "success",
    "ignored": "info",
    "dead": "danger",
}


class NameFilter(ExactFilter):
    title = gettext_lazy("event, among the newest")
    parameter_name = "name"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        if not value:
            return queryset
        newest = queryset.model._base_manager.aggregate(newest=Max("pk"))["newest"] or 0
        return queryset.filter(name=value, pk__gt=newest - NAME_WINDOW)


class PublishedFilter(DropdownFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("waiting", _("waiting")), ("published", _("published"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "waiting":
            # Named partitions let the relay's own index answer.
            return queryset.filter(part__in=range(PARTITIONS), published_at=None)
        return queryset.filter(published_at__isnull=False) if self.value() == "published" else queryset


class ReplayedFilter(DropdownFilter):
    title = gettext_lazy("sent again")
    parameter_name = "replayed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("no", _("no")), ("yes", _("yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {"no": True, "yes": False}
        return queryset.filter(replayed_at__isnull=known[self.value()]) if self.value() in known else queryset


class MessagePage(ReadOnlyAdmin):
    """What events of either direction show alike."""

    sortable_by: list[str] = []
    ordering = ["-id"]

    @display(description=gettext_lazy("subject"))
    def subject(self, row: Any) -> str:
        text = f"{row.aggregate_type} {row.aggregate_id}"
        link = _page_of(row.aggregate_type, row.aggregate_id)
        if not link:
            return text
        return format_html('<a class="font-medium text-primary-600 dark:text-primary-500" href="{}">{}</a>', link, text)

    @display(description=gettext_lazy("payload"))
    def content(self, row: Any) -> str:
        return _block(json.dumps(row.payload, ensure_ascii=False, indent=2))


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

    @display(description=gettext_lazy("state"), label=STATE_COLOURS)
    def state(self, row: OutboxEvent) -> tuple[str, str]:
        return ("published", _("published")) if row.published_at else ("waiting", _("waiting"))


class DeliveryInline(ReadOnlyInline):
    model = InboxDelivery
    tab = False
    fields = readonly_fields = ["handler", "state", "attempts", "due_at", "last_error"]
    ordering = ["handler"]


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

    @display(description=gettext_lazy("state"), label=STATE_COLOURS)
    def state_label(self, row: InboxEvent) -> tuple[str, str]:
        return row.state, row.get_state_display()

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

    @display(description=gettext_lazy("state"), label=STATE_COLOURS)
    def state_label(self, row: InboxDelivery) -> tuple[str, str]:
        return row.state, row.get_state_display()

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
        return _block(json.dumps(row.headers, ensure_ascii=False, indent=2))

    @display(description=gettext_lazy("body"))
    def content(self, row: DeadLetter) -> str:
        return _block(bytes(row.body).decode("utf-8", "replace"))

    @action(description=gettext_lazy("Send again"), url_path="replay", icon="replay", permissions=["replay"])
    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def run(row: DeadLetter, data: dict[str, Any]) -> str:
            deadletters.replay(letter=row, by=actor_of(request))
            return _("The message is on its way again.")

        text = _("The message goes the way it went the first time. Do this once its cause has been mended.")
        return self.act(request, object_id, title=_("Send again"), text=text, run=run)

    @admin.action(description=gettext_lazy("Send again"), permissions=["replay"])
    def replay_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        refused: list[str] = []
        sent = 0
        for letter in queryset.order_by("id")[:100]:
            try:
                deadletters.replay(letter=letter, by=actor_of(request))
                sent += 1
            except RuleViolation as refusal:
                refused.append(str(refusal.message))
        text = _("%(sent)d messages sent again, %(refused)d refused.") % {"sent": sent, "refused": len(refused)}
        level = messages.WARNING if refused else messages.SUCCESS
        self.message_user(request, " ".join([text, *sorted(set(refused))]), level)


def _block(text: str) -> str:
    return format_html('<pre class="break-all font-mono text-xs whitespace-pre-wrap">{}</pre>', text)


def _page_of(table: str, ident: Any) -> str | None:
    """The console page of the row that an event is about, found by its table's name."""
    for model in apps.get_models():
        if model._meta.db_table == table and str(ident).isdecimal():
            try:
                return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[ident])
            except NoReverseMatch:
                return None
    return None
