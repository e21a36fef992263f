"""Who follows a customer, on the customer's page, with the way to the custom fields of what they have."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import display

from core.console import ReadOnlyInline
from core.console_links import link
from core.console_lists import badge
from core.console_scope import actor_of
from customers.channels.resolving import Channels
from customers.choices import AddWay, RelationStatus
from customers.console import relation_fields
from customers.console.inlines import STATUS_COLOURS
from customers.models import FollowRelation
from customers.privacy import wording
from customers.querysets import knowing_sight


class RelationInline(ReadOnlyInline):
    model = FollowRelation
    fields = readonly_fields = [
        "employee",
        "noted",
        "way",
        "state",
        "source",
        "add_time",
        "how",
        "ended_at",
        "own_fields",
    ]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("customer", "employee")
        return knowing_sight(rows, actor_of(request))

    @display(description=_("remark"))
    def noted(self, row: FollowRelation) -> str:
        return wording.shown(row, row.remark)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.channels = Channels(obj.corp_id if obj else 0)
        self.addresses = relation_fields.addresses(obj, request) if obj else {}
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

    @display(description=_("custom fields"))
    def own_fields(self, row: FollowRelation) -> str:
        address = self.addresses.get(row.employee_id)
        return link(address, pgettext("custom fields", "Fill in")) if address else "–"
