from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import action, display

from core.console import ScopedInline, ScopedModelAdmin
from core.console_lists import BoundedPaginator, ScopedAutocompleteFilter, badge
from core.console_scope import actor_of
from corps import staffing
from corps.choices import EmployeeStatus
from corps.models import Corp, Department, DepartmentMember, Employee
from corps.policy import Act

STATUS_COLOURS = {
    EmployeeStatus.ACTIVE: "success",
    EmployeeStatus.DISABLED: "warning",
    EmployeeStatus.INACTIVE: "info",
    EmployeeStatus.LEFT: "danger",
}


@admin.register(Corp)
class CorpAdmin(ModelAdmin):
    """The companies, for superusers: the policy names nobody else."""

    list_display = ["name", "wecom_corpid", "time_zone", "active", "create_time"]
    search_fields = ["name", "wecom_corpid"]
    fields = ["name", "wecom_corpid", "time_zone", "active"]
    paginator = BoundedPaginator
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Department)
class DepartmentAdmin(ScopedModelAdmin):
    list_display = ["indented_name", "parent", "order", "wecom_id"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    autocomplete_fields = ["parent"]
    fields = ["name", "parent", "order", "wecom_id"]
    ordering = ["path"]
    sortable_by: list[str] = []
    linked_by = ["parent"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("name"))
    def indented_name(self, row: Department) -> str:
        # A space that HTML doesn't swallow, for each level below the root.
        return "\u3000" * (row.path.count("/") - 2) + row.name

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = actor_of(request)
        if not change:
            made = staffing.create_department(
                corp=obj.corp, name=obj.name, parent=obj.parent, wecom_id=obj.wecom_id, order=obj.order, by=by
            )
            obj.pk, obj.path = made.pk, made.path
            return
        moved = staffing.move_department(department=obj, parent=obj.parent, by=by)
        obj.path = moved.path
        obj.save(update_fields=["name", "order", "wecom_id", "update_time"])


class MembershipInline(ScopedInline):
    """Where an employee stands in the company's tree."""

    model = DepartmentMember
    fields = ["department", "is_leader", "is_main"]
    autocomplete_fields = ["department"]
    tab = False


@admin.register(Employee)
class EmployeeAdmin(ScopedModelAdmin):
    list_display = ["name", "userid", "position", "placed_in", "status_label", "can_follow"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("can_follow", BooleanRadioFilter),
        ("memberships__department", ScopedAutocompleteFilter),
    ]
    search_fields = ["name", "userid", "alias"]
    search_help_text = _("Name, alias or userid")
    sortable_by: list[str] = []
    ordering = ["id"]
    fieldsets = [
        (None, {"fields": [("name", "userid"), ("alias", "position"), ("status", "can_follow")]}),
    ]
    inlines = [MembershipInline]
    actions_detail = ["hand_over"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("departments")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["userid"] if obj else [])]

    def has_transfer_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.TRANSFER_WRITE))

    @action(description=_("Hand over customers"), url_path="hand-over", icon="move_up", permissions=["transfer"])
    def hand_over(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return self.nowhere(request, object_id)
        # Customers stand above the house: their page is linked by address.
        return redirect(f"{reverse('admin:customers_transferjob_draw')}?handover={row.pk}")

    @display(description=_("departments"))
    def placed_in(self, row: Employee) -> str:
        return "、".join(d.name for d in row.departments.all())

    @display(description=_("status"))
    def status_label(self, row: Employee) -> str:
        return badge(row.get_status_display(), STATUS_COLOURS[EmployeeStatus(row.status)])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            staffing.place(row, by=actor_of(request))
        for row in formset.deleted_objects:
            row.delete()
