"""The filters of the list of group chats."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from core.console_scope import actor_of
from corps.models import DepartmentMember, Employee
from groups.choices import ChatStatus
from groups.dressing import today_of
from groups.models import ChatTag


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


class PickedFilter(DropdownFilter):
    """Rows of another table, picked by typing: those that the actor may see, and no other is named."""

    form_class: Any = AutocompleteDropdownForm
    field: Any = None
    multiple = False

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.request, self.model_admin = request, model_admin
        super().__init__(request, params, model, model_admin)
        listed = request.GET.getlist(str(self.parameter_name))
        self.picked = [int(one) for one in listed if one.isascii() and one.isdecimal() and len(one) < 19]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ()

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        shown = self.picked if self.multiple else self.picked[:1]
        form = AutocompleteDropdownForm(
            request=self.request,
            name=str(self.parameter_name),
            label=_(" By %(filter_title)s ") % {"filter_title": self.title},
            choices=(),
            field=self.field,
            model_admin=self.model_admin,
            multiple=self.multiple,
            data={self.parameter_name: shown if self.multiple else "".join(map(str, shown))},
        )
        rows = self.field.remote_field.model._default_manager
        form.fields[str(self.parameter_name)].queryset = rows.visible_to(actor_of(self.request))  # type: ignore[attr-defined]
        yield {"form": form}


class OwnerDepartmentFilter(PickedFilter):
    title = _("owner's department")
    parameter_name = "department"
    field = DepartmentMember._meta.get_field("department")

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if not self.picked:
            return queryset
        owners = Employee.objects.in_department(self.picked[0], actor_of(request))
        return queryset.filter(owner_id__in=owners.values("pk"))


class _TagFilter(PickedFilter):
    field = ChatTag._meta.get_field("tag")
    multiple = True
    side = ""

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        return queryset.tagged(**{self.side: self.picked}) if self.picked else queryset


class AllTagsFilter(_TagFilter):
    title, parameter_name, side = _("all of these tags"), "tags_all", "all_of"


class AnyTagFilter(_TagFilter):
    title, parameter_name, side = _("any of these tags"), "tags_any", "any_of"


class NoTagFilter(_TagFilter):
    title, parameter_name, side = _("none of these tags"), "tags_none", "none_of"


class SizeFilter(DropdownFilter):
    """By how full a group is: WeCom takes 500 members at most, and beyond 200 nobody can join by scanning."""

    title = _("members")
    parameter_name = "size"
    _RANGES = {"9": (0, 9), "99": (10, 99), "199": (100, 199), "500": (200, None)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("9", "0–9"), ("99", "10–99"), ("199", "100–199"), ("500", "≥ 200")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        least, most = self._RANGES.get(self.value() or "", (0, None))
        found = queryset.filter(member_count__gte=least) if least else queryset
        return found.filter(member_count__lte=most) if most else found


class ActivityFilter(DropdownFilter):
    title = _("activity today")
    parameter_name = "today"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("join_time", _("somebody joined")), ("left_at", _("somebody left"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        value = self.value()
        known = value in ("join_time", "left_at")
        return queryset.moved_since(value, today_of(), actor_of(request)) if known else queryset
