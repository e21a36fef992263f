"""The pages of the rules of assignment: the list, the form, and the dry run with its button."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList as DjangoChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action, display

from core.console import ScopedModelAdmin
from core.console_lists import BoundedChangeList, badge
from core.console_scope import actor_of
from corps.models import Department, Employee
from corps.policy import Act
from customers import assigning
from customers.console import assignment_preview
from customers.console.assignment_forms import AssignmentRuleForm, columns
from customers.models import AssignmentRule

_SHOWN = 3


class NamedChangeList(BoundedChangeList):
    """The rules of a page with the names of their people, by one statement each."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        people = Employee.objects.in_bulk({pk for row in rows for pk in row.employee_ids})
        departments = Department.objects.in_bulk({pk for row in rows for pk in row.department_ids})
        self.result_list = rows
        for row in rows:
            names = [departments[pk] for pk in row.department_ids if pk in departments]
            row.people = [*map(str, names), *(str(people[pk]) for pk in row.employee_ids if pk in people)]


@admin.register(AssignmentRule)
class AssignmentRuleAdmin(ScopedModelAdmin):
    form = AssignmentRuleForm
    list_display = ["name", "order", "channel", "strategy", "to_whom", "spare", "use_label"]
    list_select_related = ["channel", "spare"]
    list_filter = [("active", BooleanRadioFilter)]
    search_fields = ["name"]
    sortable_by: list[str] = []
    ordering = ["order", "id"]
    autocomplete_fields = ["channel", "spare"]
    actions_list = ["preview"]
    fieldsets = [
        (None, {"fields": [("name", "order"), "active"]}),
        (gettext_lazy("Which customers"), {"fields": [("channel", "add_way"), ("unnamed_state", "also_lost")]}),
        (gettext_lazy("To whom"), {"fields": ["employees", "departments", ("strategy", "spare")]}),
        (
            gettext_lazy("When, and how many"),
            {"fields": [("weekdays", "start", "end"), ("capacity", "day_cap"), "if_version"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("channel", "spare")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DjangoChangeList]:
        return NamedChangeList

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        # A class of this request's own.
        form.actor = actor_of(request)
        return form

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(row) for row in objs], {}, set(), []

    def has_run_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.ASSIGN_WRITE))

    @display(description=gettext_lazy("to whom"))
    def to_whom(self, row: Any) -> str:
        more = len(row.people) - _SHOWN
        return ", ".join(row.people[:_SHOWN]) + (f" +{more}" if more > 0 else "") or "–"

    @display(description=gettext_lazy("in use"))
    def use_label(self, row: AssignmentRule) -> str:
        return badge(_("in use"), "success") if row.active else badge(_("not in use"))

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        act: Any = {"by": actor_of(request), "source": "operator"} | columns(form.cleaned_data)
        if change:
            stored = AssignmentRule.objects.get(pk=obj.pk)
            row = assigning.update_rule(rule=stored, if_version=form.cleaned_data["if_version"], **act)
        else:
            row = assigning.create_rule(corp_id=obj.corp_id, **act)
        obj.__dict__.update(row.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        assigning.delete_rule(rule=obj, by=actor_of(request), source="operator")

    @action(description=gettext_lazy("Who would get whom"), url_path="preview", icon="preview", permissions=["run"])
    def preview(self, request: HttpRequest) -> HttpResponse:
        return assignment_preview.page(self, request)
