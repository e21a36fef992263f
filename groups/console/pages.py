"""The console's pages of group chats: to look at, since what is in them is WeCom's."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from core.console import ReadOnlyAdmin
from core.console_lists import DayRangeFilter, ScopedAutocompleteFilter, badge
from core.console_scope import actor_of
from customers.admin import CustomerAdmin
from groups.choices import ChatStatus
from groups.console.inlines import CustomersStayInline, MemberInline, PastInline
from groups.listing import ORDER
from groups.models import GroupChat

STATUS_COLOURS = {
    ChatStatus.NORMAL: "success",
    ChatStatus.OWNER_LEFT: "warning",
    ChatStatus.INHERITING: "info",
    ChatStatus.INHERITED: "success",
    ChatStatus.DISMISSED: "danger",
}

CustomerAdmin.inlines.append(CustomersStayInline)


class ChatStatusFilter(DropdownFilter):
    """The living by default; the dismissed are looked for on purpose."""

    title = _("status")
    parameter_name = "status"
    all_option = ["", _("not dismissed")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(str(s.value), s.label) for s in ChatStatus]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        known = self.value() in {str(s.value) for s in ChatStatus}
        return queryset.filter(status=self.value()) if known else queryset.living()


@admin.register(GroupChat)
class GroupChatAdmin(ReadOnlyAdmin):
    list_display = ["heading", "owner", "member_count", "customer_count", "status_label", "opened_at"]
    list_display_links = ["heading"]
    list_select_related = ["owner"]
    list_filter = [ChatStatusFilter, ("owner", ScopedAutocompleteFilter), ("opened_at", DayRangeFilter)]
    list_before_template = "console/no_groups.html"
    search_fields = ["name"]
    search_help_text = _("Name of the group")
    sortable_by: list[str] = []
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("shown_name", "chat_id"),
                    ("owner", "status_label"),
                    ("opened_at", "dismissed_at"),
                    ("member_count", "customer_count"),
                    ("admin_names", "update_time"),
                    "notice",
                ]
            },
        )
    ]
    readonly_fields = ["shown_name", "status_label", "admin_names", "update_time"]
    inlines = [MemberInline, PastInline]

    def get_ordering(self, request: HttpRequest) -> Sequence[str]:
        # The index on the day of opening begins with the company.
        return ["-id"] if actor_of(request).sees_all_corps else ORDER

    @display(description=_("group chat"), header=True)
    def heading(self, row: GroupChat) -> list[str]:
        return [row.name or str(_("(no name)")), row.chat_id, (row.name or "?")[:1]]

    @display(description=_("name"))
    def shown_name(self, row: GroupChat) -> str:
        return row.name or str(_("(no name)"))

    @display(description=_("status"))
    def status_label(self, row: GroupChat) -> str:
        return badge(row.get_status_display(), STATUS_COLOURS[ChatStatus(row.status)])

    @display(description=_("administrators"))
    def admin_names(self, row: GroupChat) -> str:
        return ", ".join(map(str, row.admins)) or "–"
