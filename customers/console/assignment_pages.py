"""What was given to whom, and by which rule: a page for all of it, and a part of the customer's."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from core.console import ReadOnlyAdmin, ReadOnlyInline
from core.console_lists import DayRangeFilter, ExactFilter, ScopedAutocompleteFilter
from customers.models import Assignment


class RunFilter(ExactFilter):
    """What one act gave away, as the page after it links here."""

    title = gettext_lazy("run")
    parameter_name = "run"
    column = "run_id"


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """The history of assignment."""

    list_display = ["heading", "employee", "rule_name", "reason", "source", "create_time"]
    list_display_links = ["heading"]
    list_select_related = ["customer", "employee"]
    list_filter = [
        ("employee", ScopedAutocompleteFilter),
        ("reason", ChoicesDropdownFilter),
        ("create_time", DayRangeFilter),
        RunFilter,
    ]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = ["customer", "employee", "rule_name", "reason", "source", "run_id", "create_time"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "employee")

    @display(description=gettext_lazy("customer"), header=True)
    def heading(self, row: Assignment) -> list[str]:
        customer = row.customer
        return [customer.name or "–", customer.external_userid, (customer.name or "?")[:1]]


class AssignmentInline(ReadOnlyInline):
    """To whom the customer was given, and by which rule."""

    model = Assignment
    fields = readonly_fields = ["employee", "rule_name", "reason", "create_time"]
    ordering = ["-id"]
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("customer", "employee")
