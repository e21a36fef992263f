"""The console's pages of group chats: to look at, since what is in them is WeCom's."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from core.console import ReadOnlyAdmin
from core.console_lists import BoundedChangeList, DayRangeFilter, ScopedAutocompleteFilter, badge
from core.console_scope import actor_of
from corps.policy import Act
from customers.admin import CustomerAdmin
from groups import dressing
from groups.choices import ChatStatus
from groups.console import analysis_pages, tagging_pages, transfer_pages
from groups.console.filters import (
    ActivityFilter,
    AllTagsFilter,
    AnyTagFilter,
    ChatStatusFilter,
    NoTagFilter,
    OwnerDepartmentFilter,
    SizeFilter,
)
from groups.console.inlines import ChangeInline, CustomersStayInline, MemberInline, PastInline
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


SHOWN_TAGS = 3


class DressedChangeList(BoundedChangeList):
    """The rows of a page with their tags and today's figures, by three statements for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        self.result_list = rows
        ids = [row.pk for row in rows]
        tags = dressing.tags_of(ids) if ids else {}
        joined, left = dressing.moved_since(ids, dressing.today_of()) if ids else ({}, {})
        for row in rows:
            row.tag_names = [tag["name"] for tag in tags.get(row.pk, [])]
            row.joined_today, row.left_today = joined.get(row.pk, 0), left.get(row.pk, 0)


@admin.register(GroupChat)
class GroupChatAdmin(ReadOnlyAdmin):
    list_display = [
        "heading",
        "owner",
        "member_count",
        "customer_count",
        "today",
        "tag_labels",
        "status_label",
        "opened_at",
    ]
    list_display_links = ["heading"]
    list_select_related = ["owner"]
    list_filter = [
        ChatStatusFilter,
        ("owner", ScopedAutocompleteFilter),
        OwnerDepartmentFilter,
        AnyTagFilter,
        AllTagsFilter,
        NoTagFilter,
        SizeFilter,
        ActivityFilter,
        ("opened_at", DayRangeFilter),
        ("update_time", DayRangeFilter),
    ]
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
                    "tag_list",
                    "notice",
                ]
            },
        )
    ]
    readonly_fields = ["shown_name", "status_label", "admin_names", "update_time", "tag_list"]
    inlines = [MemberInline, PastInline, ChangeInline]
    actions = ["add_tags", "remove_tags", "hand_over"]
    actions_list = ["analysis", "people"]
    actions_detail = ["absent"]

    def get_ordering(self, request: HttpRequest) -> Sequence[str]:
        # The index on the day of opening begins with the company.
        return ["-id"] if actor_of(request).sees_all_corps else ORDER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return DressedChangeList

    def has_tag_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.GROUP_TAG))

    @admin.action(description=_("Add tags"), permissions=["tag"])
    def add_tags(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return tagging_pages.bulk(self, request, queryset, add=True)

    @admin.action(description=_("Remove tags"), permissions=["tag"])
    def remove_tags(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return tagging_pages.bulk(self, request, queryset, add=False)

    @action(description=_("Analysis"), url_path="analysis", icon="monitoring", permissions=["view"])
    def analysis(self, request: HttpRequest) -> HttpResponse:
        return analysis_pages.analysis(self, request)

    @action(description=_("People across group chats"), url_path="people", icon="groups", permissions=["view"])
    def people(self, request: HttpRequest) -> HttpResponse:
        return analysis_pages.across(self, request)

    @action(description=_("Friends not in the group"), url_path="absent", icon="person_off", permissions=["view"])
    def absent(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return analysis_pages.absent(self, request, object_id)

    def has_transfer_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.GROUP_TRANSFER))

    @admin.action(description=_("Hand over to another owner"), permissions=["transfer"])
    def hand_over(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return transfer_pages.selected(self, request, queryset)

    @display(description=_("tags"), label=True)
    def tag_labels(self, row: Any) -> list[str]:
        more = len(row.tag_names) - SHOWN_TAGS
        return [*row.tag_names[:SHOWN_TAGS], *([f"+{more}"] if more > 0 else [])]

    @display(description=_("today"))
    def today(self, row: Any) -> str:
        return f"+{row.joined_today} −{row.left_today}" if row.joined_today or row.left_today else "–"

    @display(description=_("tags"))
    def tag_list(self, row: Any) -> str:
        # A page asks for each of its fields several times.
        if not hasattr(row, "tag_names"):
            row.tag_names = [tag["name"] for tag in dressing.tags_of([row.pk])[row.pk]]
        return ", ".join(row.tag_names) or "–"

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
