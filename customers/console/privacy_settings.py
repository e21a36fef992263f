"""What a company hides and how long it keeps things: one page, for its administrators."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from core.console import ScopedModelAdmin
from core.console_scope import actor_of
from customers.models import PrivacySetting
from customers.privacy import retention

# Table → what people call it.
LABELS = {
    "access_record": _("days that accesses are kept"),
    "follow_up": _("days that follow-ups are kept"),
    "follow_up_version": _("days that former versions of follow-ups are kept"),
    "communication": _("days that calls and messages are kept"),
    "relation_loss": _("days that deletion records are kept"),
    "value_change": _("days that former values of customers are kept"),
}


def _days(table: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=LABELS[table],
        required=False,
        min_value=retention.LEAST,
        max_value=retention.MOST,
        help_text=_("Empty: as long as there is the customer."),
        widget=UnfoldAdminIntegerFieldWidget,
    )


class PrivacySettingForm(forms.ModelForm):
    access_record = _days("access_record")
    follow_up = _days("follow_up")
    follow_up_version = _days("follow_up_version")
    communication = _days("communication")
    relation_loss = _days("relation_loss")
    value_change = _days("value_change")

    class Meta:
        model = PrivacySetting
        fields = ["masking"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for table, days in retention.days_of(self.instance).items():
            if table in self.fields:
                self.fields[table].initial = days


@admin.register(PrivacySetting)
class PrivacySettingAdmin(ScopedModelAdmin):
    form = PrivacySettingForm
    list_display = ["name", "masking"]
    fieldsets = [(None, {"fields": ["masking", *LABELS]})]
    ordering = ["id"]
    sortable_by: list[str] = []

    @property
    def owned(self) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows, actor = PrivacySetting.objects.all(), actor_of(request)
        return rows if actor.sees_all_corps else rows.filter(pk=actor.corp_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        days = {table: form.cleaned_data[table] for table in LABELS}
        obj.__dict__.update(retention.choose(corp=obj, masking=obj.masking, retention=days).__dict__)
