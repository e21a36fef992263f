"""The pages of custom fields: an ordered set, and of choices their options."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldBooleanSwitchWidget

from core.console import ScopedInline, ScopedModelAdmin
from core.console_lists import badge
from core.console_scope import actor_of
from customers import custom
from customers.custom.kinds import CHOOSING
from customers.custom.options import Wanted
from customers.models import CustomField, CustomOption

_FACTS = ("name", "kind", "required", "personal", "order", "active")


class CustomFieldForm(forms.ModelForm):
    """Carries the version that was shown. A new field without a place comes behind the others."""

    order = forms.IntegerField(
        label=gettext_lazy("order"),
        required=False,
        help_text=gettext_lazy("Empty: behind the others."),
        min_value=0,
        max_value=2**31 - 1,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    leave_old = forms.BooleanField(
        label=gettext_lazy("leave what can't be converted"),
        required=False,
        help_text=gettext_lazy("With another kind: values that can't be said in it stay as they are, flagged."),
        widget=UnfoldBooleanSwitchWidget,
    )
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = CustomField
        fields = ["subject", "key", "name", "kind", "required", "personal", "order", "active"]
        help_texts = {
            "key": gettext_lazy("What programs and conditions call it, such as level. It can't be changed later."),
            "required": gettext_lazy("A hint to whoever fills it in; nothing is refused for want of it."),
            "personal": gettext_lazy(
                "Tells of a person, such as a birthday or an address: starred out for whoever sees mobiles so."
            ),
            "active": gettext_lazy("One that is not in use takes no values; those that it has stay."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["if_version"].initial = self.instance.version
        else:
            self.initial["order"] = None
            self.fields.pop("leave_old", None)


class OptionForm(forms.ModelForm):
    """One option; a new one without a place comes behind the others."""

    order = forms.IntegerField(
        label=gettext_lazy("order"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["order"] = None


class OptionInline(ScopedInline):
    """What a choice offers. One that is wanted no more is marked as not in use: somebody may have it."""

    model = CustomOption
    form = OptionForm
    can_delete = False
    fields = ["label", "order", "active"]
    ordering = ["order", "id"]
    extra = 2
    tab = False
    verbose_name_plural = gettext_lazy("options (of a choice)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("field")


@admin.register(CustomField)
class CustomFieldAdmin(ScopedModelAdmin):
    form = CustomFieldForm
    list_display = ["name", "subject", "kind_label", "key", "order", "personal", "use_label"]
    list_filter = [("subject", ChoicesDropdownFilter), ("active", BooleanRadioFilter)]
    search_fields = ["name", "key"]
    sortable_by: list[str] = []
    ordering = ["order", "id"]
    inlines = [OptionInline]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        kind = [("kind", "leave_old")] if obj else ["kind"]
        rows = [("name", "key"), "subject", *kind, ("required", "personal"), ("order", "active"), "if_version"]
        self.fieldsets = [(None, {"fields": rows})]
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), *(["subject", "key"] if obj else [])]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(row) for row in objs], {}, set(), []

    @display(description=pgettext_lazy("field", "kind"))
    def kind_label(self, row: CustomField) -> str:
        return badge(row.get_kind_display(), "info")

    @display(description=gettext_lazy("in use"))
    def use_label(self, row: CustomField) -> str:
        return badge(_("in use"), "success") if row.active else badge(_("not in use"))

    # --- Writing ---

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Left to ``save_related``, where the options are known too: one act, by one rule."""
        if obj.corp_id is None:
            obj.corp_id = actor_of(request).corp_id

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        data, obj = form.cleaned_data, form.instance
        fields: dict[str, Any] = {name: data[name] for name in _FACTS if data[name] is not None}
        # Of a field that isn't a choice any more they stay, and nobody is asked for them.
        offered = _options(formsets) if data["kind"] in CHOOSING else None
        act: Any = {"by": actor_of(request), "source": "operator"}
        if change:
            act |= {"options": offered, "leave_old": data["leave_old"], "if_version": data["if_version"]}
            row = custom.update_field(field=CustomField.objects.get(pk=obj.pk), **fields, **act)
        else:
            whose = {"corp_id": obj.corp_id, "subject": data["subject"], "key": data["key"]}
            row = custom.create_field(options=offered or [], **whose, **fields, **act)
        obj.__dict__.update(row.__dict__)
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        custom.delete_field(field=obj, by=actor_of(request), source="operator")


def _options(formsets: Any) -> list[Wanted]:
    """The rows of the form in their order, those without a place behind the others."""
    rows = [
        (
            2**31 if data["order"] is None else data["order"],
            place,
            Wanted(data["label"], form.instance.pk, data["active"]),
        )
        for formset in formsets
        for place, form in enumerate(formset.forms)
        if (data := form.cleaned_data) and data.get("label")
    ]
    return [wanted for _order, _place, wanted in sorted(rows, key=lambda row: row[:2])]
