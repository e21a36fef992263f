"""The pages of templates, of the company's settings, and of where colleagues were named."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from core.console import ReadOnlyAdmin, ScopedModelAdmin
from core.console_links import page_link
from core.console_lists import ScopedAutocompleteFilter
from core.console_scope import actor_of
from corps.models import Employee
from corps.querysets import owns_narrowly
from customers.privacy import wording
from followups import templates
from followups.models import FollowUpMention, FollowUpSetting, FollowUpTemplate


class TemplateForm(forms.ModelForm):
    """Carries the version that was shown. A new template without a place comes behind the others."""

    order = forms.IntegerField(
        label=_("order"),
        required=False,
        help_text=_("Empty: behind the others."),
        min_value=0,
        max_value=2**31 - 1,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = FollowUpTemplate
        fields = ["kind", "name", "content", "order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["if_version"].initial = self.instance.version
        else:
            self.initial["order"] = None


@admin.register(FollowUpTemplate)
class FollowUpTemplateAdmin(ScopedModelAdmin):
    form = TemplateForm
    list_display = ["name", "kind", "short", "order"]
    list_filter = [("kind", ChoicesDropdownFilter)]
    sortable_by: list[str] = []
    ordering = ["kind", "order", "id"]
    fieldsets = [(None, {"fields": [("name", "kind"), "content", "order", "if_version"]})]

    @display(description=_("content"))
    def short(self, row: FollowUpTemplate) -> str:
        return row.content if len(row.content) <= 60 else f"{row.content[:60]}…"

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(row) for row in objs], {}, set(), []

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data, act = form.cleaned_data, {"by": actor_of(request), "source": "operator"}
        fields = {name: data[name] for name in templates.WIRE if data[name] is not None}
        if change:
            stored = FollowUpTemplate.objects.get(pk=obj.pk)
            row = templates.update_template(template=stored, if_version=data["if_version"], **fields, **act)
        else:
            row = templates.create_template(corp_id=obj.corp_id, **fields, **act)
        obj.__dict__.update(row.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        templates.delete_template(template=obj, by=actor_of(request), source="operator")


@admin.register(FollowUpSetting)
class FollowUpSettingAdmin(ScopedModelAdmin):
    list_display = ["__str__", "edit_hours", "update_time"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = ["edit_hours"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(FollowUpMention)
class FollowUpMentionAdmin(ReadOnlyAdmin):
    """Staff find where they were named themselves, managers where their people were, others where anybody was."""

    list_display = ["words", "who", "employee", "at"]
    list_select_related = ["customer", "employee", "follow_up", "comment"]
    list_filter = [("employee", ScopedAutocompleteFilter)]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = readonly_fields = ["words", "who", "linked", "employee", "at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        actor, rows = actor_of(request), super().get_queryset(request)
        if not owns_narrowly(actor):
            return rows
        return rows.filter(employee_id__in=Employee.objects.managed_or_self(actor))

    @display(description=_("content"))
    def words(self, row: FollowUpMention) -> str:
        text = wording.shown(row, row.comment.content if row.comment else row.follow_up.content)
        return text if len(text) <= 60 else f"{text[:60]}…"

    @display(description=_("customer"))
    def who(self, row: FollowUpMention) -> str:
        return page_link("customers_customer", row.customer_id, str(row.customer))

    @display(description=_("follow-up"))
    def linked(self, row: FollowUpMention) -> str:
        return page_link("followups_followup", row.follow_up_id, str(row.follow_up))
