"""The console's page of deletion records: to look through, and to take along."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RangeNumericFilter
from unfold.decorators import display

from core import newest as listing
from core.console import ReadOnlyAdmin
from core.console_links import page_link
from core.console_lists import DayRangeFilter, ExactFilter, ScopedAutocompleteFilter, badge
from core.console_scope import actor_of
from customers.choices import RelationStatus
from customers.console.inlines import STATUS_COLOURS
from customers.console.leaving import LeavingAdmin
from insights import reading
from insights.endings import HANDED_OVER, LOST, UNTOLD
from insights.models import Loss


class StateFilter(ExactFilter):
    title = _("channel state")
    parameter_name = "state"
    column = "state"


class StillFriendFilter(DropdownFilter):
    """Lost to one employee and still a friend of another: not lost to the company."""

    title = _("a colleague's friend")
    parameter_name = "still"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        return queryset.still_friends(self.value() == "yes") if self.value() in ("yes", "no") else queryset


class WayFilter(DropdownFilter):
    """Lost, or only handed over to a colleague, as statistics tell them apart; and of the lost those nobody told of."""

    title = _("lost or handed over")
    parameter_name = "way"
    ways = {"lost": LOST, "handed": HANDED_OVER, "unknown": UNTOLD}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("lost", _("lost")), ("handed", _("handed over")), ("unknown", _("lost, nobody told how"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        chosen = self.ways.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


@admin.register(Loss)
class LossAdmin(LeavingAdmin, ReadOnlyAdmin):
    leaves_as, file_name, newest_by = "losses", "losses", "ended_at"
    list_display = ["who", "employee", "how", "ended_at", "days", "tag_names", "still"]
    # The customer is linked already.
    list_display_links = ["ended_at"]
    list_filter = [
        ("ended_by", ChoicesDropdownFilter),
        ("employee", ScopedAutocompleteFilter),
        ("ended_at", DayRangeFilter),
        ("days", RangeNumericFilter),
        StateFilter,
        StillFriendFilter,
        WayFilter,
    ]
    sortable_by: list[str] = []
    fields = readonly_fields = [
        "who",
        "employee",
        "how",
        "began_at",
        "ended_at",
        "noticed",
        "days",
        "way",
        "state",
        "tag_names",
        "last_contact_at",
        "still",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return reading.joined(super().get_queryset(request))

    def get_ordering(self, request: HttpRequest) -> Any:
        # The index on the end begins with the company.
        return ["-id"] if actor_of(request).sees_all_corps else listing.order("ended_at")

    def lines(self, rows: Iterable[Any], zone: ZoneInfo) -> Iterator[list[str]]:
        return reading.table(rows, zone)

    @display(description=_("customer"))
    def who(self, row: Loss) -> str:
        return page_link("customers_customer", row.customer_id, str(row.customer))

    @display(description=_("ended by"))
    def how(self, row: Loss) -> str:
        if row.ended_by is None:
            return str(_("ended, nobody told how"))
        return badge(row.get_ended_by_display(), STATUS_COLOURS[RelationStatus(row.ended_by)])

    @display(description=_("tags at the end"), label=True)
    def tag_names(self, row: Loss) -> list[str]:
        return [str(name) for _tag, name in row.tags or []]

    @display(description=_("add way"))
    def way(self, row: Loss) -> str:
        return reading.way(row.add_way) or "–"

    @display(description=_("a colleague's friend"), boolean=True)
    def still(self, row: Any) -> bool:
        return bool(row.still_friend)
