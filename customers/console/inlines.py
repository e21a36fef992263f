"""What a customer's page shows beside the customer: tags with their reasons, and who follows."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.console import ReadOnlyInline
from core.console_lists import badge
from core.console_scope import actor_of
from customers.channels.resolving import Channels
from customers.choices import AddWay, RelationStatus
from customers.console.acted import ActedInline
from customers.models import Collaborator, CustomerTag, FollowRelation, RelationEpisode, TransferItem
from customers.privacy import wording
from customers.querysets import knowing_sight
from customers.transfers import reasons

STATUS_COLOURS = {
    RelationStatus.ACTIVE: "success",
    RelationStatus.ENDED_BY_EMPLOYEE: "warning",
    RelationStatus.ENDED_BY_CUSTOMER: "danger",
    RelationStatus.ENDED_BY_TRANSFER: "info",
}


class TagInline(ActedInline):
    model = CustomerTag
    verbose_name_plural = _("tags")
    fields = readonly_fields = ["tag", "follower", "source", "put_by", "create_time"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "tag", "follower").filter(tag__deleted_at=None)

    @display(description=_("put by"))
    def put_by(self, row: CustomerTag) -> str:
        return self.name_of(row.actor)


class CollaboratorInline(ReadOnlyInline):
    model = Collaborator
    fields = readonly_fields = ["employee", "create_time"]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "employee")


class EpisodeInline(ReadOnlyInline):
    """Every stay, so that a coming back doesn't hide the leaving before it."""

    model = RelationEpisode
    fields = readonly_fields = ["employee", "began_at", "ended_at", "how", "noticed", "length", "state"]
    ordering = ["-began_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "employee")

    @display(description=_("status"))
    def how(self, row: RelationEpisode) -> str:
        if row.ended_at is None:
            return badge(str(RelationStatus.ACTIVE.label), STATUS_COLOURS[RelationStatus.ACTIVE])
        status = RelationStatus(row.ended_by) if row.ended_by else None
        return badge(str(status.label), STATUS_COLOURS[status]) if status else str(_("ended, nobody told how"))

    @display(description=_("days"))
    def length(self, row: RelationEpisode) -> str:
        return "–" if row.days is None else str(row.days)


class RelationInline(ReadOnlyInline):
    """What each has with the customer, and calls them."""

    model = FollowRelation
    fields = readonly_fields = ["employee", "noted", "way", "state", "source", "add_time", "how", "ended_at"]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("customer", "employee")
        return knowing_sight(rows, actor_of(request))

    @display(description=_("remark"))
    def noted(self, row: FollowRelation) -> str:
        return wording.shown(row, row.remark)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.channels = Channels(obj.corp_id if obj else 0)
        return super().get_formset(request, obj, **kwargs)

    @display(description=_("channel"))
    def source(self, row: FollowRelation) -> str:
        return self.channels.name_of(row.state, row.add_way) or "–"

    @display(description=_("add way"))
    def way(self, row: FollowRelation) -> str:
        if row.add_way is None:
            return "–"
        # WeCom's list grows: a way without a name is shown by its number.
        return str(AddWay(row.add_way).label) if row.add_way in AddWay else str(row.add_way)

    @display(description=_("status"))
    def how(self, row: FollowRelation) -> str:
        return badge(row.get_status_display(), STATUS_COLOURS[RelationStatus(row.status)])


class TransferInline(ReadOnlyInline):
    """Every attempt to hand the customer over, the latest first."""

    model = TransferItem
    verbose_name_plural = _("transfers")
    fields = readonly_fields = ["handover", "taker", "state", "why", "sent_at", "takeover_time"]
    ordering = ["-id"]
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "handover", "taker")

    @display(description=_("reason"))
    def why(self, row: TransferItem) -> str:
        return str(reasons.sentence(row.reason)) or "–"
