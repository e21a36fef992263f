"""The page of those who have left: what waits with each, until when, and the way to hand it over."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from core.console import ReadOnlyAdmin
from core.console_links import link, list_link
from core.console_lists import BoundedChangeList, badge
from core.console_scope import actor_of
from core.time import now
from corps.policy import Act
from customers.models import Leaver
from groups import leavers

# From so many days before the deadline on it is shown as pressing.
_PRESSING_DAYS = 30


class LeaversChangeList(BoundedChangeList):
    """The leavers of a page with what waits, by one statement for customers, for group chats and for refusals."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        ids = [row.pk for row in rows]
        (customers, groups), refused = leavers.counts(ids), leavers.refusals(ids)
        self.result_list = rows
        for row in rows:
            row.waiting_customers, row.waiting_groups = customers[row.pk], groups[row.pk]
            row.refused_customers = refused[row.pk]


@admin.register(Leaver)
class LeaverAdmin(ReadOnlyAdmin):
    list_display = ["heading", "left_at", "until", "customers", "refused", "groups", "hand_over"]
    list_display_links = ["heading"]
    list_before_template = "console/leavers.html"
    search_fields = ["name", "userid"]
    search_help_text = gettext_lazy("Name or userid")
    sortable_by: list[str] = []
    ordering = ["-left_at", "-id"]
    fields = readonly_fields = ["name", "userid", "left_at", "until"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return leavers.leavers(actor_of(request), super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return LeaversChangeList

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        # Columns of the page that only some may act on.
        shown = super().get_list_display(request)
        return shown if actor_of(request).may(Act.TRANSFER_WRITE) else [name for name in shown if name != "hand_over"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        waiting = leavers.waiting(actor_of(request))
        told = {"waiting": waiting, "told": _told(waiting)}
        return super().changelist_view(request, {**(extra_context or {}), **told})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        # Django looks for the row first: who may see none is refused as on every other page.
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    @display(description=gettext_lazy("leaver"), header=True)
    def heading(self, row: Leaver) -> list[str]:
        return [row.name or row.userid, row.userid, str(row)[:1]]

    @display(description=gettext_lazy("can be handed over until"))
    def until(self, row: Leaver) -> str:
        end = leavers.deadline(row.left_at)
        if end is None:
            return "–"
        days = (end - now()).days
        colour = "danger" if days < 0 else "warning" if days < _PRESSING_DAYS else None
        left = ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days >= 0 else _("over")
        return format_html("{} {}", date_format(localtime(end)), badge(left, colour))

    @display(description=gettext_lazy("customers"))
    def customers(self, row: Any) -> str:
        return _some("customers_customer", f"follow_user__id__exact={row.pk}", row.waiting_customers)

    @display(description=gettext_lazy("refused by the customer"))
    def refused(self, row: Any) -> str:
        query = f"handover__id__exact={row.pk}&state__exact=refused"
        return _some("customers_transferitem", query, row.refused_customers)

    @display(description=gettext_lazy("group chats"))
    def groups(self, row: Any) -> str:
        return _some("groups_groupchat", f"owner__id__exact={row.pk}", row.waiting_groups)

    @display(description=gettext_lazy("hand over"))
    def hand_over(self, row: Any) -> str:
        customers = reverse("admin:customers_transferjob_draw") + f"?handover={row.pk}"
        groups = reverse("admin:groups_grouptransferjob_hand_over") + f"?owner={row.pk}"
        ways = [
            link(customers, _("Hand over customers")) if row.waiting_customers else "",
            link(groups, _("Hand over group chats")) if row.waiting_groups else "",
        ]
        return format_html_join(" · ", "{}", ((way,) for way in ways if way))


def _some(page: str, query: str, number: int) -> str:
    return list_link(page, query, number) if number else "–"


def _told(waiting: leavers.Waiting) -> str:
    """``40 group chats and 1200 customers of 3 leavers wait.``"""
    numbers = {"groups": waiting.groups, "customers": waiting.customers, "leavers": waiting.leavers}
    shown = {name: _("very many") if number is None else number for name, number in numbers.items()}
    return _("%(groups)s group chats and %(customers)s customers of %(leavers)s leavers wait.") % shown
