"""What the list of group chats and that of a group's members can be narrowed by."""

from typing import Any

import django_filters as filters
from django.core.validators import RegexValidator

from core.moments import MomentFilter
from corps.models import Employee
from groups.analysis import people
from groups.choices import ChatStatus, MemberType
from groups.models import GroupChat, GroupMember, GroupTag, GroupTransferItem
from groups.querysets import GroupChatQuerySet, GroupMemberQuerySet

_MOST = 2**63 - 1
_ID = {"min_value": 1, "max_value": _MOST, "decimal_places": 0}
_SIZE = {"min_value": 0, "max_value": 100_000, "decimal_places": 0}
STAYS = [("current", "current"), ("past", "past"), ("all", "all")]


class IdsFilter(filters.CharFilter):
    """Up to 50 ids, as ``1,2``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validators=[RegexValidator(r"^[0-9]{1,19}(,[0-9]{1,19}){0,49}$")], **kwargs)


def ids_of(listed: str) -> list[int]:
    # What no row's id can be names none.
    return [min(int(one), _MOST) for one in listed.split(",")]


class GroupChatFilter(filters.FilterSet):
    # A company's groups are few enough to be read through for a word: 200,000 of them in 0.4 s, a common word in 2 ms.
    keyword = filters.CharFilter("name", lookup_expr="icontains", max_length=50, help_text="Any part of the name.")
    ownerId = filters.NumberFilter("owner_id", help_text="The owner's employee id.", **_ID)
    status = filters.TypedChoiceFilter(
        choices=ChatStatus.choices, coerce=int, help_text="Without it, all but the dismissed (9)."
    )
    customerId = filters.NumberFilter(method="of_customer", help_text="Groups that this customer is in now.", **_ID)
    openedFrom = MomentFilter("opened_at", lookup_expr="gte", help_text="Opened at this time or later.")
    openedTo = MomentFilter("opened_at", lookup_expr="lt", help_text="Opened before this time.")

    departmentId = filters.NumberFilter(method="of_department", help_text="Owner in this department or below.", **_ID)
    tagIdsAll = IdsFilter(method="tagged", help_text="Has every one of these group tags.")
    tagIdsAny = IdsFilter(method="tagged", help_text="Has at least one of these group tags.")
    tagIdsNone = IdsFilter(method="tagged", help_text="Has none of these group tags.")
    # Sizes and changes are looked at row by row along the order of the list: a company's groups are few enough.
    minMembers = filters.NumberFilter("member_count", lookup_expr="gte", help_text="So many members at least.", **_SIZE)
    maxMembers = filters.NumberFilter("member_count", lookup_expr="lte", help_text="So many members at most.", **_SIZE)
    joinedSince = MomentFilter(method="moved", help_text="Somebody has joined since.")
    leftSince = MomentFilter(method="moved", help_text="Somebody has left since.")
    changedFrom = MomentFilter("update_time", lookup_expr="gte", help_text="Last changed at this time or later.")
    changedTo = MomentFilter("update_time", lookup_expr="lt", help_text="Not changed since this time.")

    class Meta:
        model = GroupChat
        fields: list[str] = []

    def of_department(self, rows: GroupChatQuerySet, name: str, value: Any) -> GroupChatQuerySet:
        actor: Any = self.request.user
        return rows.filter(owner_id__in=Employee.objects.in_department(int(value), actor).values("pk"))

    def tagged(self, rows: GroupChatQuerySet, name: str, value: str) -> GroupChatQuerySet:
        side = {"tagIdsAll": "all_of", "tagIdsAny": "any_of", "tagIdsNone": "none_of"}[name]
        return rows.tagged(**{side: ids_of(value)})

    def moved(self, rows: GroupChatQuerySet, name: str, value: Any) -> GroupChatQuerySet:
        actor: Any = self.request.user
        return rows.moved_since({"joinedSince": "join_time", "leftSince": "left_at"}[name], value, actor)

    def of_customer(self, rows: GroupChatQuerySet, name: str, value: Any) -> GroupChatQuerySet:
        return rows.with_customer(int(value))

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return rows.living() if self.form.cleaned_data["status"] in ("", None) else rows


class GroupMemberFilter(filters.FilterSet):
    stays = filters.ChoiceFilter(
        method="lasting", choices=STAYS, help_text="current (by default): who is in it now; past; all."
    )
    type = filters.TypedChoiceFilter(choices=MemberType.choices, coerce=int, help_text="1 colleague, 2 external.")
    friend = filters.ChoiceFilter(
        method="befriended",
        choices=[("nobody", "nobody"), ("somebody", "somebody")],
        help_text="External contacts whom no colleague has as a customer now, or whom somebody has.",
    )

    class Meta:
        model = GroupMember
        fields: list[str] = []

    def lasting(self, rows: GroupMemberQuerySet, name: str, value: str) -> GroupMemberQuerySet:
        return rows

    def befriended(self, rows: GroupMemberQuerySet, name: str, value: str) -> GroupMemberQuerySet:
        return people.befriended(rows.filter(type=MemberType.CUSTOMER), value)

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        stays = self.form.cleaned_data["stays"] or "current"
        return rows if stays == "all" else rows.filter(left_at__isnull=stays == "current")


class TransferItemFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=GroupTransferItem.State.choices, help_text="In this state.")

    class Meta:
        model = GroupTransferItem
        fields: list[str] = []


class GroupTagFilter(filters.FilterSet):
    setId = filters.NumberFilter("set_id", help_text="Of this set.", **_ID)

    class Meta:
        model = GroupTag
        fields: list[str] = []
