"""The pages of the stages: an ordered set."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from core.console import ScopedModelAdmin
from core.console_links import list_link
from core.console_lists import badge
from core.console_scope import actor_of
from customers import stages
from customers.models import Stage

_COLOURS = {Stage.Outcome.OPEN: "info", Stage.Outcome.WON: "success", Stage.Outcome.LOST: "danger"}


class StageForm(forms.ModelForm):
    """Carries the version that was shown. A new stage without a place comes behind the others."""

    order = forms.IntegerField(
        label=gettext_lazy("order"),
        required=False,
        help_text=gettext_lazy("Empty: behind the others."),
        min_value=0,
        max_value=2**31 - 1,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Stage
        fields = ["name", "outcome", "order", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["if_version"].initial = self.instance.version
        else:
            self.initial["order"] = None


@admin.register(Stage)
class StageAdmin(ScopedModelAdmin):
    form = StageForm
    list_display = ["name", "outcome_label", "order", "who", "use_label"]
    list_filter = [("active", BooleanRadioFilter)]
    search_fields = ["name"]
    sortable_by: list[str] = []
    ordering = ["order", "id"]
    fieldsets = [(None, {"fields": [("name", "outcome"), ("order", "active"), "if_version"]})]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(row) for row in objs], {}, set(), []

    @display(description=pgettext_lazy("stage", "end"))
    def outcome_label(self, row: Stage) -> str:
        return badge(row.get_outcome_display(), _COLOURS[Stage.Outcome(row.outcome)])

    @display(description=gettext_lazy("customers"))
    def who(self, row: Stage) -> str:
        return list_link("customers_customer", f"stage__id__exact={row.pk}", _("Show"))

    @display(description=gettext_lazy("in use"))
    def use_label(self, row: Stage) -> str:
        return badge(_("in use"), "success") if row.active else badge(_("not in use"))

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data, act = form.cleaned_data, {"by": actor_of(request), "source": "operator"}
        fields = {name: data[name] for name in ("name", "outcome", "order", "active") if data[name] is not None}
        if change:
            stored = Stage.objects.get(pk=obj.pk)
            row = stages.update_stage(stage=stored, if_version=data["if_version"], **fields, **act)
        else:
            row = stages.create_stage(corp_id=obj.corp_id, **fields, **act)
        obj.__dict__.update(row.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        stages.delete_stage(stage=obj, by=actor_of(request), source="operator")
