"""The page of those who have left: what waits with each, until when, and the way to hand it over."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from core.console import ReadOnlyAdmin
from core.console_lists import BoundedChangeList, badge
from core.console_scope import actor_of
from core.time import now
from corps.policy import Act
from customers.models import Leaver
from groups import leavers

# From so many days before the deadline on it is shown as pressing.
_PRESSING_DAYS = 30


class LeaversChangeList(BoundedChangeList):
    """The leavers of a page with what waits, by one statement for customers and one for group chats."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        customers, groups = leavers.counts([row.pk for row in rows])
        self.result_list = rows
        for row in rows:
            row.waiting_customers, row.waiting_groups = customers[row.pk], groups[row.pk]


@admin.register(Leaver)
class LeaverAdmin(ReadOnlyAdmin):
    list_display = ["heading", "left_at", "until", "customers", "groups", "hand_over"]
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
        return format_html("{} {}", end.strftime("%Y-%m-%d"), badge(left, colour))

    @display(description=gettext_lazy("customers"))
    def customers(self, row: Any) -> str:
        link = reverse("admin:customers_customer_changelist") + f"?follow_user__id__exact={row.pk}"
        return _link(link, row.waiting_customers)

    @display(description=gettext_lazy("group chats"))
    def groups(self, row: Any) -> str:
        link = reverse("admin:groups_groupchat_changelist") + f"?owner__id__exact={row.pk}"
        return _link(link, row.waiting_groups)

    @display(description="")
    def hand_over(self, row: Any) -> str:
        if not row.waiting_customers:
            return ""
        link = reverse("admin:customers_transferjob_draw") + f"?handover={row.pk}"
        return format_html('<a class="text-link" href="{}">{}</a>', link, _("Hand over customers"))


def _link(address: str, number: int) -> str:
    return format_html('<a class="text-link" href="{}">{}</a>', address, number) if number else "–"


def _told(waiting: leavers.Waiting) -> str:
    """``40 group chats and 1200 customers of 3 leavers wait.``"""
    numbers = Counter({name: getattr(waiting, name) for name in ("groups", "customers", "leavers")})
    shown = {name: _("very many") if number is None else number for name, number in numbers.items()}
    return _("%(groups)s group chats and %(customers)s customers of %(leavers)s leavers wait.") % shown
