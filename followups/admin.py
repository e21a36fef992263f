from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget

from core.console import ReadOnlyAdmin, ScopedInline
from core.console_lists import DayRangeFilter, ScopedAutocompleteFilter
from core.console_scope import actor_of
from customers import finding
from customers.admin import CustomerAdmin
from followups import writing
from followups.models import FollowUp


class FollowUpFormSet(PaginationInlineFormSet):
    """Writes a new follow-up by the rule. ``actor`` is set for each request."""

    actor: Any

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> FollowUp:
        content = form.cleaned_data["content"]
        return writing.write(customer=self.instance, content=content, by=self.actor, source="operator")


class FollowUpForm(forms.ModelForm):
    class Meta:
        model = FollowUp
        fields = ["content"]
        widgets = {"content": UnfoldAdminTextareaWidget({"rows": 2})}


class FollowUpInline(ScopedInline):
    """A customer's follow-ups, newest first, and a box for the next one."""

    model = FollowUp
    form = FollowUpForm
    formset = FollowUpFormSet
    fields = ["content", "employee", "happened_at"]
    readonly_fields = ["employee", "happened_at"]
    ordering = ["-happened_at"]
    extra = 1
    max_num = None
    per_page = 10
    can_delete = False
    verbose_name_plural = gettext_lazy("follow-ups")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("employee")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.actor = actor_of(request)
        return formset

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_add_permission(request, obj)  # type: ignore[call-arg]
        return may and (obj is None or finding.may_change(obj.pk, actor_of(request)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


CustomerAdmin.inlines.append(FollowUpInline)


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnlyAdmin):
    """Everybody's follow-ups; they are written on the customer's page."""

    list_display = ["short", "customer", "employee", "happened_at"]
    list_select_related = ["customer", "employee"]
    list_filter = [("employee", ScopedAutocompleteFilter), ("happened_at", DayRangeFilter)]
    sortable_by: list[str] = []
    ordering = ["-happened_at"]
    fields = readonly_fields = ["customer", "employee", "happened_at", "actor", "content"]

    @display(description=gettext_lazy("content"))
    def short(self, row: FollowUp) -> str:
        return row.content if len(row.content) <= 60 else f"{row.content[:60]}…"
